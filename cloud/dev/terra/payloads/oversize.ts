import { type Json, type JsonObject, valueAt, withValueAt } from '../json.ts';
import { between, type Random, rounded } from '../random.ts';
import type { DataType } from './devices.ts';

/** A high-rate array of Terra's models, and one sample of it less its `timestamp`. */
type SampleArray = { readonly path: string; readonly sample: (random: Random) => JsonObject };

const HEART_RATES: SampleArray = {
  path: 'heart_rate_data.detailed.hr_samples',
  sample: (random) => ({
    bpm: Math.round(between(random, 48, 172)),
    timer_duration_seconds: null,
    context: 0,
  }),
};

const ARRAYS: Readonly<Record<DataType, readonly SampleArray[]>> = {
  activity: [
    HEART_RATES,
    {
      path: 'position_data.position_samples',
      sample: (random) => ({
        coords_lat_lng_deg: [rounded(between(random, 47, 48), 6), rounded(between(random, 8, 9), 6)],
        timer_duration_seconds: null,
      }),
    },
    {
      path: 'power_data.power_samples',
      sample: (random) => ({ watts: Math.round(between(random, 90, 380)), timer_duration_seconds: null }),
    },
  ],
  body: [
    {
      path: 'heart_data.rr_interval_samples',
      sample: (random) => ({
        rr_interval_ms: Math.round(between(random, 600, 1_250)),
        hr_bpm: Math.round(between(random, 48, 100)),
      }),
    },
  ],
  daily: [
    HEART_RATES,
    { path: 'MET_data.MET_samples', sample: (random) => ({ level: rounded(between(random, 0.9, 9), 1) }) },
    {
      path: 'oxygen_data.saturation_samples',
      sample: (random) => ({ percentage: rounded(between(random, 92, 99), 1), type: 0 }),
    },
  ],
  sleep: [
    HEART_RATES,
    {
      path: 'sleep_durations_data.hypnogram_samples',
      sample: (random) => ({ level: 4 + Math.floor(random() * 3) }),
    },
    {
      path: 'respiration_data.breaths_data.samples',
      sample: (random) => ({ breaths_per_min: rounded(between(random, 11, 18), 1) }),
    },
  ],
};

/** No sample is shorter: so none lies behind the end of its item. */
const SAMPLE_BYTES_MIN = 58;

/**
 * The body of an event in exactly so many bytes: the arrays of its first item hold as many samples as fit, in
 * equal shares, and spaces, which JSON allows between values, make up the rest. It is written straight into the
 * one buffer that is answered.
 *
 * @throws RangeError where the event takes more without any sample
 */
export function oversizeBody(type: DataType, event: JsonObject, bytes: number, random: Random): Buffer {
  const arrays = ARRAYS[type];
  const { texts, order } = cutAtSamples(event, arrays);
  const fixedBytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (fixedBytes > bytes) throw new RangeError(`bytes is at least ${fixedBytes} for this ${type}`);
  const body = Buffer.alloc(bytes, ' ');
  const shareBytes = Math.floor((bytes - fixedBytes) / arrays.length);
  const time = timesOf(valueAt(event, 'data.0.metadata'), Math.ceil(shareBytes / SAMPLE_BYTES_MIN));
  let at = 0;
  for (const [part, text] of texts.entries()) {
    at += body.write(text, at);
    const array = arrays[order[part] ?? -1];
    if (array === undefined) continue;
    const write = (index: number) => JSON.stringify({ timestamp: time(index), ...array.sample(random) });
    fill(body.subarray(at, at + shareBytes), write);
    at += shareBytes;
  }
  return body;
}

/** The JSON of an event, cut where the samples go; `order[i]` is the array that comes behind `texts[i]`. */
function cutAtSamples(
  event: JsonObject,
  arrays: readonly SampleArray[],
): { readonly texts: readonly string[]; readonly order: readonly number[] } {
  let marked = event;
  for (const [index, { path }] of arrays.entries()) {
    marked = withValueAt(marked, `data.0.${path}`, [`samples of array ${index}`]);
  }
  const parts = JSON.stringify(marked).split(/"samples of array (\d)"/);
  return {
    texts: parts.filter((_, index) => index % 2 === 0),
    order: parts.filter((_, index) => index % 2 === 1).map(Number),
  };
}

/** As many texts, a comma between two, as the place holds; what it held stays behind them. */
function fill(place: Buffer, text: (index: number) => string): void {
  let at = 0;
  for (let index = 0; ; index += 1) {
    const next = index === 0 ? text(index) : `,${text(index)}`;
    if (at + next.length > place.byteLength) return;
    at += place.write(next, at, 'latin1');
  }
}

/** Times of samples, evenly from an item's start to its end, to the microsecond. */
function timesOf(metadata: Json | undefined, count: number): (index: number) => string {
  const [start, end] = ['start_time', 'end_time'].map((name) => String(valueAt(metadata, name)));
  const startSeconds = wallSeconds(start ?? '');
  const stepSeconds = (wallSeconds(end ?? '') - startSeconds) / count;
  const offset = (start ?? '').slice(-6);
  return (index) => {
    const micros = Math.round((startSeconds + index * stepSeconds) * 1_000_000);
    const wall = new Date(Math.floor(micros / 1_000)).toISOString().slice(0, -1);
    return `${wall}${String(micros % 1_000).padStart(3, '0')}${offset}`;
  };
}

/** Seconds since 1970-01-01 as the clock on the wall showed them, of `2026-07-01T07:04:11.000000+01:00`. */
function wallSeconds(terraTime: string): number {
  return Date.parse(`${terraTime.slice(0, 19)}Z`) / 1_000;
}
