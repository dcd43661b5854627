import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetRawEvents, insertAlike, insertRaw } from '../../test/support/raw-rows.ts';
import { newTerraId, newUser, rawEvent } from '../../test/support/stack.ts';
import { isoTime, sqliteTime } from '../clock.ts';
import type { EventStateName } from '../contract/event-filter.ts';
import { asRawEventId } from '../ids.ts';
import { SEARCH_TEXT_ROWS_A_STEP } from '../limits.ts';
import { markDeadEventsStatements, readDeadLetters, reopenEvents, resolveEvents } from './dead-letters.ts';
import { type EventSearch, readSearchedEvents } from './event-search.ts';
import { runAll } from './statements.ts';

const NOW = isoTime(Date.UTC(2026, 2, 1, 12));
const NEXT = isoTime(Date.UTC(2026, 2, 1, 12, 5));
const PROCESSED = { processed_at: '2026-03-01 10:00:00.000' };
const ALL = { lowId: 0, beforeId: Number.MAX_SAFE_INTEGER };

beforeEach(forgetRawEvents);

const search = async (what: EventSearch, range = ALL) => {
  const { found, nextBeforeId } = await readSearchedEvents(env.DB, what, range);
  return { ids: found.map(({ id }) => Number(id)).toSorted((a, b) => a - b), nextBeforeId };
};

describe('a search of events', () => {
  it('finds each by its state', async () => {
    const rows = [
      {},
      { process_error: 'owner_conflict' },
      { dead_lettered_at: NOW },
      { ...PROCESSED },
      { ...PROCESSED, process_error: 'payload_invalid:$.data' },
      { ...PROCESSED, process_error: 'skipped:nutrition' },
      { ...PROCESSED, process_error: 'payload_invalid:$.data', resolved_at: NOW },
      { dead_lettered_at: NOW, ...PROCESSED },
    ];
    const ids = await insertRaw(...rows);
    const placesOf = async (state: EventStateName) =>
      (await search({ state })).ids.map((id) => ids.indexOf(id));
    expect(await placesOf('open')).toEqual([1, 2, 4]);
    expect(await placesOf('unprocessed')).toEqual([0, 1, 2]);
    expect(await placesOf('backlog')).toEqual([0, 2]);
    expect(await placesOf('parked')).toEqual([1]);
    expect(await placesOf('dead_lettered')).toEqual([2]);
    expect(await placesOf('normalized')).toEqual([3, 4, 6, 7]);
    expect(await placesOf('partial')).toEqual([4, 6]);
    expect(await placesOf('skipped')).toEqual([5]);
    expect(await placesOf('resolved')).toEqual([6]);
  });

  it('finds a person’s and what names them alone, and those of a Terra id whatever their type', async () => {
    const [user, other, terraId] = [newUser(), newUser(), newTerraId()];
    const ids = await insertRaw(
      { user_id: user, ...PROCESSED },
      { reference_id: user, ...PROCESSED },
      { reference_id: user },
      { reference_id: user, user_id: other },
      { reference_id: other, ...PROCESSED },
      { reference_id: other },
      { terra_user_id: terraId, event_type: 'sleep' },
      { terra_user_id: terraId, event_type: 'body' },
      { terra_user_id: newTerraId(), event_type: 'body' },
    );
    expect((await search({ user_id: user })).ids).toEqual(ids.slice(0, 3));
    expect((await search({ terra_user_id: terraId })).ids).toEqual(ids.slice(6, 8));
  });

  it('finds by type, provider, error, time and text, each by itself', async () => {
    const ids = await insertRaw(
      { event_type: 'sleep' },
      { provider: 'OURA' },
      { process_error: 'payload_invalid:$.data' },
      { received_at: '2026-03-02 00:00:00.000' },
      { received_at: '2026-03-01 00:00:00.000' },
      { payload: '{"needle":1}' },
    );
    const placesOf = async (what: EventSearch) => (await search(what)).ids.map((id) => ids.indexOf(id));
    expect(await placesOf({ type: 'sleep' })).toEqual([0]);
    expect(await placesOf({ provider: 'oura' })).toEqual([1]);
    expect(await placesOf({ error: 'payload_invalid' })).toEqual([2]);
    const since = sqliteTime(Date.UTC(2026, 2, 1));
    const until = sqliteTime(Date.UTC(2026, 2, 2));
    expect(await placesOf({ since, until })).toEqual([4]);
    expect(await placesOf({ text: 'needle' })).toEqual([5]);
  });

  it('looks at so many rows a step, within its range, and tells where to go on', async () => {
    const STEP = SEARCH_TEXT_ROWS_A_STEP;
    const ids = await insertAlike(3 * STEP, { payload: '{"needle":1}' });
    const id = (place: number) => ids[place] ?? 0;
    const text = 'needle';
    // As many rows are before the range and behind it as a step looks at.
    const range = { lowId: id(STEP), beforeId: id(2 * STEP) };
    expect(await search({ text }, { ...range, lowId: id(STEP + 1) })).toEqual({
      ids: ids.slice(STEP + 1, 2 * STEP),
      nextBeforeId: null,
    });
    expect(await search({ text }, { ...range, lowId: 0 })).toEqual({
      ids: ids.slice(STEP, 2 * STEP),
      nextBeforeId: id(STEP),
    });
    expect(await search({ text }, { ...range, beforeId: id(2 * STEP - 1) })).toEqual({
      ids: ids.slice(STEP, 2 * STEP - 1),
      nextBeforeId: null,
    });
  });
});

describe('what was given up', () => {
  it('is marked on the rows that are named and not processed, and counts as a try the second time', async () => {
    const ids = await insertRaw({}, {}, PROCESSED);
    const [named = 0, other = 0, processed = 0] = ids;
    const mark = () =>
      runAll(env.DB, markDeadEventsStatements([named, processed].map(asRawEventId), NOW, NEXT));
    await mark();
    expect(await rawEvent(named)).toMatchObject({ dead_lettered_at: NOW, attempts: 0, process_error: null });
    await mark();
    expect(await rawEvent(named)).toMatchObject({
      dead_lettered_at: NOW,
      attempts: 1,
      process_error: 'dead_lettered',
      next_attempt_at: NEXT,
    });
    for (const id of [other, processed])
      expect(await rawEvent(id)).toMatchObject({ dead_lettered_at: null, attempts: 0 });
  });

  it('is listed the latest first, page by page, and nothing that is settled or on its way', async () => {
    const ids = await insertRaw(
      { dead_lettered_at: NOW },
      { process_error: 'owner_conflict' },
      { ...PROCESSED, process_error: 'payload_invalid:$.data' },
    );
    await insertRaw(
      {},
      PROCESSED,
      { ...PROCESSED, process_error: 'skipped:nutrition' },
      { ...PROCESSED, dead_lettered_at: NOW },
      { process_error: 'owner_conflict', resolved_at: NOW },
    );
    const list = async (beforeId: number, limit = 10) =>
      (await readDeadLetters(env.DB, { errorChars: 5, beforeId, limit })).map(({ id }) => Number(id));
    expect(await list(Number.MAX_SAFE_INTEGER)).toEqual(ids.toReversed());
    expect(await list(ids[2] ?? 0)).toEqual(ids.slice(0, 2).toReversed());
    expect(await list(Number.MAX_SAFE_INTEGER, 1)).toEqual(ids.slice(2));
  });

  it('is settled once, by its id, and open again when it is tried again', async () => {
    const ids = (
      await insertRaw({ process_error: 'owner_conflict' }, { process_error: 'owner_conflict' }, PROCESSED)
    ).map(asRawEventId);
    const [one, other, processed] = ids;
    if (one === undefined || other === undefined || processed === undefined) throw new Error('three rows');
    expect(await resolveEvents(env.DB, [one, processed], 'seen', NOW)).toBe(1);
    expect(await resolveEvents(env.DB, [one], 'again', NEXT)).toBe(0);
    expect(await rawEvent(one)).toMatchObject({ resolved_at: NOW, resolve_note: 'seen' });
    expect(await rawEvent(other)).toMatchObject({ resolved_at: null, resolve_note: null });
    await resolveEvents(env.DB, [other], 'too', NOW);
    await reopenEvents(env.DB, [one], NEXT);
    expect(await rawEvent(one)).toMatchObject({ resolved_at: null, resolve_note: null, replayed_at: NEXT });
    expect(await rawEvent(other)).toMatchObject({ resolved_at: NOW, resolve_note: 'too', replayed_at: null });
  });
});
