import { type SqliteTime, sqliteTime, type UnixMs } from '../clock.ts';
import type { SignatureReason } from '../contract/stats.ts';
import { sha256Hex } from '../digest.ts';
import type { RawEventId, TerraUserId, UserId } from '../ids.ts';
import { HOUR_MS, REJECTED_TRACES_A_SLOT, REJECTED_TRACES_AN_HOUR } from '../limits.ts';
import type { LogLevel } from '../log.ts';
import type { ColumnOf } from './columns.ts';
import { daySlot } from './day-slots.ts';
import { countRejectionStatement } from './rejected-signatures.ts';
import { insertSql, type Row, statementsForRows } from './row-sets.ts';
import { runAll, type Statement } from './statements.ts';

/** A row of trace_events. Never a health value, a token or a secret. */
export type Trace = {
  readonly level: LogLevel;
  readonly event: string;
  readonly requestId?: string | null;
  readonly userId?: UserId | null;
  readonly terraUserId?: TerraUserId | '' | null;
  readonly rawEventId?: RawEventId | null;
  readonly message?: string | null;
  /** Stored as JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly durationMs?: number | null;
};

/**
 * A trace that names a person, one of their Terra ids or an event is written only while the person is not erased and
 * the event is there: every trace goes through here.
 */
export function storeTracesStatements(traces: readonly Trace[], now: SqliteTime): readonly Statement[] {
  return statementsForRows(insertTracesSql(), CELLS, traceRows(traces, now));
}

/** Writes one trace by itself. */
export async function writeTrace(db: D1Database, trace: Trace, now: SqliteTime): Promise<void> {
  await runAll(db, storeTracesStatements([trace], now));
}

/** The event of a trace that tells of a refused delivery. */
export const REJECTED_EVENT = 'webhook_rejected';

/**
 * Counts a delivery that anybody may have sent, for so many, and writes its trace: unless there are so many traces of
 * the last hour already, or the reason was counted so often lately that it has traces enough.
 */
export async function writeRejection(
  db: D1Database,
  trace: Trace,
  { reason, weight, nowMs }: { reason: SignatureReason; weight: number; nowMs: UnixMs },
): Promise<void> {
  await runAll(db, [
    countRejectionStatement(reason, weight, nowMs),
    ...rejectionTraceStatements(trace, reason, nowMs),
  ]);
}

export function rejectionTraceStatements(
  trace: Trace,
  reason: SignatureReason,
  nowMs: UnixMs,
): readonly Statement[] {
  const { slot, startedAt } = daySlot(nowMs);
  return statementsForRows(
    insertSql(
      'trace_events',
      COLUMNS,
      `where not exists (
    select 1
    from (
      select ts
      from trace_events indexed by idx_trace_rejected
      where event = '${REJECTED_EVENT}'
      order by ts desc
      limit 1 offset ${REJECTED_TRACES_AN_HOUR - 1}
    ) as earlier
    where earlier.ts > ?2
  )
  and not exists (
    select 1
    from rejected_signatures
    where slot = ?3
      and reason = ?4
      and started_at = ?5
      and count > ${REJECTED_TRACES_A_SLOT}
  )`,
    ),
    COLUMNS,
    traceRows([trace], sqliteTime(nowMs)),
    sqliteTime(nowMs - HOUR_MS),
    slot,
    reason,
    startedAt,
  );
}

/** The same for traces of events, each only where its event was not processed at or after `since`. */
export function storeTracesUnlessProcessedStatements(
  traces: readonly Trace[],
  since: SqliteTime,
  now: SqliteTime,
): readonly Statement[] {
  const isUnprocessed = 'and (e.processed_at is null or e.processed_at < ?2)';
  return statementsForRows(insertTracesSql(isUnprocessed), CELLS, traceRows(traces, now), since);
}

function insertTracesSql(ofEvent = ''): string {
  return insertSql(
    'trace_events',
    COLUMNS,
    `where not exists (select 1 from erased_subjects where subject_hash in (user_hash, terra_hash))
  and (
    raw_event_id is null
    or exists (select 1 from raw_events e where e.id = raw_event_id ${ofEvent})
  )`,
    ASKED,
  );
}

const COLUMNS = [
  'ts',
  'level',
  'event',
  'request_id',
  'user_id',
  'terra_user_id',
  'raw_event_id',
  'message',
  'data',
  'duration_ms',
] as const satisfies readonly ColumnOf<'trace_events'>[];

/** Hashes of the ids that a trace names, as an erasure leaves them. */
const ASKED = ['user_hash', 'terra_hash'] as const;

const CELLS = [...COLUMNS, ...ASKED] as const;

function traceRows(traces: readonly Trace[], now: SqliteTime): readonly Row<(typeof CELLS)[number]>[] {
  return traces.map((trace) => ({
    ts: now,
    level: trace.level,
    event: trace.event,
    request_id: trace.requestId ?? null,
    user_id: trace.userId ?? null,
    terra_user_id: trace.terraUserId ?? null,
    raw_event_id: trace.rawEventId ?? null,
    message: trace.message ?? null,
    data: trace.details === undefined ? null : JSON.stringify(trace.details),
    duration_ms: trace.durationMs ?? null,
    user_hash: hashOf(trace.userId),
    terra_hash: hashOf(trace.terraUserId),
  }));
}

function hashOf(id: string | null | undefined): string | null {
  return id ? sha256Hex(id) : null;
}
