import { type IsoTime, isoTime, unixMsOf } from '../clock.ts';
import type { RawEventId, TerraUserId, UserId } from '../ids.ts';
import {
  BACKFILL_ATTEMPTS_MAX,
  BACKFILL_SPACING_S,
  OUTBOX_SWEEP_ROWS,
  type PAUSED,
  type WAITS_FOR_LIMIT,
} from '../limits.ts';
import { insertRows, statementsForValues } from './row-sets.ts';
import { allRows, firstRow, type Statement, statement } from './statements.ts';

/** The outbox: requests for history that Terra is to be asked. */

export type NewBackfill = {
  readonly id: string;
  readonly userId: UserId;
  readonly terraUserId: TerraUserId;
  readonly resource: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly importId: string | null;
  readonly rawEventId: RawEventId | null;
};

/**
 * Writes requests to the outbox; asking twice for the same id asks once. Answers the new ids. They leave one
 * by one, so each is given up for lost, and swept, only as long after `sweepAfter` as its turn is.
 */
export function storeBackfillsStatements(
  backfills: readonly NewBackfill[],
  now: IsoTime,
  sweepAfter: IsoTime,
): readonly Statement[] {
  return insertRows(
    'backfills',
    [
      'id',
      'user_id',
      'terra_user_id',
      'resource',
      'start_date',
      'end_date',
      'import_id',
      'raw_event_id',
      'created_at',
      'next_attempt_at',
    ],
    backfills.map((one, position) => ({
      id: one.id,
      user_id: one.userId,
      terra_user_id: one.terraUserId,
      resource: one.resource,
      start_date: one.startDate,
      end_date: one.endDate,
      import_id: one.importId,
      raw_event_id: one.rawEventId,
      created_at: now,
      next_attempt_at: isoTime(unixMsOf(sweepAfter) + position * BACKFILL_SPACING_S * 1_000),
    })),
    'on conflict (id) do nothing\nreturning id',
  );
}

/** A request as it is sent. */
export type PendingBackfill = {
  readonly id: string;
  readonly user_id: UserId;
  readonly terra_user_id: TerraUserId;
  readonly resource: string;
  readonly start_date: string;
  readonly end_date: string;
  readonly attempts: number;
  /** The event that asked for it; null where a person or an operator did. */
  readonly raw_event_id: RawEventId | null;
};

/** Not sent yet, and its person is not being erased. */
const IS_PENDING = `status = 'pending'
  and not exists (select 1 from erasures where subject = user_id)`;

/** Null where the request was sent or given up, or is gone, or its person is being erased. */
export async function readPendingBackfill(db: D1Database, id: string): Promise<PendingBackfill | null> {
  return firstRow(
    db,
    statement(
      `select id, user_id, terra_user_id, resource, start_date, end_date, attempts, raw_event_id
from backfills
where id = ?1
  and ${IS_PENDING}`,
      id,
    ),
  );
}

/** Whose these requests are; one that is gone is left out. */
export async function readBackfillOwners(
  db: D1Database,
  ids: readonly string[],
): Promise<readonly Pick<PendingBackfill, 'id' | 'user_id' | 'terra_user_id'>[]> {
  if (ids.length === 0) return [];
  return allRows(
    db,
    statement(
      'select id, user_id, terra_user_id from backfills where id in (select value from json_each(?1))',
      JSON.stringify(ids),
    ),
  );
}

/** Terra did not take the request, and is asked again. */
export function retryBackfillStatement(
  id: string,
  retried: { readonly attempts: number; readonly error: string; readonly nextAttemptAt: IsoTime },
): Statement {
  return statement(
    `update backfills set
  attempts = ?2,
  error = ?3,
  next_attempt_at = ?4
where id = ?1
  and ${IS_PENDING}`,
    id,
    retried.attempts,
    retried.error,
    retried.nextAttemptAt,
  );
}

export type EndedBackfill = {
  readonly status: 'sent' | 'failed';
  readonly attempts: number;
  readonly error: string | null;
  readonly terraReference: string | null;
  readonly sentAt: IsoTime;
};

/** Terra took the request or refused it: it is not sent again. */
export function endBackfillStatement(id: string, ended: EndedBackfill): Statement {
  return statement(
    `update backfills set
  status = ?2,
  attempts = ?3,
  error = ?4,
  terra_reference = ?5,
  sent_at = ?6
where id = ?1
  and ${IS_PENDING}`,
    id,
    ended.status,
    ended.attempts,
    ended.error,
    ended.terraReference,
    ended.sentAt,
  );
}

/** Takes requests whose message was lost or whose wait is over, and leases them until `leaseUntil`; answers their ids. */
export async function takeDueBackfills(
  db: D1Database,
  now: IsoTime,
  leaseUntil: IsoTime,
): Promise<readonly string[]> {
  const due = await allRows<{ id: string }>(
    db,
    statement(
      `update backfills set next_attempt_at = ?2
where id in (
  select id
  from backfills
  where status = 'pending'
    and next_attempt_at <= ?1
  order by next_attempt_at
  limit ${OUTBOX_SWEEP_ROWS}
)
returning id`,
      now,
      leaseUntil,
    ),
  );
  return due.map(({ id }) => id);
}

/**
 * What Terra does not take is no dead letter: its row waits for the sweep. What comes here met a database that
 * was away, and waits there too; one that ends its consumer every time is given up like any other.
 */
export function markDeadBackfillsStatements(
  ids: readonly string[],
  nextAttemptAt: IsoTime,
): readonly Statement[] {
  return statementsForValues(
    `update backfills set
  attempts = attempts + 1,
  error = coalesce(error, 'dead_lettered'),
  next_attempt_at = ?2,
  status = case when attempts + 1 >= ${BACKFILL_ATTEMPTS_MAX} then 'failed' else 'pending' end
where id in (select value from json_each(?1))
  and status = 'pending'`,
    ids,
    nextAttemptAt,
  );
}

/** From when on an import asks a connection for a resource. */
export type CoveredRow = {
  readonly terra_user_id: TerraUserId;
  readonly resource: string;
  readonly start_date: string;
};

export async function readCovered(
  db: D1Database,
  userId: UserId,
  importId: string,
): Promise<readonly CoveredRow[]> {
  return allRows(
    db,
    statement(
      `select terra_user_id, resource, min(start_date) as start_date
from backfills
where import_id = ?2
  and user_id = ?1
group by terra_user_id, resource`,
      userId,
      importId,
    ),
  );
}

/** Days of history, asked for at one moment. */
export type DaysRow = { readonly at: IsoTime; readonly days: number };

/** What a person's imports asked for since then: days by connection, whatever the resources. */
export async function readDaysImported(
  db: D1Database,
  userId: UserId,
  since: IsoTime,
): Promise<readonly DaysRow[]> {
  return allRows(
    db,
    statement(
      `select created_at as at, sum(days) as days
from (
  select import_id, terra_user_id, created_at, max(julianday(end_date) - julianday(start_date)) as days
  from backfills
  where user_id = ?1
    and import_id is not null
    and created_at > ?2
  group by import_id, terra_user_id, created_at
)
group by created_at`,
      userId,
      since,
    ),
  );
}

/** The days of one of a person's connections that Terra took requests for since then, over all resources. */
export async function readDaysSent(
  db: D1Database,
  { user_id, terra_user_id }: Pick<PendingBackfill, 'user_id' | 'terra_user_id'>,
  since: IsoTime,
): Promise<readonly DaysRow[]> {
  return allRows(
    db,
    statement(
      `select sent_at as at, julianday(end_date) - julianday(start_date) + 1 as days
from backfills
where user_id = ?1
  and terra_user_id = ?2
  and status = 'sent'
  and sent_at > ?3`,
      user_id,
      terra_user_id,
      since,
    ),
  );
}

/** A request waits for Terra's limit, or for an operator: that is no attempt. */
export function postponeBackfillStatement(
  id: string,
  nextAttemptAt: IsoTime,
  error: typeof WAITS_FOR_LIMIT | typeof PAUSED,
): Statement {
  return statement(
    `update backfills set next_attempt_at = ?2, error = ?3
where id = ?1
  and ${IS_PENDING}`,
    id,
    nextAttemptAt,
    error,
  );
}
