import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { newTerraId, newUser, rawEvent } from '../../test/support/stack.ts';
import { isoTime, sqliteTime } from '../clock.ts';
import { asRawEventId, asUserId } from '../ids.ts';
import {
  blankEventsStatements,
  type OutcomeRow,
  storeFailureStatement,
  storeOutcomesStatements,
} from './event-outcomes.ts';
import {
  progressStatement,
  readAttempts,
  readOwnPayload,
  readRawEvents,
  readWholeEvent,
} from './raw-events.ts';
import { allRows, runAll } from './statements.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NEXT = isoTime(NOW_MS + 60_000);
const PROCESSED = { processed_at: sqliteTime(NOW_MS) };

const events = async (...rows: readonly RawColumns[]) => (await insertRaw(...rows)).map(asRawEventId);

describe('events', () => {
  it('are read by their ids', async () => {
    const [first, second, third] = await events({ attempts: 1 }, { attempts: 2 }, { attempts: 3 });
    if (first === undefined || second === undefined || third === undefined) throw new Error('three rows');
    expect((await readRawEvents(env.DB, [third, first])).map(({ id }) => id)).toEqual([first, third]);
    const progress = await allRows<{ attempts: number }>(env.DB, progressStatement([second]));
    expect(progress.map(({ attempts }) => attempts)).toEqual([2]);
    expect(await readAttempts(env.DB, second)).toBe(2);
    expect(await readAttempts(env.DB, asRawEventId(third + 1))).toBe(0);
    expect(await readWholeEvent(env.DB, second)).toMatchObject({ id: second, attempts: 2 });
    expect(await readWholeEvent(env.DB, asRawEventId(third + 1))).toBeNull();
  });

  it('show their body to their own person', async () => {
    const [user, other] = [newUser(), newUser()];
    const [own, second, foreign, nobodys] = await events(
      { user_id: user, payload: 'first' },
      { user_id: user, payload: 'second' },
      { user_id: other, payload: 'foreign' },
      { reference_id: user, payload: 'nobody’s' },
    );
    const payload = async (id: number | undefined) =>
      (await readOwnPayload(env.DB, asUserId(user), asRawEventId(id ?? 0)))?.payload;
    expect([await payload(own), await payload(second)]).toEqual(['first', 'second']);
    expect([await payload(foreign), await payload(nobodys)]).toEqual([undefined, undefined]);
  });
});

describe('what an attempt leaves', () => {
  const outcome = (id: number, columns: Partial<OutcomeRow> = {}): OutcomeRow => ({
    id: asRawEventId(id),
    processed_at: sqliteTime(NOW_MS),
    process_error: null,
    attempts: 1,
    next_attempt_at: null,
    user_id: null,
    duration_ms: 5,
    lost_races: null,
    halvings: null,
    ...columns,
  });

  it('is each event’s own, and of no other', async () => {
    const [owner, user] = [newUser(), asUserId(newUser())];
    const ids = await events({ user_id: owner }, {}, {});
    const [first = 0, second = 0, third = 0] = ids;
    await runAll(
      env.DB,
      storeOutcomesStatements([
        outcome(first),
        outcome(second, { processed_at: null, process_error: 'x', attempts: 4, user_id: user }),
      ]),
    );
    expect(await rawEvent(first)).toMatchObject({
      ...PROCESSED,
      attempts: 1,
      user_id: owner,
      duration_ms: 5,
    });
    expect(await rawEvent(second)).toMatchObject({ process_error: 'x', attempts: 4, user_id: user });
    expect(await rawEvent(third)).toMatchObject({ processed_at: null, attempts: 0, duration_ms: null });
  });

  it('is a failure on the event that waits, and none on what was processed', async () => {
    const [failed, other, processed] = await events({}, {}, PROCESSED);
    const left = { process_error: 'an exception', attempts: 2, next_attempt_at: NEXT };
    for (const id of [failed, processed])
      await runAll(env.DB, [storeFailureStatement({ id: id ?? asRawEventId(0), ...left })]);
    expect(await rawEvent(failed ?? 0)).toMatchObject(left);
    for (const id of [other, processed])
      expect(await rawEvent(id ?? 0)).toMatchObject({ process_error: null, attempts: 0 });
  });

  it('is nothing of the events of somebody erased, and all of others’', async () => {
    const row = () => ({ user_id: newUser(), terra_user_id: newTerraId(), reference_id: newUser() });
    const ids = await events(row(), row());
    const [blanked = 0, kept = 0] = ids;
    await env.DB.batch(
      ids.flatMap((id) => [
        env.DB.prepare("insert into raw_bodies values (?, 'body')").bind(id),
        env.DB.prepare("insert into redeliveries values (?, 'ref', 'trace', ?)").bind(
          id,
          PROCESSED.processed_at,
        ),
      ]),
    );
    const before = await rawEvent(kept);
    await runAll(env.DB, blankEventsStatements([asRawEventId(blanked)]));
    expect(await rawEvent(blanked)).toMatchObject({
      payload: '',
      terra_user_id: '',
      reference_id: null,
      user_id: null,
    });
    expect(await rawEvent(kept)).toEqual(before);
    for (const table of ['raw_bodies', 'redeliveries']) {
      const { results } = await env.DB.prepare(
        `select raw_event_id as id from ${table} where raw_event_id in (?, ?)`,
      )
        .bind(blanked, kept)
        .all();
      expect(results, table).toEqual([{ id: kept }]);
    }
  });
});
