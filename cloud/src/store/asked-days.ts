import type { IsoTime } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { type ImportRequestRow, requestsStatement } from './imports.ts';
import { type Statement, statement } from './statements.ts';

/** Which days of a person's sources Terra was asked for. */

/** A connection, and from which day on Terra took requests for its history: JSON by resource, null of none. */
export type AskedConnectionRow = {
  readonly provider: string;
  readonly connected_at: string;
  readonly deactivated_at: string | null;
  readonly asked_from: string | null;
};

export type AskedRows = {
  readonly connections: readonly AskedConnectionRow[];
  /** Those that wait, were refused, or left lately. */
  readonly requests: readonly ImportRequestRow[];
};

/**
 * The two statements that read it. They look at a person's connections and at the requests of the last weeks, and at
 * events only of requests that left after `sentAfter`: no history is read, however long it is.
 */
export function askedDaysStatements(userId: UserId, sentAfter: IsoTime): readonly [Statement, Statement] {
  return [
    statement(
      `select provider, connected_at, deactivated_at, asked_from
from terra_connections
where user_id = ?1
order by provider, connected_at, id`,
      userId,
    ),
    requestsStatement(userId, "(status <> 'sent' or sent_at > ?2)", sentAfter),
  ];
}

/** Terra took a request: remembers its first day, which outlives it. For the batch that says so. */
export function noteAskedStatement(backfillId: string): Statement {
  return statement(
    `update terra_connections set
  asked_from = json_set(
    coalesce(asked_from, '{}'),
    '$.' || b.resource,
    min(b.start_date, coalesce(asked_from->>('$.' || b.resource), b.start_date))
  )
from backfills b
where b.id = ?1
  and b.status = 'sent'
  and terra_connections.terra_user_id = b.terra_user_id
  and terra_connections.user_id = b.user_id`,
    backfillId,
  );
}
