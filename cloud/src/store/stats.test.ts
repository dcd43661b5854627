import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetRawEvents, insertRaw } from '../../test/support/raw-rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoTime, sqliteTime } from '../clock.ts';
import { asRawEventId } from '../ids.ts';
import { DAY_MS, DRAIN_LEASE_MS, HOUR_MS, REJECTED_COUNT_MAX } from '../limits.ts';
import {
  countFailureStatement,
  countOutcomesStatements,
  type OutcomeCount,
  outcomeCountsStatement,
} from './outcome-counts.ts';
import {
  countRejectionStatement,
  type RejectionCount,
  rejectionCountsStatement,
} from './rejected-signatures.ts';
import { allRows, runAll } from './statements.ts';
import { readStats } from './stats.ts';

/** In the middle of a slot. */
const NOW_MS = Date.UTC(2026, 2, 1, 12, 5);
const NOW = isoTime(NOW_MS);
const PROCESSED = { processed_at: sqliteTime(NOW_MS) };

beforeEach(async () => {
  await forgetRawEvents();
  await env.DB.batch(
    ['backfills', 'outcome_counts', 'rejected_signatures'].map((table) =>
      env.DB.prepare(`delete from ${table}`),
    ),
  );
});

describe('the events that wait', () => {
  it('are counted with the oldest of each kind, and none that was processed', async () => {
    const [early, late] = ['2026-02-01 00:00:00.000', '2026-02-02 00:00:00.000'];
    await insertRaw(
      { received_at: late },
      { received_at: early, process_error: 'owner_conflict' },
      { received_at: late, dead_lettered_at: NOW },
      { received_at: late, dead_lettered_at: NOW, resolved_at: NOW },
      { received_at: '2026-01-01 00:00:00.000', dead_lettered_at: NOW, ...PROCESSED },
      { received_at: '2026-01-01 00:00:00.000', process_error: 'payload_invalid:$.data', ...PROCESSED },
    );
    expect(await readStats(env.DB, NOW_MS)).toMatchObject({
      ...{ backlog: 3, oldest_backlog: late, parked: 1, oldest_parked: early, oldest_unprocessed: early },
      ...{ dead_lettered: 1, last_received_at: '2026-01-01 00:00:00.000' },
    });
  });

  it('and the errors that nobody settled, by their codes, on processed events too', async () => {
    await insertRaw(
      { process_error: 'owner_conflict' },
      { process_error: 'owner_conflict', resolved_at: NOW },
      { process_error: 'payload_invalid:$.a', ...PROCESSED },
      { process_error: 'payload_invalid:$.b' },
      { process_error: 'payload_missing', resolved_at: NOW },
      { process_error: 'skipped:nutrition', ...PROCESSED },
      {},
    );
    expect((await readStats(env.DB, NOW_MS)).errors).toEqual({ owner_conflict: 1, payload_invalid: 2 });
  });
});

describe('the requests to Terra', () => {
  async function requests(
    ...rows: readonly { readonly inMs: number; readonly status?: string; readonly error?: string }[]
  ) {
    const user = newUser();
    await env.DB.batch([
      env.DB.prepare('insert into users(id) values (?)').bind(user),
      ...rows.map(({ inMs, status = 'pending', error = null }) =>
        env.DB.prepare(
          `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, status, next_attempt_at,
  error, created_at)
values (?1, ?2, ?1, 'daily', '', '', ?3, ?4, ?5, '')`,
        ).bind(crypto.randomUUID(), user, status, isoTime(NOW_MS + inMs), error),
      ),
    ]);
  }

  it('wait where Terra put them off, or where they are put off further than a message explains', async () => {
    await requests(
      { inMs: 1, error: '429' },
      { inMs: 2, error: '429' },
      { inMs: 0, error: '429' },
      { inMs: 1, error: '500', status: 'failed' },
      { inMs: DRAIN_LEASE_MS },
      { inMs: DRAIN_LEASE_MS + 1 },
    );
    expect(await readStats(env.DB, NOW_MS)).toMatchObject({
      ...{ outbox_pending: 5, outbox_waiting: 3, outbox_waiting_error: '429' },
      outbox_next_attempt_at: isoTime(NOW_MS + 1),
      waiting: [
        { error: '429', requests: 2, next_attempt_at: isoTime(NOW_MS + 1) },
        { error: null, requests: 1, next_attempt_at: isoTime(NOW_MS + DRAIN_LEASE_MS + 1) },
      ],
    });
  });
});

describe('outcomes', () => {
  const counted = () => allRows<OutcomeCount>(env.DB, outcomeCountsStatement(NOW_MS));

  it('are counted of the last hour, of the last day and ever', async () => {
    const outcomes = ['normalized', 'normalized', 'skipped'] as const;
    for (const ms of [NOW_MS, NOW_MS - HOUR_MS, NOW_MS - 2 * HOUR_MS, NOW_MS - 2 * DAY_MS])
      await runAll(env.DB, countOutcomesStatements(outcomes, ms));
    expect(await counted()).toEqual([
      { outcome: 'normalized', hour: 4, day: 6, ever: 8 },
      { outcome: 'skipped', hour: 2, day: 3, ever: 4 },
    ]);
  });

  it('and a failure of an event that waits is one, once', async () => {
    const [waits = 0, processed = 0] = await insertRaw({}, PROCESSED, {});
    for (const id of [waits, processed, waits + 9])
      await runAll(env.DB, [countFailureStatement(asRawEventId(id), NOW_MS)]);
    expect(await counted()).toEqual([{ outcome: 'failed', hour: 1, day: 1, ever: 1 }]);
  });
});

describe('refused signatures', () => {
  const count = (ms: number, weight: number) =>
    runAll(env.DB, [countRejectionStatement('stale', weight, ms)]).then(
      ([answer]) => answer?.meta.rows_written,
    );
  const counted = () => allRows<RejectionCount>(env.DB, rejectionCountsStatement(NOW_MS));

  it('are counted of the last hour and of the last day', async () => {
    await count(NOW_MS, 1);
    await count(NOW_MS, 2);
    await count(NOW_MS - HOUR_MS, 10);
    await count(NOW_MS - 2 * HOUR_MS, 100);
    // In a slot of its own, a day and a slot before.
    await count(NOW_MS - DAY_MS - 3 * HOUR_MS, 1_000);
    expect(await counted()).toEqual([{ reason: 'stale', hour: 13, day: 113 }]);
  });

  it('begin anew in the same part of the next day, and what comes late from the day before is not counted', async () => {
    await count(NOW_MS - DAY_MS, 5);
    await count(NOW_MS, 1);
    expect(await counted()).toEqual([{ reason: 'stale', hour: 1, day: 1 }]);
    expect(await count(NOW_MS - DAY_MS, 5)).toBe(0);
    expect(await counted()).toEqual([{ reason: 'stale', hour: 1, day: 1 }]);
  });

  it('are not written any more once there are enough, until the next day', async () => {
    await count(NOW_MS - DAY_MS, REJECTED_COUNT_MAX - 1);
    expect(await count(NOW_MS - DAY_MS, 5)).toBeGreaterThan(0);
    expect(await count(NOW_MS - DAY_MS, 5)).toBe(0);
    await count(NOW_MS, 5);
    expect(await counted()).toEqual([{ reason: 'stale', hour: 5, day: 5 }]);
  });
});
