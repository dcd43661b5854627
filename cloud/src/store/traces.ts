import type { LogLevel } from '../log.ts';
import { type Statement, statementsForRows } from './statements.ts';

/** A row of trace_events. Never a health value, a token or a secret. */
export type Trace = {
  readonly level: LogLevel;
  readonly event: string;
  readonly requestId?: string | null;
  readonly userId?: string | null;
  readonly terraUserId?: string | null;
  readonly rawEventId?: number | null;
  readonly message?: string | null;
  /** Stored as JSON. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly durationMs?: number | null;
};

export function writeTraces(traces: readonly Trace[], now: string): readonly Statement[] {
  return statementsForRows(INSERT_TRACES, traces.map(traceRow), now);
}

/** The same for traces of events, each only where its event is there and was not processed at or after `since`. */
export function writeTracesUnlessProcessed(
  traces: readonly Trace[],
  since: string,
  now: string,
): readonly Statement[] {
  return statementsForRows(
    `${INSERT_TRACES}
  and exists (
    select 1
    from raw_events r
    where r.id = v->>5
      and (r.processed_at is null or r.processed_at < ?3)
  )`,
    traces.map(traceRow),
    now,
    since,
  );
}

const INSERT_TRACES = `insert into trace_events(ts, level, event, request_id, user_id, terra_user_id, raw_event_id, message, data, duration_ms)
select ?2, v->>0, v->>1, v->>2, v->>3, v->>4, v->>5, v->>6, v->>7, v->>8
from (select value as v from json_each(?1))
where true`;

function traceRow(trace: Trace): readonly (string | number | null)[] {
  return [
    trace.level,
    trace.event,
    trace.requestId ?? null,
    trace.userId ?? null,
    trace.terraUserId ?? null,
    trace.rawEventId ?? null,
    trace.message ?? null,
    trace.details === undefined ? null : JSON.stringify(trace.details),
    trace.durationMs ?? null,
  ];
}
