import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { decodeOrder, type StoredOrder } from '../src/fold/stored-cells.ts';
import { intoEarlierCells } from './support/earlier-cells.ts';
import { day, event, night, type Who, workout } from './support/events.ts';
import { livedPerson } from './support/rebuilt-people.ts';
import { asPerson, consume, ingest, known, newTerraId, newUser, rowsOf } from './support/stack.ts';

const T1 = Date.UTC(2026, 2, 1);

function someone(provider = 'OURA'): Who {
  return { user: newUser(), terraId: newTerraId(), provider };
}

async function dailyRow(who: Who, date = '2026-03-02'): Promise<Record<string, unknown>> {
  const rows = await rowsOf('daily_summary', who.user);
  return known(rows.find((row) => row.datetime === date));
}

const FULL_NIGHT = night({
  deep: 5400,
  rem: 5400,
  light: 14400,
  awake: 3600,
  asleep: 25200,
  score: 81,
  restingHeartRate: 52,
  rmssd: 44,
});

describe('a night and a day', () => {
  it('become one row of the wake date, the sleep columns a unit', async () => {
    const who = someone();
    await ingest(
      event('daily', who, [day({ steps: 9000, restingHeartRate: 60, stress: 30, sleepScore: 50 })]),
    );
    await ingest(event('sleep', who, [FULL_NIGHT]));
    expect(await dailyRow(who)).toEqual({
      source: 'oura',
      datetime: '2026-03-02',
      steps: 9000,
      stress_score: 30,
      stress_management_score: 70,
      sleep_minutes: 420,
      bed_time: '2026-03-01T22:00:00.000Z',
      wake_up_time: '2026-03-02T06:00:00.000Z',
      deep_sleep_minutes: 90,
      rem_sleep_minutes: 90,
      light_sleep_minutes: 240,
      awake_minutes: 60,
      deep_sleep_percent: 18.75,
      rem_sleep_percent: 18.75,
      light_sleep_percent: 50,
      awake_percent: 12.5,
      resting_heart_rate: 52,
      heart_rate_variability: 44,
      hrv_method: 'rmssd',
      sleep_score: 81,
      utc_offset_minutes: 60,
    });
    const [session] = await rowsOf('sleep_sessions', who.user);
    expect(session).toEqual({
      source: 'oura',
      start_time: '2026-03-01T22:00:00.000Z',
      end_time: '2026-03-02T06:00:00.000Z',
      utc_offset_minutes: 60,
      raw: JSON.stringify(FULL_NIGHT),
    });
  });

  it('keep a value that a later event does not know', async () => {
    const who = someone();
    await ingest(event('daily', who, [day({ steps: 100, stress: 30 })]), { orderingMs: T1 + 1_000 });
    await ingest(event('daily', who, [day({ steps: 200 })]), { orderingMs: T1 + 2_000 });
    expect(await dailyRow(who)).toMatchObject({ steps: 200, stress_score: 30, stress_management_score: 70 });
  });

  it('keep the later event when it arrives first', async () => {
    const who = someone();
    await ingest(event('daily', who, [day({ steps: 200 })]), { orderingMs: T1 + 2_000 });
    await ingest(event('daily', who, [day({ steps: 100, stress: 30 })]), { orderingMs: T1 + 1_000 });
    expect(await dailyRow(who)).toMatchObject({ steps: 200, stress_score: 30, stress_management_score: 70 });
  });

  it('take the main session as a unit: what it does not know is null, whatever a shorter one says', async () => {
    const who = someone();
    await ingest(
      event('sleep', who, [
        night({
          id: 'short',
          end: '2026-03-02T01:30:00+01:00',
          asleep: 7200,
          deep: 3600,
          rem: 1800,
          light: 1800,
          awake: 60,
          score: 70,
        }),
      ]),
      { orderingMs: T1 + 1 },
    );
    await ingest(
      event('sleep', who, [night({ id: 'long', start: '2026-03-02T02:00:00+01:00', asleep: 18000 })]),
      { orderingMs: T1 + 2 },
    );
    expect(await dailyRow(who)).toEqual({
      source: 'oura',
      datetime: '2026-03-02',
      sleep_minutes: 300,
      bed_time: '2026-03-02T01:00:00.000Z',
      wake_up_time: '2026-03-02T06:00:00.000Z',
      sleep_score: 70,
      utc_offset_minutes: 60,
    });
  });

  it('have the time asleep and no other sleep column when there were only naps', async () => {
    const who = someone();
    await ingest(event('daily', who, [day({ steps: 5 })]));
    await ingest(event('sleep', who, [night({ nap: true, asleep: 1800, score: 60 })]));
    expect(await dailyRow(who)).toEqual({
      source: 'oura',
      datetime: '2026-03-02',
      steps: 5,
      nap_minutes: 30,
      utc_offset_minutes: 60,
    });
    expect(await rowsOf('sleep_sessions', who.user)).toHaveLength(1);
  });

  it('let a tentative night lose against a confirmed revision, whenever it was sent', async () => {
    const who = someone();
    await ingest(event('sleep', who, [night({ asleep: 20000, score: 80 })]), { orderingMs: T1 + 1 });
    await ingest(event('sleep', who, [night({ asleep: 10000, score: 10, uploadType: 3, rmssd: 40 })]), {
      orderingMs: T1 + 2,
    });
    expect(await dailyRow(who)).toMatchObject({ sleep_score: 80, heart_rate_variability: 40 });
  });
});

describe('a session that is sent again under its id', () => {
  it('with another start replaces the earlier row, leaves a tombstone and moves its night', async () => {
    const who = someone();
    await ingest(event('sleep', who, [night({ asleep: 20000, score: 80 })]), { orderingMs: T1 + 1 });
    await ingest(
      event('sleep', who, [
        night({ start: '2026-03-02T23:30:00+01:00', end: '2026-03-03T06:00:00+01:00', asleep: 18000 }),
      ]),
      { orderingMs: T1 + 2 },
    );
    expect(
      await rowsOf('sleep_sessions', who.user, ['user_id', 'updated_at', 'cells', 'rules', 'raw']),
    ).toEqual([
      {
        source: 'oura',
        start_time: '2026-03-02T22:30:00.000Z',
        end_time: '2026-03-03T05:00:00.000Z',
        utc_offset_minutes: 60,
      },
    ]);
    expect(await dailyRow(who)).toEqual({});
    expect(await dailyRow(who, '2026-03-03')).toMatchObject({ sleep_minutes: 300, sleep_score: 80 });
    expect(await rowsOf('tombstones', who.user, ['user_id', 'deleted_at'])).toEqual([
      { table_name: 'daily_summary', key: '{"source":"oura","datetime":"2026-03-02"}' },
      { table_name: 'sleep_sessions', key: '{"source":"oura","start_time":"2026-03-01T22:00:00.000Z"}' },
    ]);
  });

  it('back at its first start has its row again and no tombstone', async () => {
    const who = someone();
    await ingest(event('activity', who, [workout({ name: 'a' })]), { orderingMs: T1 + 1 });
    await ingest(event('activity', who, [workout({ name: 'b', start: '2026-03-02T17:00:00+01:00' })]), {
      orderingMs: T1 + 2,
    });
    await ingest(event('activity', who, [workout({ name: 'c' })]), { orderingMs: T1 + 3 });
    const rows = await rowsOf('activities', who.user);
    expect(rows.map(({ start_time, activity_name }) => [start_time, activity_name])).toEqual([
      ['2026-03-02T17:00:00.000Z', 'c'],
    ]);
    expect(await rowsOf('tombstones', who.user, ['user_id', 'deleted_at'])).toEqual([
      { table_name: 'activities', key: '{"source":"oura","start_time":"2026-03-02T16:00:00.000Z"}' },
    ]);
  });
});

describe('activities', () => {
  it('that share a start are both kept, the later revision shown, the other back when it leaves', async () => {
    const who = someone();
    await ingest(event('activity', who, [workout({ id: 'x', name: 'first', calories: 100 })]), {
      orderingMs: T1 + 1,
    });
    await ingest(event('activity', who, [workout({ id: 'y', name: 'second' })]), { orderingMs: T1 + 2 });
    expect((await rowsOf('activities', who.user)).map(known)).toMatchObject([{ activity_name: 'second' }]);
    expect((await rowsOf('activities', who.user))[0]?.calories).toBeNull();
    await ingest(event('activity', who, [workout({ id: 'y', start: null, uploadType: 4 })]), {
      orderingMs: T1 + 3,
    });
    const [row] = await rowsOf('activities', who.user);
    expect(row).toMatchObject({ activity_name: 'first', calories: 100 });
    expect(JSON.parse(String(row?.raw))).toEqual(workout({ id: 'x', name: 'first', calories: 100 }));
  });

  it('that share a start show the longer activity, in whatever order they came and keep both', async () => {
    const whole = workout({
      id: 'whole',
      name: 'Triathlon',
      end: '2026-03-02T20:45:00+01:00',
      calories: 900,
    });
    const leg = workout({ id: 'leg', name: 'Swim', end: '2026-03-02T18:40:00+01:00', distance: 1_500 });
    const endless = workout({ id: 'endless', name: 'Bike', end: null });
    for (const order of [
      [whole, leg, endless],
      [endless, leg, whole],
    ]) {
      const who = someone();
      for (const [i, item] of order.entries()) {
        await ingest(event('activity', who, [item]), { orderingMs: T1 + i + 1 });
      }
      const [row, ...others] = await rowsOf('activities', who.user);
      expect(others).toEqual([]);
      expect(row).toMatchObject({
        activity_name: 'Triathlon',
        duration: 9_900,
        calories: 900,
        distance: null,
      });
      expect(JSON.parse(String(row?.raw)).metadata.summary_id).toBe('whole');
      await ingest(event('activity', who, [workout({ id: 'whole', start: null, uploadType: 4 })]), {
        orderingMs: T1 + 9,
      });
      expect(await rowsOf('activities', who.user)).toMatchObject([
        { activity_name: 'Swim', duration: 2_400, calories: null, distance: 1_500 },
      ]);
    }
  });

  it('that Terra deleted leave a tombstone, and older revisions do not bring them back', async () => {
    const who = someone();
    await ingest(event('activity', who, [workout({ uploadType: 4 })]), { orderingMs: T1 + 5 });
    await ingest(event('activity', who, [workout({ name: 'late' })]), { orderingMs: T1 + 1 });
    expect(await rowsOf('activities', who.user)).toEqual([]);
    await ingest(event('activity', who, [workout({ name: 'again' })]), { orderingMs: T1 + 9 });
    expect((await rowsOf('activities', who.user)).map(known)).toMatchObject([{ activity_name: 'again' }]);
    await ingest(
      { ...event('activity', who, [workout({ uploadType: 4 })]), version: '2' },
      { orderingMs: T1 + 10 },
    );
    expect(await rowsOf('activities', who.user)).toEqual([]);
    expect(await rowsOf('tombstones', who.user, ['user_id', 'deleted_at'])).toHaveLength(1);
  });
});

describe('a body’s measurement', () => {
  const weighed = (who: Who, weight_kg: number, version = '1', height_cm: number | null = 180) => ({
    ...event('body', who, [
      {
        metadata: { start_time: '2026-03-02T00:00:00+01:00' },
        measurements_data: { measurements: [{ weight_kg, height_cm }] },
      },
    ]),
    version,
  });

  async function stored(who: Who): Promise<Record<string, unknown>> {
    const rows = await rowsOf('biomarkers_raw', who.user, []);
    const [day] = await rowsOf('biomarker_days', who.user, []);
    return { weight: rows.find(({ code }) => code === 'weight'), day, codes: rows.length };
  }

  /** As the version before days has it: the row holds its own order. */
  async function intoOwnCells(who: Who): Promise<void> {
    const { day } = (await stored(who)) as { day: { cells: string } };
    const [[order]] = JSON.parse(day.cells);
    const cells = (value: number, unit: string) =>
      JSON.stringify([[decodeOrder(order), { value, unit, raw: null }]]);
    await env.DB.batch([
      env.DB.prepare('update biomarker_days set cells = null where user_id = ?').bind(who.user),
      ...(
        [
          ['weight', 70, 'kg'],
          ['height', 180, 'cm'],
        ] as const
      ).map(([code, value, unit]) =>
        env.DB.prepare('update biomarkers_raw set cells = ?3 where user_id = ?1 and code = ?2').bind(
          who.user,
          code,
          cells(value, unit),
        ),
      ),
    ]);
  }

  it.each([
    ['its day’s cells', async () => undefined],
    ['its own cells, from before days', intoOwnCells],
  ])(
    'that comes again with another order is remembered, where the first stands in %s',
    async (_where, move) => {
      const who = someone();
      await ingest(weighed(who, 70), { orderingMs: T1 });
      const first = await stored(who);
      await move(who);
      await ingest(weighed(who, 71), { orderingMs: T1 - 1 });
      expect((await stored(who)).weight).toMatchObject({ value: 70 });
      await ingest(weighed(who, 70, 'again'), { orderingMs: T1 + 2 });
      await ingest(weighed(who, 72), { orderingMs: T1 + 1 });
      const { weight, day } = (await stored(who)) as {
        weight: Record<string, unknown>;
        day: { cells: string; updated_at: string };
      };
      expect({ ...weight, cells: 0 }).toEqual({ ...(first.weight as object), cells: 0 });
      expect(day.updated_at).toBe(weight.updated_at);
      const orders = JSON.parse(day.cells).map(([order, codes]: [StoredOrder, string[]]) => [
        decodeOrder(order)[1] - T1,
        codes.join(),
      ]);
      expect(orders).toEqual([2, 1, 0, -1].map((ms) => [ms, 'height,weight']));
      await ingest(weighed(who, 73, '1', null), { orderingMs: T1 + 3 });
      const last = (await stored(who)) as { weight: { updated_at: string } };
      expect(last).toMatchObject({ weight: { value: 73, cells: '[]' }, codes: 2 });
      expect(last).toMatchObject({
        day: { updated_at: last.weight.updated_at, cells: expect.stringContaining('height') },
      });
    },
  );
});

describe('cells that an earlier version spelled out', () => {
  it('say the same, and are written shorter with the next event', async () => {
    const who = await livedPerson();
    const answered = async (path: string) => (await asPerson(who.user, path)).json();
    const key = JSON.stringify({ source: 'oura', datetime: '2026-03-02' });
    const seen = () =>
      Promise.all([
        answered(`/v1/explain?table=daily_summary&key=${key}`),
        ...['daily_summary', 'sleep_sessions', 'activities', 'biomarkers_raw'].map((table) =>
          rowsOf(table, who.user, ['cells']),
        ),
      ]);
    const before = await seen();
    const cellsOf = async () =>
      (await rowsOf('daily_summary', who.user, [])).map(({ cells }) => String(cells));
    const short = await cellsOf();
    await intoEarlierCells(who.user);
    expect((await cellsOf()).join()).toContain('"steps":100');
    expect(await seen()).toEqual(before);
    const { results } = await env.DB.prepare('select id from raw_events where user_id = ?')
      .bind(who.user)
      .all<{ id: number }>();
    await consume(results.map(({ id }) => ({ rawEventId: id, force: true })));
    expect(await seen()).toEqual(before);
    await ingest(event('daily', who, [day({ steps: 101 })]), { orderingMs: Date.now() + 1_000 });
    const [changed, unchanged] = await cellsOf();
    expect(changed).not.toContain('"steps"');
    expect(short).not.toContain(unchanged);
    expect(await dailyRow(who)).toMatchObject({ steps: 101, sleep_score: 81 });
  });
});

describe('an event that changes nothing', () => {
  it('moves no clock and no updated_at', async () => {
    const who = someone();
    const body = event('daily', who, [day({ steps: 9000 })]);
    await ingest(body, { orderingMs: T1 + 1 });
    const clock = () => env.DB.prepare('select clock from users where id = ?').bind(who.user).first('clock');
    const before = await clock();
    const { id } = await ingest(body, { orderingMs: T1 + 1 });
    await env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(id).run();
    expect((await ingest(body)).processed_at).not.toBeNull();
    expect(await clock()).toBe(before);
  });

  it('that differs only in its order moves the clock but not updated_at', async () => {
    const who = someone();
    await ingest(event('daily', who, [day({ steps: 9000 })]), { orderingMs: T1 + 1 });
    const updated = () =>
      env.DB.prepare('select updated_at from daily_summary where user_id = ?')
        .bind(who.user)
        .first('updated_at');
    const clock = () => env.DB.prepare('select clock from users where id = ?').bind(who.user).first('clock');
    const [before, clockBefore] = [await updated(), await clock()];
    await ingest({ ...event('daily', who, [day({ steps: 9000 })]), version: '2' }, { orderingMs: T1 + 2 });
    expect(await updated()).toBe(before);
    expect(await clock()).not.toBe(clockBefore);
  });
});
