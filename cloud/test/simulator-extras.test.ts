import { createExecutionContext, createMessageBatch, env, getQueueResult } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { seedOf } from '../dev/terra/random.ts';
import { sha256Hex } from '../src/digest.ts';
import { valueAt } from '../src/normalize/json-path.ts';
import { consumeBatch, type Outbound } from '../src/queue/consumer.ts';
import { inChunks } from './support/large-events.ts';
import { type Mail, newSimulator, type Simulator } from './support/simulator.ts';
import {
  consume,
  deliver,
  envWithOutbox,
  type RawEvent,
  rawEvent,
  request,
  rowsOf,
} from './support/stack.ts';

vi.setConfig({ testTimeout: 60_000 });

const PING_ORIGIN = 'https://payloads.amy.invalid';

/** Somebody's device at a simulator of their own. Names are fixed, because lives follow from them. */
async function connected(
  user: string,
  provider: string,
  seed = seedOf(user),
): Promise<{ simulator: Simulator; terraId: string }> {
  const simulator = await newSimulator(seed);
  const { user_id } = await simulator.control('connect', { reference_id: user, provider });
  for (const mail of await simulator.mail()) await received(mail);
  return { simulator, terraId: String(user_id) };
}

/** Gives the Worker a delivery as it came over the wire, and answers the row it is kept in. */
async function kept({ headers, body }: Mail): Promise<RawEvent> {
  const response = await request('/webhook/terra', { method: 'POST', headers, body: inChunks(body) });
  expect(response.status).toBe(200);
  return rawEvent((await response.json<{ raw_event_id: number }>()).raw_event_id);
}

async function received(mail: Mail): Promise<RawEvent> {
  const { id } = await kept(mail);
  expect(await consume([{ rawEventId: id }])).toEqual({ acked: [0], retried: [] });
  return rawEvent(id);
}

async function onlyMail(simulator: Simulator): Promise<Mail> {
  const [mail, ...others] = await simulator.mail();
  if (mail === undefined || others.length > 0) throw new Error(`${others.length + 1} deliveries, not one`);
  return mail;
}

async function storedHash(row: RawEvent): Promise<string> {
  if (row.payload_key === null) return sha256Hex(row.payload);
  const object = await env.RAW_PAYLOADS.get(String(row.payload_key));
  return sha256Hex(new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer()));
}

const TABLES = {
  activity: 'activities',
  body: 'biomarkers_raw',
  daily: 'daily_summary',
  sleep: 'sleep_sessions',
} as const;

type DataType = keyof typeof TABLES;

/** All but `raw`, which is without samples where the item is large, and what is counted per write. */
function valuesOf(type: DataType, user: string): Promise<Record<string, unknown>[]> {
  return rowsOf(TABLES[type], user, ['user_id', 'updated_at', 'cells', 'rules', 'raw']);
}

describe('an oversize webhook', () => {
  it.each([
    ['activity', 1_100_000],
    ['body', 1_100_000],
    ['daily', 1_100_000],
    ['sleep', 9_000_000],
  ] as const)(
    'of %s in %d bytes is kept byte for byte, and gives the rows of the small one',
    async (type, bytes) => {
      const user = `user_oversize_${type}_${bytes}`;
      const { simulator, terraId } = await connected(user, 'GARMIN');
      const { date } = await simulator.control('oversize', { user_id: terraId, type, bytes });
      const mail = await onlyMail(simulator);
      const row = await received(mail);
      expect(mail.body.byteLength).toBe(bytes);
      expect(row).toMatchObject({
        event_type: type,
        user_id: user,
        payload_bytes: bytes,
        dedup_key: sha256Hex(mail.body),
        process_error: null,
      });
      expect(row.processed_at).not.toBeNull();
      expect(await storedHash(row)).toBe(row.dedup_key);
      const values = await valuesOf(type, user);
      expect(values.length).toBeGreaterThan(0);

      // The same items in small, later: where they said anything else, it would now stand there.
      const asked = { user_id: terraId, start_date: String(date), with_samples: 'true', to_webhook: 'true' };
      await simulator.ask(type, asked);
      const small = await onlyMail(simulator);
      expect(small.body.byteLength).toBeLessThan(200_000);
      expect((await received(small)).process_error).toBeNull();
      expect(await valuesOf(type, user)).toEqual(values);
    },
  );
});

type Item = Record<string, unknown>;

/** With these, four weeks have the faults that a test is about. */
const ODD_SEEDS: Record<DataType, number> = { activity: 11, body: 11, daily: 14, sleep: 11 };

function itemsOf({ body }: Mail): Item[] {
  return (JSON.parse(new TextDecoder().decode(body)) as { data: Item[] }).data;
}

/** The path where an item differs from the plain one, null where it does not. */
function faultOf(plain: unknown, odd: unknown, path = ''): string | null {
  if (JSON.stringify(plain) === JSON.stringify(odd)) return null;
  const isTree = (json: unknown): json is Item => typeof json === 'object' && json !== null;
  if (!isTree(plain) || !isTree(odd)) return path;
  const key = Object.keys(plain).find((one) => JSON.stringify(plain[one]) !== JSON.stringify(odd[one]));
  return key === undefined ? path : faultOf(plain[key], odd[key], path === '' ? key : `${path}.${key}`);
}

/** What a row of `daily_summary` lacks because of a fault; a path that is not named here costs nothing. */
const LOST_BY_DAILY: Record<string, readonly string[]> = {
  'distance_data.steps': ['steps'],
  'heart_rate_data.summary.resting_hr_bpm': ['resting_heart_rate'],
  'heart_rate_data.summary.avg_hrv_rmssd': ['heart_rate_variability', 'hrv_method'],
  heart_rate_data: [
    'resting_heart_rate',
    'heart_rate_variability',
    'hrv_method',
    'heart_rate_min',
    'heart_rate_max',
    'heart_rate_avg',
    'fatburn_active_zone_minutes',
    'cardio_active_zone_minutes',
    'peak_active_zone_minutes',
  ],
  'scores.recovery': ['recovery_score'],
};

/** Faults that are told: a value that is there and not believed. */
const TOLD = [
  'distance_data.steps',
  'heart_rate_data.summary.resting_hr_bpm',
  'heart_rate_data.summary.avg_hrv_rmssd',
  'scores.recovery',
];

function equivalentMinutes(day: unknown): number {
  const minutes = (name: string) => Number(valueAt(day, `MET_data.${name}`));
  return minutes('num_moderate_intensity_minutes') + minutes('num_high_intensity_minutes');
}

async function notBelieved(row: RawEvent): Promise<string[]> {
  const found = await env.DB.prepare(
    "select data from trace_events where raw_event_id = ? and event = 'value_out_of_range'",
  )
    .bind(row.id)
    .first<string>('data');
  return found === null ? [] : (JSON.parse(found) as { paths: string[] }).paths;
}

describe('odd values', () => {
  const days = { start_date: '2026-06-01', end_date: '2026-06-28', to_webhook: 'true' };

  /** A plain and an odd webhook of the same four weeks. */
  async function plainAndOdd(user: string, type: DataType): Promise<{ plain: Mail; odd: Mail }> {
    const { simulator, terraId } = await connected(user, 'WHOOP', ODD_SEEDS[type]);
    const asked = { ...days, user_id: terraId };
    await simulator.ask(type, asked);
    const plain = await onlyMail(simulator);
    await simulator.control('chaos', { odd_every: 2 });
    await simulator.ask(type, asked);
    return { plain, odd: await onlyMail(simulator) };
  }

  /** What the plain items would be, for somebody else. */
  async function referenceRows(
    plain: Mail,
    user: string,
    type: DataType,
  ): Promise<Record<string, unknown>[]> {
    const event = JSON.parse(new TextDecoder().decode(plain.body)) as Item;
    const other = { ...(event.user as Item), user_id: `${user}_terra`, reference_id: user };
    const response = await deliver({ ...event, user: other });
    await consume([{ rawEventId: (await response.json<{ raw_event_id: number }>()).raw_event_id }]);
    return valuesOf(type, user);
  }

  it('of dailies end as null and are told; what has no date is refused alone', async () => {
    const { plain, odd } = await plainAndOdd('user_odd_daily', 'daily');
    const reference = await referenceRows(plain, 'user_odd_daily_plain', 'daily');
    const row = await received(odd);
    const [plainItems, oddItems] = [itemsOf(plain), itemsOf(odd)];
    const faults = plainItems.map((item, index) => faultOf(item, oddItems[index]));
    // Else the four weeks do not try what they are for.
    const kinds = new Set(faults);
    for (const path of [
      ...TOLD,
      'metadata.start_time',
      'metadata.end_time',
      'oxygen_data.avg_saturation_percentage',
    ]) {
      expect(kinds).toContain(path);
    }

    const refused = faults.indexOf('metadata.start_time');
    expect(row.process_error).toBe(`payload_invalid:data[${refused}].metadata.start_time`);
    expect(row.processed_at).not.toBeNull();
    const expected = reference.flatMap((whole, index) => {
      const fault = faults[index] ?? '';
      if (fault === 'metadata.start_time') return [];
      const lost = (LOST_BY_DAILY[fault] ?? []).map((column) => [column, null]);
      // Without the zones of the heart's rate the minutes by equivalents count.
      const instead =
        fault === 'heart_rate_data' ? { active_zone_minutes: equivalentMinutes(plainItems[index]) } : {};
      return [{ ...whole, ...Object.fromEntries(lost), ...instead }];
    });
    expect(await valuesOf('daily', 'user_odd_daily')).toEqual(expected);
    const told = faults.flatMap((fault, index) =>
      TOLD.includes(fault ?? '') ? [`data[${index}].${fault}`] : [],
    );
    expect((await notBelieved(row)).map((path) => path.split(':')[0])).toEqual(told);
  });

  it.each([
    ['activity', ['metadata.start_time']],
    ['body', ['metadata.start_time']],
    ['sleep', ['metadata.start_time', 'metadata.end_time']],
  ] as const)('of %s cost the items without a time, and no other', async (type, refusing) => {
    const user = `user_odd_${type}`;
    const { plain, odd } = await plainAndOdd(user, type);
    const reference = await referenceRows(plain, `${user}_plain`, type);
    const row = await received(odd);
    const [plainItems, oddItems] = [itemsOf(plain), itemsOf(odd)];
    const faults = plainItems.map((item, index) => faultOf(item, oddItems[index]) ?? '');
    const isRefused = (fault: string) => (refusing as readonly string[]).includes(fault);
    const first = faults.findIndex(isRefused);
    expect(row.process_error).toBe(`payload_invalid:data[${first}].${faults[first]}`);
    expect(await notBelieved(row)).not.toEqual([]);
    const times = (rows: readonly Record<string, unknown>[]) =>
      new Set(rows.map((values) => values[type === 'body' ? 'draw_date' : 'start_time']));
    const usable = [...times(reference)].filter((_, index) => !isRefused(faults[index] ?? ''));
    expect([...times(await valuesOf(type, user))]).toEqual(usable);
  });
});

describe('a daily that comes back without its scores', () => {
  it.each([
    ['after the one with scores', false],
    ['before it', true],
  ])('keeps them and brings its steps, arriving %s', async (_when, isReversed) => {
    const user = `user_null_scores_${isReversed}`;
    const { simulator, terraId } = await connected(user, 'OURA');
    await simulator.control('chaos', { null_enrichment_every: 1 });
    await simulator.ask('daily', { user_id: terraId, start_date: '2026-06-12', to_webhook: 'true' });
    const mails = (await simulator.mail()).toSorted(
      (one, other) =>
        Number(one.headers['x-terra-ordering-timestamp']) -
        Number(other.headers['x-terra-ordering-timestamp']),
    );
    const [first, later] = mails.map((mail) => itemsOf(mail)[0]);
    const scoreAt = 'data_enrichment.total_stress_score';
    const score = valueAt(first, scoreAt);
    expect([score, valueAt(later, scoreAt)]).toEqual([expect.any(Number), null]);
    for (const mail of isReversed ? mails.toReversed() : mails) {
      expect((await received(mail)).process_error).toBeNull();
    }
    expect(await valuesOf('daily', user)).toMatchObject([
      {
        steps: valueAt(later, 'distance_data.steps'),
        stress_score: score,
        stress_management_score: 100 - Number(score),
      },
    ]);
  });
});

describe('ping mode', () => {
  /** Consumes with the simulator in the place of the host a ping names. */
  async function consumed(id: number, { url }: Simulator): Promise<RawEvent> {
    const outbound: Outbound = {
      ask: (asked, init) => fetch(asked.replace(PING_ORIGIN, url), init),
      wait: async () => undefined,
    };
    const batch = createMessageBatch('terra-events', [
      { id: '0', timestamp: new Date(0), attempts: 1, body: { rawEventId: id } },
    ]);
    const context = createExecutionContext();
    await consumeBatch(batch, { ...envWithOutbox().env, TERRA_PAYLOAD_HOSTS: '.amy.invalid' }, outbound);
    expect((await getQueueResult(batch, context)).retryMessages).toEqual([]);
    return rawEvent(id);
  }

  it.each([
    ['days of activity', 'activity', null],
    ['days of body', 'body', null],
    ['days of daily', 'daily', null],
    ['a sleep of 1.1 MB', 'sleep', 1_100_000],
  ] as const)('%s ends as the inline event would', async (_what, type, bytes) => {
    const user = `user_pinged_${type}`;
    const { simulator, terraId } = await connected(user, 'GARMIN');
    await simulator.control('chaos', { pings: true, ping_origin: PING_ORIGIN });
    const asked = {
      user_id: terraId,
      start_date: '2026-06-01',
      end_date: '2026-06-20',
      with_samples: 'true',
    };
    if (bytes === null) await simulator.ask(type, asked);
    else await simulator.control('oversize', { user_id: terraId, type, bytes });
    const mail = await onlyMail(simulator);
    const { url } = JSON.parse(new TextDecoder().decode(mail.body)) as { url: string };
    const row = await consumed((await kept(mail)).id, simulator);
    const meant = new Uint8Array(await (await fetch(url.replace(PING_ORIGIN, simulator.url))).arrayBuffer());
    expect(row).toMatchObject({
      event_type: 's3_payload',
      dedup_key: sha256Hex(mail.body),
      fetched_sha256: sha256Hex(meant),
      payload_bytes: meant.byteLength,
      user_id: user,
      process_error: null,
    });
    const values = await valuesOf(type, user);
    expect(values.length).toBeGreaterThan(0);

    await simulator.control('chaos', { pings: false });
    await received(await inline(meant, simulator));
    expect(await valuesOf(type, user)).toEqual(values);
  });

  /** The event a ping meant, delivered as such. */
  async function inline(event: Uint8Array, simulator: Simulator): Promise<Mail> {
    await simulator.control('event', { body: new TextDecoder().decode(event) });
    return onlyMail(simulator);
  }

  it('to a URL of plain http on this machine is refused, as any such URL', async () => {
    const { simulator, terraId } = await connected('user_pinged_here', 'OURA');
    await simulator.control('chaos', { pings: true });
    await simulator.ask('daily', { user_id: terraId, start_date: '2026-06-12', to_webhook: 'true' });
    const { id } = await kept(await onlyMail(simulator));
    expect(await consumed(id, simulator)).toMatchObject({
      processed_at: null,
      process_error: 'payload_url_refused',
      fetched_key: null,
    });
  });
});
