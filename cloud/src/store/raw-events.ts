import { type SqliteTime, type UnixMs, unixMsOf } from '../clock.ts';
import type { RawEventId, TerraUserId, UserId } from '../ids.ts';
import type { StoredEvent } from '../normalize/types.ts';
import { TABLE_COLUMNS } from './columns.ts';
import { PACKED } from './packed-bodies.ts';
import { idText } from './packed-ids.ts';
import { PAYLOAD_TEXT } from './payload-text.ts';
import { allRows, firstRow, type Statement, statement, type Value } from './statements.ts';

/** A row of raw_events as the consumer reads it. */
export type RawEventRow = {
  readonly id: RawEventId;
  readonly received_at: SqliteTime;
  readonly event_type: string;
  readonly terra_user_id: TerraUserId | '' | null;
  readonly reference_id: string | null;
  readonly provider: string | null;
  /** The body as text; `''` where it lies in R2. */
  readonly payload: string;
  readonly payload_key: string | null;
  /** Where in which pack of R2 the body lies: `PACKED`. */
  readonly packed: string | null;
  readonly payload_bytes: number | null;
  /** Of a ping: where what it pointed at is kept, once it was fetched. */
  readonly fetched_key: string | null;
  readonly dedup_key: string;
  readonly order_ms: UnixMs | null;
  readonly request_id: string | null;
  /** To whom an earlier attempt gave it; null where none did. */
  readonly user_id: UserId | null;
};

/** The columns of a `RawEventRow`. */
export const EVENT_COLUMNS = `id, received_at, event_type, terra_user_id, reference_id, provider, ${PAYLOAD_TEXT} as payload,
  ${PACKED} as packed, payload_key, payload_bytes, fetched_key, dedup_key, order_ms, ${idText('request_id')} as request_id, user_id`;

/** Rows by id, payload included. */
export async function readRawEvents(
  db: D1Database,
  ids: readonly RawEventId[],
): Promise<readonly RawEventRow[]> {
  return allRows(
    db,
    statement(
      `select ${EVENT_COLUMNS}
from raw_events
where id in (select value from json_each(?1))
order by id`,
      JSON.stringify(ids),
    ),
  );
}

/** What may have changed since the payloads were read; a wiped row is missing. */
export function progressStatement(ids: readonly RawEventId[]): Statement {
  return statement(
    `select id, processed_at, process_error, attempts, duration_ms, released_at
from raw_events
where id in (select value from json_each(?1))`,
    JSON.stringify(ids),
  );
}

/** How often an event was tried; 0 where it is gone. */
export async function readAttempts(db: D1Database, id: RawEventId): Promise<number> {
  const row = await firstRow<{ attempts: number }>(
    db,
    statement('select attempts from raw_events where id = ?1', id),
  );
  return row?.attempts ?? 0;
}

/** A row of any statement that asks for columns of every kind. */
export type AnyRow = Record<string, Value>;

const WHOLE_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['payload', `${PAYLOAD_TEXT} as payload`],
  ...['request_id', 'trace_id'].map((column): [string, string] => [column, `${idText(column)} as ${column}`]),
]);

/** What an event has for its own sake; `room` tells nothing. */
const WHOLE_EVENT = TABLE_COLUMNS.raw_events
  .filter((column) => column !== 'room')
  .map((column) => WHOLE_COLUMNS.get(column) ?? column)
  .join(', ');

/** All columns of an event, its body as it was received; null where there is none of this id. */
export async function readWholeEvent(db: D1Database, id: RawEventId): Promise<AnyRow | null> {
  return firstRow(
    db,
    statement(`select ${WHOLE_EVENT}, ${PACKED} as packed from raw_events where id = ?1`, id),
  );
}

/** Where the body of one of a person's own events is; null where they have no such event. */
export async function readOwnPayload(
  db: D1Database,
  userId: UserId,
  id: RawEventId,
): Promise<Pick<RawEventRow, 'payload' | 'payload_key' | 'packed' | 'fetched_key' | 'dedup_key'> | null> {
  return firstRow(
    db,
    statement(
      `select ${PAYLOAD_TEXT} as payload, ${PACKED} as packed, payload_key, fetched_key, dedup_key
from raw_events
where id = ?1
  and user_id = ?2`,
      id,
      userId,
    ),
  );
}

/** The row as the pure functions see it. */
export function storedEvent(row: RawEventRow): StoredEvent {
  const receivedMs = unixMsOf(row.received_at);
  return {
    eventType: row.event_type,
    terraUserId: row.terra_user_id ?? '',
    referenceId: row.reference_id,
    provider: row.provider,
    dedupKey: row.dedup_key,
    orderMs: row.order_ms ?? receivedMs,
    receivedMs,
  };
}
