import { entriesAt, valueAt } from './json-path.ts';
import {
  AMOUNT,
  BODY_TEMPERATURE_CEL,
  BREATHS_PER_MINUTE,
  HEART_RATE_BPM,
  HEART_RATE_VARIABILITY_MS,
  LATITUDE_DEG,
  LONGITUDE_DEG,
  POSITIVE_AMOUNT,
  type Range,
  SCORE,
  SKIN_TEMPERATURE_CEL,
  SLEEP_STAGE,
  SPO2_PERCENT,
} from './ranges.ts';
import { BLOOD_SATURATION_SAMPLES, MUSCLE_OXYGEN } from './saturation.ts';
import { elapsedSeconds, type Moment, middleMoment, readMoment } from './time.ts';

/**
 * Which series of an item are read, for who has room for thousands of values a day: the server keeps their summaries
 * alone. As the rules of values these are data: what is read, and what documents it, is one list.
 */

/** A value as delivered, and its moment, null where that is not told. */
export type DeliveredSample = { readonly moment: Moment | null; readonly value: unknown };

/** One place in an item where a series can stand. */
export type SampleSource = {
  /** Value first, then time. `[]` stands for any entry of an array. */
  readonly paths: readonly string[];
  readonly range: Range;
  /** What is done with it, in words; null where it is taken as it is. */
  readonly rule: string | null;
  readonly read: (item: unknown) => readonly DeliveredSample[];
};

/** One series: of several sources with a value of the same moment the first counts. */
export type SampleRule = {
  /** UCUM. */
  readonly unit: string;
  /**
   * True where a value lasts until the next one. Two series of one stretch of time are then no series together: where a
   * night came under two ids, the stages of one of them count.
   */
  readonly lasts?: true;
  readonly sources: readonly [SampleSource, ...SampleSource[]];
};

const TIMESTAMP = 'timestamp';
const LAPS = 'lap_data.laps';
const LAP_START = 'start_time';
const LAP_END = 'end_time';

const HEART_SERIES = heartSeries('heart_rate_data.detailed');

/** Steps and energy of an activity begin at its own start: beside those of the day they would be no series. */
export const SAMPLE_RULES = {
  daily: {
    ...HEART_SERIES,
    spo2: {
      unit: '%',
      sources: [bloodSaturation(BLOOD_SATURATION_SAMPLES.array)],
    },
    steps: {
      unit: '1',
      sources: [list('distance_data.detailed.step_samples', 'steps', AMOUNT, 'so far of the day')],
    },
    calories: { unit: 'kcal', sources: [list('calories_data.calorie_samples', 'calories', AMOUNT)] },
    stress_level: { unit: '1', sources: [list('stress_data.samples', 'level', SCORE)] },
    body_battery: { unit: '1', sources: [list('stress_data.body_battery_samples', 'level', SCORE)] },
  },
  sleep: {
    ...HEART_SERIES,
    spo2: {
      unit: '%',
      sources: [bloodSaturation('respiration_data.oxygen_saturation_data.samples')],
    },
    respiratory_rate: {
      unit: '/min',
      sources: [list('respiration_data.breaths_data.samples', 'breaths_per_min', BREATHS_PER_MINUTE)],
    },
    sleep_stage: {
      unit: '1',
      lasts: true,
      sources: [
        list(
          'sleep_durations_data.hypnogram_samples',
          'level',
          SLEEP_STAGE,
          'from then on: 0 unknown, 1 awake, 2 asleep, 3 out of bed, 4 light, 5 deep, 6 REM',
        ),
      ],
    },
  },
  activity: {
    ...HEART_SERIES,
    spo2: {
      unit: '%',
      sources: [bloodSaturation(BLOOD_SATURATION_SAMPLES.array)],
    },
    activity_steps: {
      unit: '1',
      sources: [list('distance_data.detailed.step_samples', 'steps', AMOUNT, 'so far of the activity')],
    },
    activity_calories: { unit: 'kcal', sources: [list('calories_data.calorie_samples', 'calories', AMOUNT)] },
    lap_duration: { unit: 's', sources: [lap('active_duration_seconds', POSITIVE_AMOUNT), lapSeconds()] },
    lap_distance: { unit: 'm', sources: [lap('distance_meters', AMOUNT)] },
    lap_calories: { unit: 'kcal', sources: [lap('calories', AMOUNT)] },
    lap_heart_rate: { unit: '/min', sources: [lap('avg_hr_bpm', HEART_RATE_BPM)] },
    lap_speed: { unit: 'm/s', sources: [lap('avg_speed_meters_per_second', AMOUNT)] },
    lap_power: { unit: 'W', sources: [lap('avg_watts', AMOUNT)] },
    lap_strokes: { unit: '1', sources: [lap('total_strokes', AMOUNT)] },
    latitude: { unit: 'deg', sources: positions(0, LATITUDE_DEG) },
    longitude: { unit: 'deg', sources: positions(1, LONGITUDE_DEG) },
  },
  body: {
    ...heartSeries('heart_data.heart_rate_data.detailed'),
    spo2: {
      unit: '%',
      sources: [bloodSaturation(BLOOD_SATURATION_SAMPLES.array)],
    },
    glucose: {
      unit: 'mg/dL',
      sources: [
        list('glucose_data.blood_glucose_samples', 'blood_glucose_mg_per_dL', POSITIVE_AMOUNT),
        list('glucose_data.detailed_blood_glucose_samples', 'blood_glucose_mg_per_dL', POSITIVE_AMOUNT),
      ],
    },
    body_temperature: {
      unit: 'Cel',
      sources: [
        list('temperature_data.body_temperature_samples', 'temperature_celsius', BODY_TEMPERATURE_CEL),
      ],
    },
    skin_temperature: {
      unit: 'Cel',
      sources: [
        list('temperature_data.skin_temperature_samples', 'temperature_celsius', SKIN_TEMPERATURE_CEL),
      ],
    },
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SampleRule>>>>;

/** Models whose items have series. */
export type SampledModel = keyof typeof SAMPLE_RULES;

function heartSeries(detailed: string) {
  return {
    heart_rate: { unit: '/min', sources: [list(`${detailed}.hr_samples`, 'bpm', HEART_RATE_BPM)] },
    hrv_rmssd: {
      unit: 'ms',
      sources: [list(`${detailed}.hrv_samples_rmssd`, 'hrv_rmssd', HEART_RATE_VARIABILITY_MS)],
    },
    hrv_sdnn: {
      unit: 'ms',
      sources: [list(`${detailed}.hrv_samples_sdnn`, 'hrv_sdnn', HEART_RATE_VARIABILITY_MS)],
    },
  } as const satisfies Readonly<Record<string, SampleRule>>;
}

function list(array: string, field: string, range: Range, rule: string | null = null): SampleSource {
  return {
    paths: [`${array}[].${field}`, `${array}[].${TIMESTAMP}`],
    range,
    rule,
    read: (item) =>
      entriesAt(item, array).map((sample) => ({
        moment: readMoment(valueAt(sample, TIMESTAMP)),
        value: valueAt(sample, field),
      })),
  };
}

function bloodSaturation(array: string): SampleSource {
  const all = list(array, BLOOD_SATURATION_SAMPLES.field, SPO2_PERCENT);
  return {
    ...all,
    paths: [...all.paths, `${array}[].type`],
    rule: BLOOD_SATURATION_SAMPLES.where.rule,
    read: (item) => {
      const samples = entriesAt(item, array);
      return all.read(item).filter((_one, index) => valueAt(samples[index], 'type') !== MUSCLE_OXYGEN);
    },
  };
}

/** A number of each lap, at the lap's start. */
function lap(field: string, range: Range): SampleSource {
  return {
    paths: [`${LAPS}[].${field}`, `${LAPS}[].${LAP_START}`],
    range,
    rule: 'at the start of the lap',
    read: (item) =>
      entriesAt(item, LAPS).map((one) => ({
        moment: readMoment(valueAt(one, LAP_START)),
        value: valueAt(one, field),
      })),
  };
}

function lapSeconds(): SampleSource {
  return {
    paths: [`${LAPS}[].${LAP_END}`, `${LAPS}[].${LAP_START}`],
    range: POSITIVE_AMOUNT,
    rule: 'end minus start, at the start of the lap',
    read: (item) =>
      entriesAt(item, LAPS).map((one) => {
        const start = readMoment(valueAt(one, LAP_START));
        const end = readMoment(valueAt(one, LAP_END));
        const value = start === null || end === null ? null : elapsedSeconds(start.time, end.time);
        return { moment: start, value };
      }),
  };
}

/** Where an activity began, was half-way in time, and ended. One number of the pair says nothing alone. */
function positions(part: 0 | 1, range: Range): readonly [SampleSource, SampleSource, SampleSource] {
  const at = (
    name: string,
    rule: string,
    momentOf: (start: unknown, end: unknown) => Moment | null,
  ): SampleSource => ({
    paths: [`position_data.${name}_pos_lat_lng_deg[]`, 'metadata.start_time', 'metadata.end_time'],
    range,
    rule,
    read: (item) => {
      const pair = entriesAt(item, `position_data.${name}_pos_lat_lng_deg`);
      if (pair.length !== 2 || !pair.every((one) => typeof one === 'number')) return [];
      const start = valueAt(item, 'metadata.start_time');
      const end = valueAt(item, 'metadata.end_time');
      return [{ moment: momentOf(start, end), value: pair[part] }];
    },
  });
  return [
    at('start', 'at the start of the activity', (start) => readMoment(start)),
    at('end', 'at its end', (_start, end) => readMoment(end)),
    at('center', 'half-way in time', middleMoment),
  ];
}
