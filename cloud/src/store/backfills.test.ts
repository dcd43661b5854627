import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import {
  type Columns,
  insertConnection,
  insertPerson,
  insertRow,
  markErasing,
  rowWhere,
} from '../../test/support/rows.ts';
import { newTerraId } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { asTerraUserId, asUserId } from '../ids.ts';
import { BACKFILL_ATTEMPTS_MAX, DAY_MS, OUTBOX_SWEEP_ROWS, PAUSED } from '../limits.ts';
import { askedDaysStatements, noteAskedStatement } from './asked-days.ts';
import {
  endBackfillStatement,
  markDeadBackfillsStatements,
  postponeBackfillStatement,
  readCovered,
  readDaysImported,
  readDaysSent,
  readPendingBackfill,
  retryBackfillStatement,
  takeDueBackfills,
} from './backfills.ts';
import { storeLargeRequestsStatements } from './large-requests.ts';
import { allRows, runAll } from './statements.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NOW = isoTime(NOW_MS);
const LATER = isoTime(NOW_MS + DAY_MS);
const ago = (days: number) => isoTime(NOW_MS - days * DAY_MS);

/** A request of ten days that waits and is due since a day, unless the columns say otherwise. */
async function request(user: string, columns: Columns = {}): Promise<string> {
  const id = crypto.randomUUID();
  await insertRow('backfills', {
    id,
    user_id: user,
    terra_user_id: `terra-of-${user}`,
    resource: 'daily',
    start_date: '2026-02-01',
    end_date: '2026-02-11',
    next_attempt_at: ago(1),
    created_at: ago(2),
    ...columns,
  });
  return id;
}

const SENT = { status: 'sent', sent_at: ago(1) };
const rowOf = (id: string) => rowWhere('backfills', 'id', id);

describe('a request that waits', () => {
  it('is read by its id, and not once it was sent or refused, nor of a person who is being erased', async () => {
    const user = await insertPerson();
    const [waiting, sent, failed] = [
      await request(user),
      await request(user, SENT),
      await request(user, { status: 'failed' }),
    ];
    const ofErased = await request(await insertPerson());
    await markErasing((await rowOf(ofErased))?.user_id as string);
    expect((await readPendingBackfill(env.DB, waiting))?.id).toBe(waiting);
    for (const other of [sent, failed, ofErased, 'none'])
      expect(await readPendingBackfill(env.DB, other)).toBeNull();
  });

  it('is the only one that an outcome is written to', async () => {
    const user = await insertPerson();
    const ended = {
      status: 'sent',
      attempts: 1,
      error: null,
      terraReference: 'a reference',
      sentAt: NOW,
    } as const;
    const outcomes = [
      (id: string) => retryBackfillStatement(id, { attempts: 2, error: 'http 500', nextAttemptAt: LATER }),
      (id: string) => endBackfillStatement(id, ended),
      (id: string) => postponeBackfillStatement(id, LATER, PAUSED),
    ];
    for (const outcome of outcomes) {
      const [waiting, other, sent] = [await request(user), await request(user), await request(user, SENT)];
      const before = [await rowOf(other), await rowOf(sent)];
      await runAll(env.DB, [outcome(waiting), outcome(sent)]);
      expect([await rowOf(other), await rowOf(sent)]).toEqual(before);
      expect(await rowOf(waiting)).toMatchObject(
        outcome === outcomes[1] ? { status: 'sent' } : { next_attempt_at: LATER },
      );
    }
  });

  it('is taken by the sweep once it is due, the longest due first, and leased', async () => {
    const user = await insertPerson();
    await env.DB.prepare("delete from backfills where status = 'pending'").run();
    const due = [await request(user), await request(user, { next_attempt_at: NOW })];
    const others = [await request(user, { next_attempt_at: LATER }), await request(user, SENT)];
    expect((await takeDueBackfills(env.DB, NOW, LATER)).toSorted()).toEqual(due.toSorted());
    expect(await takeDueBackfills(env.DB, NOW, LATER)).toEqual([]);
    expect((await rowOf(due[0] ?? ''))?.next_attempt_at).toBe(LATER);
    expect((await rowOf(others[1] ?? ''))?.next_attempt_at).toBe(ago(1));
  });

  it('is taken with so many at most, and what was sent long ago takes no place of theirs', async () => {
    const user = await insertPerson();
    await env.DB.prepare("delete from backfills where status = 'pending'").run();
    for (let n = 0; n < OUTBOX_SWEEP_ROWS; n += 1) await request(user, { ...SENT, next_attempt_at: ago(9) });
    const due: string[] = [];
    for (let n = 0; n <= OUTBOX_SWEEP_ROWS; n += 1) due.push(await request(user));
    expect(await takeDueBackfills(env.DB, NOW, LATER)).toHaveLength(OUTBOX_SWEEP_ROWS);
    expect(await takeDueBackfills(env.DB, NOW, LATER)).toHaveLength(1);
  });

  it('waits on after a dead letter, until its attempts are used up; no other is touched', async () => {
    const user = await insertPerson();
    const [first, last, other, sent] = [
      await request(user),
      await request(user, { attempts: BACKFILL_ATTEMPTS_MAX - 1, error: 'http 500' }),
      await request(user),
      await request(user, SENT),
    ];
    const before = [await rowOf(other), await rowOf(sent)];
    await runAll(env.DB, markDeadBackfillsStatements([first, last, sent], LATER));
    expect(await rowOf(first)).toMatchObject({ status: 'pending', attempts: 1, error: 'dead_lettered' });
    expect(await rowOf(last)).toMatchObject({ status: 'failed', error: 'http 500' });
    expect([await rowOf(other), await rowOf(sent)]).toEqual(before);
  });
});

describe('days that were asked for', () => {
  it('are those of one import and its person, by connection and resource', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    await request(user, { import_id: 'one', start_date: '2026-01-05' });
    await request(user, { import_id: 'one', start_date: '2026-01-20' });
    await request(user, { import_id: 'one', resource: 'sleep' });
    await request(user, { import_id: 'two', start_date: '2026-01-01' });
    await request(user, { start_date: '2026-01-01' });
    await request(other, { import_id: 'one', start_date: '2026-01-01' });
    const covered = await readCovered(env.DB, asUserId(user), 'one');
    const terraId = `terra-of-${user}`;
    expect(covered.toSorted((a, b) => a.resource.localeCompare(b.resource))).toEqual([
      { terra_user_id: terraId, resource: 'daily', start_date: '2026-01-05' },
      { terra_user_id: terraId, resource: 'sleep', start_date: '2026-02-01' },
    ]);
  });

  it('count for a person’s day where an import of theirs asked since then, once for all resources', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    await request(user, { import_id: 'one' });
    await request(user, { import_id: 'one', resource: 'sleep' });
    await request(user, { import_id: 'one', terra_user_id: newTerraId() });
    await request(user, { import_id: 'old', created_at: ago(3) });
    await request(user);
    await request(other, { import_id: 'one' });
    expect(await readDaysImported(env.DB, asUserId(user), ago(3))).toEqual([{ at: ago(2), days: 20 }]);
  });

  it('count for Terra’s limit where it took them since then, of one connection', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const terraId = `terra-of-${user}`;
    await request(user, SENT);
    await request(user, { status: 'failed', sent_at: ago(1) });
    await request(user, { ...SENT, sent_at: ago(3) });
    await request(user, { ...SENT, terra_user_id: newTerraId() });
    await request(other, { ...SENT, terra_user_id: terraId });
    const connection = { user_id: asUserId(user), terra_user_id: asTerraUserId(terraId) };
    expect(await readDaysSent(env.DB, connection, ago(3))).toEqual([{ at: ago(1), days: 11 }]);
  });

  it('are remembered with the connection that they are of, once Terra took them', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const terraId = await insertConnection(user);
    const [second, others] = [await insertConnection(user), await insertConnection(other)];
    const noted = async (columns: Columns) => {
      const id = await request(user, { terra_user_id: terraId, ...columns });
      await runAll(env.DB, [noteAskedStatement(id)]);
      const rows = [terraId, second, others].map((one) => rowWhere('terra_connections', 'id', one));
      return (await Promise.all(rows)).map((row) => row?.asked_from);
    };
    await request(user, { ...SENT, terra_user_id: terraId, start_date: '2026-01-01' });
    expect(await noted({})).toEqual([null, null, null]);
    expect(await noted({ ...SENT, terra_user_id: others })).toEqual([null, null, null]);
    expect(await noted(SENT)).toEqual(['{"daily":"2026-02-01"}', null, null]);
    expect(await noted({ ...SENT, start_date: '2026-02-09' })).toEqual([
      '{"daily":"2026-02-01"}',
      null,
      null,
    ]);
    const [connections] = askedDaysStatements(asUserId(user), ago(9));
    expect((await allRows<{ asked_from: string | null }>(env.DB, connections)).length).toBe(2);
  });

  it('announce their parts once, and a later word without a number takes none back', async () => {
    const user = asUserId(await insertPerson());
    const announce = async (expected: number | null) => {
      const [answer] = await runAll(
        env.DB,
        storeLargeRequestsStatements(
          [{ user_id: user, reference: 'large', expected_payloads: expected }],
          NOW,
        ),
      );
      const row = await rowWhere('large_requests', 'user_id', user);
      return [row?.expected_payloads, answer?.meta.rows_written];
    };
    expect((await announce(null))[0]).toBeNull();
    expect((await announce(3))[0]).toBe(3);
    expect(await announce(3)).toEqual([3, 0]);
    expect(await announce(null)).toEqual([3, 0]);
    expect((await announce(4))[0]).toBe(4);
  });
});
