import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetRawEvents, insertAlike, insertRaw } from '../../test/support/raw-rows.ts';
import { newUser, rawEvent } from '../../test/support/stack.ts';
import { isoTime, sqliteTime } from '../clock.ts';
import { DRAIN_ATTEMPTED_ROWS, DRAIN_NEW_ROWS } from '../limits.ts';
import {
  readUnprocessedEvents,
  takeUnprocessedEvents,
  type UnprocessedFilter,
} from './unprocessed-events.ts';

const DAY = 24 * 60;
const ms = (minute: number) => Date.UTC(2026, 2, 1, 12, minute);
const at = (minute: number) => isoTime(ms(minute));
const PROCESSED = { processed_at: sqliteTime(ms(0)) };
/** What an outcome leaves on a row, and an attempt that did not take effect. */
const [TRIED, LET_GO, SET_BACK] = [
  { attempts: 1, received_at: sqliteTime(ms(-10)) },
  { released_at: at(-1) },
  { duration_ms: 5 },
];

beforeEach(async () => {
  await forgetRawEvents();
  await env.DB.prepare('delete from sweeps').run();
});

const drain = async (minute = 0) => {
  const times = { now: at(minute), leaseUntil: at(minute + 5), attemptedSince: sqliteTime(ms(-60)) };
  return (await takeUnprocessedEvents(env.DB, times)).map(({ id }) => id);
};

/** How far the drain has come, and since when that stands. */
const place = () =>
  env.DB.prepare(
    "select cast(cursor as integer) as cursor, updated_at from sweeps where name = 'untried_from'",
  ).first<{ cursor: number; updated_at: string }>();

async function placeIs(name: string, cursor: number, minute: number): Promise<void> {
  await env.DB.prepare('insert into sweeps(name, cursor, updated_at) values (?, ?, ?)')
    .bind(name, String(cursor), at(minute))
    .run();
}

describe('the drain', () => {
  it('takes what was never tried, was let go, was set back or failed, and nothing that waits for somebody', async () => {
    const taken = await insertRaw({}, LET_GO, SET_BACK, TRIED, {
      ...TRIED,
      process_error: 'payload_missing',
    });
    const parked = { process_error: 'owner_conflict' };
    await insertRaw(
      PROCESSED,
      { ...LET_GO, ...PROCESSED },
      { ...TRIED, ...PROCESSED },
      parked,
      { ...LET_GO, ...parked },
      { ...TRIED, ...parked },
      { ...TRIED, received_at: sqliteTime(ms(-61)) },
    );
    expect(await drain()).toEqual(taken);
  });

  it('takes it when its time has come, once until the lease is over', async () => {
    const due = await insertRaw(
      ...[{}, LET_GO, TRIED].flatMap((row) => [
        { ...row, next_attempt_at: at(0) },
        { ...row, next_attempt_at: null },
      ]),
    );
    const later = await insertRaw(...[{}, LET_GO, TRIED].map((row) => ({ ...row, next_attempt_at: at(1) })));
    expect(await drain()).toEqual(due);
    expect(await rawEvent(due[0] ?? 0)).toMatchObject({ next_attempt_at: at(5) });
    expect(await rawEvent(later[0] ?? 0)).toMatchObject({ next_attempt_at: at(1) });
    expect(await drain(1)).toEqual(later);
    expect(await drain(5)).toEqual(due);
  });

  it('takes so many of each kind, the oldest first, so that none hides another', async () => {
    const tried = await insertAlike(DRAIN_ATTEMPTED_ROWS + 1, TRIED);
    const letGo = await insertAlike(DRAIN_NEW_ROWS + 1, LET_GO);
    const untried = await insertAlike(DRAIN_NEW_ROWS + 1, {});
    expect(await drain()).toEqual([tried, letGo, untried].flatMap((ids) => ids.slice(0, -1)));
  });
});

describe('where the drain goes on', () => {
  it('is the first event that waits for its first try, whatever was let go or set back before it', async () => {
    const ids = await insertRaw(TRIED, LET_GO, SET_BACK, {}, {});
    await drain();
    expect(await place()).toEqual({ cursor: ids[3], updated_at: at(0) });
  });

  it('is behind all events where none waits', async () => {
    const [last = 0] = await insertRaw(PROCESSED);
    await drain();
    expect(await place()).toEqual({ cursor: last + 1, updated_at: at(0) });
    await forgetRawEvents();
    await env.DB.prepare('delete from sweeps').run();
    await drain();
    expect(await place()).toEqual({ cursor: 0, updated_at: at(0) });
  });

  it('passes over what is before it for the rest of that day, and no other sweep counts', async () => {
    const [before = 0, after = 0] = await insertRaw({}, {});
    await placeIs('a sweep', after + 9, 0);
    await placeIs('untried_from', before + 1, 0);
    expect(await drain(1)).toEqual([after]);
    expect(await drain(DAY)).toEqual([before, after]);
  });

  it('is written where it moved, and once a day', async () => {
    const [first = 0, second = 0] = await insertRaw({}, {});
    await drain(0);
    await drain(1);
    expect(await place()).toEqual({ cursor: first, updated_at: at(0) });
    await env.DB.prepare('update raw_events set attempts = 1 where id = ?').bind(first).run();
    await drain(2);
    expect(await place()).toEqual({ cursor: second, updated_at: at(2) });
    await drain(DAY);
    expect(await place()).toEqual({ cursor: second, updated_at: at(DAY) });
  });
});

it('what waits is found by type, by person and by how its error begins, the oldest first', async () => {
  const user = newUser();
  const ids = await insertRaw(
    { event_type: 'sleep' },
    { user_id: user },
    { reference_id: user },
    { process_error: 'payload_invalid:$.data', payload_bytes: 7 },
    { event_type: 'sleep', user_id: newUser(), process_error: 'owner_conflict' },
  );
  const all = { event_type: 'sleep', user_id: user, process_error: 'payload_invalid:$.data', ...PROCESSED };
  await insertRaw(all);
  const found = async (filter: Partial<UnprocessedFilter>) =>
    (await readUnprocessedEvents(env.DB, { limit: 100, ...filter })).map(({ id }) => ids.indexOf(id));
  expect(await found({})).toEqual([0, 1, 2, 3, 4]);
  expect(await found({ limit: 2 })).toEqual([0, 1]);
  expect(await found({ event_type: 'sleep' })).toEqual([0, 4]);
  expect(await found({ user_id: user })).toEqual([1, 2]);
  expect(await found({ error: 'payload_invalid' })).toEqual([3]);
  expect(await found({ event_type: 'sleep', error: 'owner_conflict' })).toEqual([4]);
});
