import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { NIGHT_RAWS_KEPT } from '../src/limits.ts';
import { event, type Night, night, type Who } from './support/events.ts';
import { asPerson, ingest, known, newTerraId, newUser, rowsOf } from './support/stack.ts';

const T1 = Date.UTC(2026, 2, 1);

function someone(): Who {
  return { user: newUser(), terraId: newTerraId(), provider: 'GARMIN' };
}

async function tell(who: Who, order: number, ...nights: readonly Night[]): Promise<void> {
  await ingest(event('sleep', who, nights.map(night)), { orderingMs: T1 + order });
}

/** Starts of the visible sessions, and minutes asleep (`null` for a stay in bed) by date. */
async function stored(who: Who): Promise<{ starts: unknown[]; minutes: Record<string, unknown> }> {
  const sessions = await rowsOf('sleep_sessions', who.user);
  const days = await rowsOf('daily_summary', who.user);
  return {
    starts: sessions.map(({ start_time }) => start_time).toSorted(),
    minutes: Object.fromEntries(days.map((day) => [day.datetime, day.sleep_minutes ?? null])),
  };
}

const START = '2026-03-01T22:00:00.000Z';

describe('a night that is corrected under another id', () => {
  it('shows the correction alone, and the mirror is told that the first is gone', async () => {
    const who = someone();
    await tell(who, 1, { id: 'a', asleep: 27_000 });
    const first = (await (await asPerson(who.user, '/v1/sync')).json()) as { now: string };
    await tell(who, 2, { id: null, start: '2026-03-01T23:10:00+01:00', asleep: 24_000 });
    expect(await stored(who)).toEqual({
      starts: ['2026-03-01T22:10:00.000Z'],
      minutes: { '2026-03-02': 400 },
    });
    const page = (await (await asPerson(who.user, `/v1/sync?since=${first.now}`)).json()) as {
      data: Record<string, { table?: string; key?: unknown }[]>;
    };
    expect(page.data.sleep_sessions).toMatchObject([{ start_time: '2026-03-01T22:10:00.000Z' }]);
    expect(page.data.deleted?.map(({ table, key }) => [table, key])).toEqual([
      ['sleep_sessions', { source: 'garmin', start_time: START }],
    ]);
  });

  it('shows the worst of very many records when all others move away, though its item was left out', async () => {
    const who = someone();
    const many = Array.from({ length: NIGHT_RAWS_KEPT + 1 }, (_, i) => ({ id: `n${i}`, asleep: 20_000 + i }));
    await tell(who, 1, ...many);
    const moved = { start: '2026-03-05T22:00:00+01:00', end: '2026-03-06T06:00:00+01:00' };
    await tell(who, 2, ...many.slice(1).map((one) => ({ ...one, ...moved })));
    const rows = await rowsOf('sleep_sessions', who.user);
    expect(rows.map(({ start_time, raw }) => [start_time, JSON.parse(String(raw))])).toContainEqual([
      START,
      { _raw_omitted: true },
    ]);
    expect((await stored(who)).minutes).toMatchObject({ '2026-03-02': 20_000 / 60 });
  });

  it('comes back as it was when the correction moves to another night', async () => {
    const who = someone();
    const first = night({ id: 'a', asleep: 27_000 });
    await tell(who, 1, { id: 'a', asleep: 27_000 });
    await tell(who, 2, { id: 'b', start: '2026-03-01T23:10:00+01:00', asleep: 24_000 });
    await tell(who, 3, {
      id: 'b',
      start: '2026-03-02T23:10:00+01:00',
      end: '2026-03-03T07:00:00+01:00',
      asleep: 24_000,
    });
    expect(await stored(who)).toEqual({
      starts: [START, '2026-03-02T22:10:00.000Z'],
      minutes: { '2026-03-02': 450, '2026-03-03': 400 },
    });
    const [row] = await rowsOf('sleep_sessions', who.user);
    expect(JSON.parse(String(row?.raw))).toEqual(first);
    expect(await rowsOf('tombstones', who.user, ['user_id', 'deleted_at'])).toEqual([
      { table_name: 'sleep_sessions', key: '{"source":"garmin","start_time":"2026-03-01T22:10:00.000Z"}' },
    ]);
  });

  it('stays as it is when the same is told again', async () => {
    const who = someone();
    await tell(who, 1, { id: 'a', asleep: 27_000 });
    await tell(who, 2, { id: 'b', start: '2026-03-01T23:10:00+01:00', asleep: 24_000 });
    const clock = () => env.DB.prepare('select clock from users where id = ?').bind(who.user).first('clock');
    const before = await clock();
    const { results } = await env.DB.prepare('select id from raw_events where reference_id = ? order by id')
      .bind(who.user)
      .all<{ id: number }>();
    expect(results).toHaveLength(2);
    await env.DB.prepare('update raw_events set processed_at = null where reference_id = ?')
      .bind(who.user)
      .run();
    await tell(who, 1, { id: 'a', asleep: 27_000 });
    await tell(who, 2, { id: 'b', start: '2026-03-01T23:10:00+01:00', asleep: 24_000 });
    expect(await clock()).toBe(before);
  });
});

describe('a record that overlaps only what is hidden', () => {
  it('joins the night all the same, whichever date each ends on', async () => {
    const evening: Night = {
      id: 'a',
      start: '2026-03-01T20:00:00+01:00',
      end: '2026-03-01T23:00:00+01:00',
      asleep: 60,
    };
    const whole: Night = {
      id: 'b',
      start: '2026-03-01T21:20:00+01:00',
      end: '2026-03-02T07:00:00+01:00',
      inBed: 34_800,
    };
    const late: Night = {
      id: 'c',
      start: '2026-03-02T02:00:00+01:00',
      end: '2026-03-02T07:30:00+01:00',
      asleep: 120,
    };
    const early: Night = {
      id: 'd',
      start: '2026-03-01T19:20:00+01:00',
      end: '2026-03-01T20:50:00+01:00',
      asleep: 180,
    };
    const rows = [];
    for (const told of [
      [evening, whole, late, early],
      [early, late, whole, evening],
    ]) {
      const who = someone();
      for (const one of told) await tell(who, [evening, whole, late, early].indexOf(one), one);
      rows.push([
        await stored(who),
        (await rowsOf('daily_summary', who.user)).map(known),
        await rowsOf('sleep_sessions', who.user, ['user_id', 'updated_at', 'cells']),
      ]);
    }
    expect(rows[1]).toEqual(rows[0]);
    expect(rows[0]?.[0]).toEqual({ starts: ['2026-03-01T18:20:00.000Z'], minutes: { '2026-03-01': 3 } });
  });
});

describe('a stay in bed', () => {
  it('gives way to the measured sleep in it, and stands where there is none', async () => {
    const who = someone();
    await tell(who, 1, { id: 'sleep', start: '2026-03-02T00:00:00+01:00', asleep: 25_200 });
    await tell(who, 2, {
      id: 'bed',
      start: '2026-03-01T22:00:00+01:00',
      end: '2026-03-02T07:00:00+01:00',
      inBed: 32_400,
    });
    await tell(who, 3, {
      id: 'bed-2',
      start: '2026-03-02T22:00:00+01:00',
      end: '2026-03-03T07:00:00+01:00',
      inBed: 32_400,
    });
    expect(await stored(who)).toEqual({
      starts: ['2026-03-01T23:00:00.000Z', '2026-03-02T21:00:00.000Z'],
      minutes: { '2026-03-02': 420, '2026-03-03': null },
    });
    const [, second] = await rowsOf('daily_summary', who.user);
    expect(known(second)).toMatchObject({ time_in_bed_minutes: 540, bed_time: '2026-03-02T21:00:00.000Z' });
  });
});

describe('naps', () => {
  it('count once each, whatever their ids, beside the night', async () => {
    const who = someone();
    const nap = { nap: true, start: '2026-03-02T13:00:00+01:00', end: '2026-03-02T14:00:00+01:00' };
    await tell(who, 1, { id: 'night', asleep: 25_200 }, { ...nap, id: 'x', asleep: 1_800 });
    await tell(who, 2, { ...nap, id: 'y', asleep: 2_400 });
    await tell(who, 3, {
      ...nap,
      id: 'z',
      start: '2026-03-02T17:00:00+01:00',
      end: '2026-03-02T17:30:00+01:00',
      asleep: 600,
    });
    const [day] = await rowsOf('daily_summary', who.user);
    expect(known(day)).toMatchObject({ sleep_minutes: 420, nap_minutes: 50 });
    expect(await rowsOf('sleep_sessions', who.user)).toHaveLength(3);
  });
});
