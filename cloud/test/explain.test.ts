import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Explanation } from '../src/contract/explain.ts';
import { type DatedTable, SYNCED_TABLES, valueColumns } from '../src/contract/tables.ts';
import { eventsByHashStatement, namedLabEventsStatement, nightsStatement } from '../src/store/explained.ts';
import { day, event, night, type Who, workout } from './support/events.ts';
import { completed, newUpload } from './support/lab-events.ts';
import {
  asPerson,
  consume,
  deliver,
  envWithOutbox,
  ingest,
  newTerraId,
  newUser,
  type RawEvent,
  rowsOf,
} from './support/stack.ts';
import { yearOf } from './support/year.ts';

const T1 = Date.UTC(2026, 2, 3);

function someone(): Who & { user: ReturnType<typeof newUser> } {
  return { user: newUser(), terraId: newTerraId() };
}

function address(table: string, key: unknown, column?: string): string {
  const query = new URLSearchParams({ table, key: typeof key === 'string' ? key : JSON.stringify(key) });
  if (column !== undefined) query.set('column', column);
  return `/v1/explain?${query}`;
}

async function explained(user: string, table: string, key: unknown, column?: string): Promise<Explanation> {
  const response = await asPerson(user, address(table, key, column));
  expect(response.status).toBe(200);
  return response.json();
}

async function statusOf(user: string, table: string, key: unknown, column?: string): Promise<number> {
  return (await asPerson(user, address(table, key, column))).status;
}

function value({ values }: Explanation, column: string) {
  return values.find((one) => one.column === column);
}

/** How the answer names an event. */
function named(
  { id, event_type, received_at }: RawEvent,
  order_ms: number,
  provider: string | null = 'oura',
) {
  return {
    id,
    type: event_type,
    provider,
    received_at: `${String(received_at).replace(' ', 'T')}Z`,
    order_ms,
  };
}

const DAY = { source: 'oura', datetime: '2026-03-02' };

describe('a day', () => {
  it('names event, path and rule of every value, and what lost', async () => {
    const who = someone();
    const first = await ingest(event('daily', who, [day({ steps: 10, restingHeartRate: 60, stress: 30 })]), {
      orderingMs: T1,
    });
    const slept = await ingest(event('sleep', who, [night({ asleep: 7_200, restingHeartRate: 50 })]), {
      orderingMs: T1 + 1,
    });
    const second = await ingest(
      event('daily', who, [
        day({ date: '2026-02-27' }),
        day({ steps: 20, restingHeartRate: 61, stress: 40 }),
      ]),
      { orderingMs: T1 + 2 },
    );
    const answer = await explained(who.user, 'daily_summary', DAY);
    expect(answer).toMatchObject({ table: 'daily_summary', key: DAY });
    const ofFirst = (path: string, reading: string | null = null) => [
      { event: named(first, T1), paths: [`data[0].${path}`], reading },
    ];
    const ofSecond = (path: string, reading: string | null = null) => [
      { event: named(second, T1 + 2), paths: [`data[1].${path}`], reading },
    ];
    expect(value(answer, 'steps')).toEqual({
      column: 'steps',
      value: 20,
      unit: '1',
      rule: "the day's latest event that knows it",
      from: ofSecond('distance_data.steps'),
      others: [
        {
          value: 10,
          unit: '1',
          why: 'a later event tells it anew',
          from: ofFirst('distance_data.steps'),
        },
      ],
    });
    expect(value(answer, 'stress_management_score')).toMatchObject({
      value: 60,
      from: ofSecond('data_enrichment.total_stress_score', '100 minus it'),
    });
    const resting = 'heart_rate_data.summary.resting_hr_bpm';
    expect(value(answer, 'resting_heart_rate')).toEqual({
      column: 'resting_heart_rate',
      value: 50,
      unit: '/min',
      rule: "of the longest sleep of the date that knows it, which comes before the day's own events",
      from: [{ event: named(slept, T1 + 1), paths: [`data[0].${resting}`], reading: null }],
      others: [
        {
          value: 61,
          unit: '/min',
          why: 'a sleep of the date knows it, which comes before the day',
          from: ofSecond(resting),
        },
        { value: 60, unit: '/min', why: 'a later event tells it anew', from: ofFirst(resting) },
      ],
    });
    expect(value(answer, 'sleep_minutes')).toMatchObject({
      value: 120,
      unit: 'min',
      rule: "of the night's main sleep, as a unit",
      from: [{ paths: ['data[0].sleep_durations_data.asleep.duration_asleep_state_seconds'] }],
    });
    const stored = (await rowsOf('daily_summary', who.user)).find((row) => row.datetime === DAY.datetime);
    const known = Object.entries(stored ?? {}).filter(([, one]) => one !== null);
    expect(answer.values.length).toBe(known.length - Object.keys(DAY).length);
  });

  it('tells of a hidden record of the night and of a nap', async () => {
    const who = someone();
    await ingest(event('sleep', who, [night({ id: 'a', asleep: 7_200, score: 80 })]), { orderingMs: T1 });
    await ingest(event('sleep', who, [night({ id: 'b', asleep: 3_600, score: 70 })]), { orderingMs: T1 + 1 });
    const nap = { start: '2026-03-02T13:00:00+01:00', end: '2026-03-02T14:00:00+01:00', nap: true };
    await ingest(event('sleep', who, [night({ id: 'c', asleep: 1_800, score: 30, ...nap })]), {
      orderingMs: T1 + 2,
    });
    const answer = await explained(who.user, 'daily_summary', DAY);
    const told = (column: string) =>
      value(answer, column)?.others.map((other) => [other.value, other.why, other.from.length]);
    expect(value(answer, 'sleep_score')?.value).toBe(70);
    expect(told('sleep_score')).toEqual(
      [
        [30, 'of a nap: only sleeps give it', 1],
        [80, 'an earlier record of the same night', 1],
      ].toReversed(),
    );
    expect(told('sleep_minutes')).toEqual([[120, 'an earlier record of the same night', 1]]);
    expect(value(answer, 'nap_minutes')).toMatchObject({ value: 30, rule: 'the naps of the date together' });
  });

  it('is told of a column that nothing is stored of, and of what would say it', async () => {
    const who = someone();
    await ingest(event('sleep', who, [night({ id: 'a', asleep: 7_200 })]), { orderingMs: T1 });
    const short = { start: '2026-03-02T08:00:00+01:00', end: '2026-03-02T09:00:00+01:00', deep: 60, rem: 60 };
    await ingest(event('sleep', who, [night({ id: 'b', light: 60, ...short })]), { orderingMs: T1 });
    const answer = await explained(who.user, 'daily_summary', DAY, 'deep_sleep_minutes');
    expect(answer.values).toMatchObject([
      {
        column: 'deep_sleep_minutes',
        value: null,
        rule: null,
        from: [],
        others: [{ value: 1, why: 'of a shorter sleep of the same date' }],
      },
    ]);
    expect((await explained(who.user, 'daily_summary', DAY, 'steps')).values).toMatchObject([
      { value: null, others: [] },
    ]);
  });

  it('from before cells names no event', async () => {
    const { user } = someone();
    await asPerson(user, '/v1/me');
    const insert = 'insert into daily_summary(user_id, source, datetime, steps) values (?, ?, ?, 7)';
    await env.DB.prepare(insert).bind(user, 'oura', '2026-03-02').run();
    expect((await explained(user, 'daily_summary', DAY)).values).toMatchObject([
      { column: 'steps', value: 7, from: [{ event: null, paths: [] }], others: [] },
    ]);
  });
});

describe('an activity', () => {
  const KEY = { source: 'oura', start_time: '2026-03-02T17:00:00.000Z' };

  it('is told from a body in R2, with the other one that starts together, before and after a replay', async () => {
    const who = someone();
    const run = event('activity', who, [workout({ id: 'whole', calories: 300 })]);
    const large = JSON.stringify(run).replace('{', `{"filler":"${'x'.repeat(1_100_000)}",`);
    const whole = await ingest(new TextEncoder().encode(large), { orderingMs: T1 });
    expect(whole.payload).toBe('');
    const end = '2026-03-02T18:10:00+01:00';
    const leg = await ingest(event('activity', who, [workout({ id: 'leg', calories: 100, end })]), {
      orderingMs: T1 + 1,
    });
    const calories = 'data[0].calories_data.total_burned_calories';
    const expected = {
      column: 'calories',
      value: 300,
      unit: 'kcal',
      rule: 'of activities that start together the longest; of it the latest event that knows it',
      from: [{ event: named(whole, T1), paths: [calories], reading: null }],
      others: [
        {
          value: 100,
          unit: 'kcal',
          why: 'another activity that starts together with it: the longer one is shown',
          from: [{ event: named(leg, T1 + 1), paths: [calories], reading: null }],
        },
      ],
    };
    expect(value(await explained(who.user, 'activities', KEY), 'calories')).toEqual(expected);
    await consume([{ rawEventId: whole.id, force: true }]);
    const again = await explained(who.user, 'activities', KEY);
    expect(value(again, 'calories')).toEqual(expected);
    expect(value(again, 'duration')).toMatchObject({
      value: 1_800,
      from: [{ paths: ['data[0].metadata.start_time', 'data[0].metadata.end_time'] }],
    });
    expect(value(again, 'raw')).toBeUndefined();
    const raw = await explained(who.user, 'activities', KEY, 'raw');
    expect(raw.values[0]?.from[0]?.paths).toEqual(['data[0]']);
  });

  it('that came through a ping is told from what the ping led to', async () => {
    const who = someone();
    const stored = await ingest(event('activity', who, [workout({ calories: 300 })]), { orderingMs: T1 });
    const key = `raw-events/${crypto.randomUUID()}.json`;
    await env.RAW_PAYLOADS.put(key, stored.payload);
    await env.DB.prepare(
      "update raw_events set event_type = 's3_payload', payload = '{}', fetched_key = ? where id = ?",
    )
      .bind(key, stored.id)
      .run();
    const answer = await explained(who.user, 'activities', KEY, 'calories');
    expect(answer.values[0]?.from).toMatchObject([
      {
        event: { id: stored.id, type: 's3_payload' },
        paths: ['data[0].calories_data.total_burned_calories'],
      },
    ]);
  });
});

describe('a biomarker', () => {
  const GLUCOSE = { source: 'terra_lab', draw_date: '2026-02-01', code: 'glucose' };

  it('of a lab names its result, the results of other sessions and those that its own replaced', async () => {
    const one = await newUpload();
    const other = await newUpload(one.user);
    const result = (number: number, unit = 'mg/dL') => ({
      biomarker: 'glucose',
      value: number,
      unit,
      collection_date: '2026-02-01',
    });
    await ingest(completed(one, result(90)), { orderingMs: T1 });
    const newest = await ingest(completed(one, result(5, 'mmol/L')), { orderingMs: T1 + 2 });
    await ingest(completed(other, result(95)), { orderingMs: T1 + 1 });
    const [answer] = (await explained(one.user, 'biomarkers_raw', GLUCOSE, 'value')).values;
    expect(answer).toMatchObject({
      unit: 'mg/dL',
      from: [
        {
          event: named(newest, T1 + 2, null),
          paths: ['data.results[0].value'],
          reading: 'printed in mmol/L, stored in mg/dL',
        },
      ],
    });
    expect(answer?.value).toBeCloseTo(90.08);
    expect(answer?.others.map((lost) => [lost.value, lost.why])).toEqual([
      [95, 'an earlier result of another lab session'],
      [90, 'the lab session has a newer event, or a better result of the same event'],
    ]);
  });

  it('of a lab that is a bound says its operator, and that of each result that was not taken, at the same place', async () => {
    const one = await newUpload();
    const other = await newUpload(one.user);
    const printed = (value: string) => ({
      ...{ biomarker: 'glucose', value, unit: 'mg/dL', collection_date: '2026-02-01' },
    });
    await ingest(completed(one, printed('95')), { orderingMs: T1 });
    await ingest(completed(one, printed('<40')), { orderingMs: T1 + 2 });
    await ingest(completed(other, printed('>90')), { orderingMs: T1 + 1 });
    const told = async (column: string) => {
      const [answer] = (await explained(one.user, 'biomarkers_raw', GLUCOSE, column)).values;
      const placeOf = (path = '') => path.replace(/[^\]]*$/, '');
      const others = answer?.others.map(({ value, from }) => [
        value,
        from[0]?.event?.order_ms,
        placeOf(from[0]?.paths[0]),
      ]);
      return [answer?.value, others];
    };
    const place = 'data.results[0]';
    expect(await told('value')).toEqual([
      40,
      [
        [90, T1 + 1, place],
        [95, T1, place],
      ],
    ]);
    expect(await told('operator')).toEqual(['<', [['>', T1 + 1, place]]]);
    expect((await told('value_text'))[0]).toBe('<40');
  });

  it('of a body names its sample, and the measurement before', async () => {
    const who = someone();
    const body = (...weights: number[]) =>
      event('body', who, [
        {
          metadata: { start_time: '2026-03-02T00:00:00+01:00', end_time: '2026-03-02T23:59:00+01:00' },
          measurements_data: {
            measurements: weights.map((weight_kg, hour) => ({
              weight_kg,
              measurement_time: `2026-03-02T0${hour}:00:00+01:00`,
            })),
          },
        },
      ]);
    await ingest(body(70, 71), { orderingMs: T1 });
    await ingest(body(72, 73, 74), { orderingMs: T1 + 1 });
    const key = { source: 'oura_body', draw_date: '2026-03-02', code: 'weight' };
    const answer = await explained(who.user, 'biomarkers_raw', key);
    expect(value(answer, 'value')).toMatchObject({
      value: 74,
      unit: 'kg',
      from: [{ paths: ['data[0].measurements_data.measurements[2].weight_kg'], reading: 'the latest' }],
      others: [{ value: 71, from: [{ paths: ['data[0].measurements_data.measurements[1].weight_kg'] }] }],
    });
  });
});

describe('everything that is stored', () => {
  it('is explained: each value has its event and its path', async () => {
    const who = someone();
    const used = envWithOutbox();
    for (const { body, orderingMs } of yearOf({ ...who, provider: 'OURA' }, 7).slice(0, 40)) {
      await deliver(body, { env: used.env, orderingMs });
    }
    await consume(used.outbox.messages, used.env);
    const tables: readonly DatedTable[] = ['daily_summary', 'activities', 'sleep_sessions', 'biomarkers_raw'];
    let told = 0;
    for (const table of tables) {
      for (const row of (await rowsOf(table, who.user)).slice(0, 6)) {
        const key = Object.fromEntries(SYNCED_TABLES[table].key.map((name) => [name, row[name]]));
        const { values } = await explained(who.user, table, key);
        const columns = valueColumns(table).filter((name) => name !== 'raw' && row[name] !== null);
        expect(Object.fromEntries(values.map((one) => [one.column, one.value]))).toEqual(
          Object.fromEntries(columns.map((name) => [name, row[name]])),
        );
        const unexplained = values.filter(
          ({ from, rule }) =>
            rule === null ||
            from.length === 0 ||
            from.some(({ event: by, paths }) => by === null || paths.length === 0),
        );
        expect(unexplained.map((one) => `${table} ${one.column}`)).toEqual([]);
        told += values.length;
      }
    }
    expect(told).toBeGreaterThan(100);
  }, 60_000);
});

describe('who may ask, and for what', () => {
  it('another person gets the 404 of a row that is not there, and nothing of theirs is read', async () => {
    const [who, other] = [someone(), someone()];
    const stored = await ingest(event('daily', who, [day({ steps: 1 })]));
    // Under the same Terra id, so that the other one would be found.
    await ingest(event('daily', who, [day({ date: '2026-02-27', steps: 2 })]));
    expect(await statusOf(other.user, 'daily_summary', DAY)).toBe(404);
    expect(await statusOf(who.user, 'daily_summary', { ...DAY, datetime: '2026-03-09' })).toBe(404);
    await env.DB.prepare('update raw_events set user_id = ? where id = ?').bind(other.user, stored.id).run();
    expect((await explained(who.user, 'daily_summary', DAY, 'steps')).values[0]?.from).toEqual([
      { event: null, paths: [], reading: null },
    ]);
  });

  it('nothing is told after an erasure', async () => {
    const who = someone();
    await ingest(event('daily', who, [day({ steps: 1 })]));
    await asPerson(who.user, '/v1/me', { method: 'DELETE' });
    expect([401, 404]).toContain(await statusOf(who.user, 'daily_summary', DAY));
  });

  it.each([
    ['profiles', '{}', undefined, 'table: must be one of daily_summary, activities'],
    ['daily_summary', 'x', undefined, 'key: must be a JSON object of source, datetime'],
    ['daily_summary', '{"source":"oura"}', undefined, 'key: '],
    ['daily_summary', JSON.stringify({ ...DAY, user_id: 'user_1' }), undefined, 'key: '],
    ['daily_summary', '{"source":"oura","datetime":1}', undefined, 'key: '],
    ['daily_summary', JSON.stringify(DAY), 'constructor', 'column: must be one of steps'],
  ])('refuses %s %s %s', async (table, key, column, message) => {
    const response = await asPerson(newUser(), address(table, key, column));
    expect(response.status).toBe(400);
    const { error } = await response.json<{ error: { message: string } }>();
    expect(error.message).toContain(message);
  });

  it.each([
    eventsByHashStatement(newUser(), ['a'], 'connections'),
    eventsByHashStatement(newUser(), ['a'], 'events'),
    namedLabEventsStatement(newUser(), ['a']),
    nightsStatement(newUser(), 'oura', '2026-03-02'),
  ])("finds by index alone what is the person's", async ({ sql, parameters }) => {
    const { results } = await env.DB.prepare(`explain query plan ${sql}`)
      .bind(...parameters)
      .all<{ detail: string }>();
    const details = results.map(({ detail }) => detail);
    const searched = details.filter((detail) => /^SEARCH (?!k\b|t VIRTUAL)/.test(detail));
    expect(searched.length).toBeGreaterThan(0);
    expect(
      details.filter((detail) => /^SCAN (raw_events|r|d|h|t|terra_connections)\b(?! VIRTUAL)/.test(detail)),
    ).toEqual([]);
    for (const detail of details.filter((one) => /^SEARCH r /.test(one))) {
      expect(detail).toMatch(/user_id=\?|event_type=\? AND terra_user_id=\? AND dedup_key=\?/);
    }
  });
});
