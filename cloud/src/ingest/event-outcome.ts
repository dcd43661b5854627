import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { invalidAtPath, skippedError } from '../event-codes.ts';
import { ERROR_TEXT_MAX, TRACE_PATHS_MAX } from '../limits.ts';
import { waitMs } from '../queue/retry-policy.ts';
import type { OutcomeRow } from '../store/event-outcomes.ts';
import type { Trace } from '../store/traces.ts';
import type { PreparedEvent } from './prepared-event.ts';
import type { Snapshot } from './snapshot.ts';
import type { Verdict } from './verdict.ts';

/** An event and what becomes of it. */
export type JudgedEvent = { readonly event: PreparedEvent; readonly verdict: Verdict };

/** When the attempt runs, since when its events have been worked on, and what came in between. */
export type AttemptTime = {
  readonly nowMs: UnixMs;
  readonly startedMs: UnixMs;
  /** How often somebody else committed first. */
  readonly lostRaces: number;
  /** How often the events were halved because more of them did not go through. */
  readonly halvings: number;
};

/** Whether nothing of the event may stay. */
export function isOfErasedPerson({ verdict }: JudgedEvent): boolean {
  return verdict.state === 'skipped' && verdict.reason === 'user_erased';
}

/** The columns of raw_events that tell how an event ended. */
export function outcomeRow(
  { event, verdict }: JudgedEvent,
  snapshot: Snapshot,
  time: AttemptTime,
): OutcomeRow {
  const attempts = (snapshot.progress.get(event.row.id)?.attempts ?? 0) + 1;
  const isFinal = verdict.state === 'normalized' || verdict.state === 'skipped';
  return {
    id: event.row.id,
    processed_at: isFinal ? sqliteTime(time.nowMs) : null,
    process_error: processError(verdict),
    attempts,
    next_attempt_at: isFinal ? null : isoTime(time.nowMs + waitMs('row', attempts, event.row.id)),
    user_id: 'userId' in verdict ? verdict.userId : null,
    duration_ms: time.nowMs - time.startedMs,
    lost_races: time.lostRaces || null,
    halvings: time.halvings || null,
  };
}

/** The `process_error` column of a verdict. */
export function processError(verdict: Verdict): string | null {
  switch (verdict.state) {
    case 'normalized':
      return verdict.refused === null ? null : invalidAtPath(verdict.refused);
    case 'skipped':
      return skippedError(verdict.reason);
    case 'parked':
      return verdict.code;
    case 'failed':
      return verdict.error.slice(0, ERROR_TEXT_MAX);
    case 'gone':
    case 'already_processed':
    case 'deferred':
      return null;
  }
}

/** Success writes no trace: receipt and outcome are columns of raw_events. What went otherwise does, once per cause. */
export function tracesOf(written: readonly JudgedEvent[], snapshot: Snapshot): Trace[] {
  return written.flatMap(({ event, verdict }) => {
    const about = {
      requestId: event.row.request_id,
      terraUserId: event.row.terra_user_id,
      rawEventId: event.row.id,
      userId: 'userId' in verdict ? verdict.userId : null,
    };
    const message = processError(verdict);
    const isKnown = message === snapshot.progress.get(event.row.id)?.processError;
    if (verdict.state === 'parked' || verdict.state === 'failed') {
      const isFailure = verdict.state === 'failed';
      return isKnown
        ? []
        : [
            {
              ...about,
              message,
              level: isFailure ? 'error' : 'warn',
              event: isFailure ? 'normalize_failed' : 'normalize_parked',
            } satisfies Trace,
          ];
    }
    if (verdict.state !== 'normalized') return [];
    const refused: Trace[] =
      message === null || isKnown ? [] : [{ ...about, message, level: 'warn', event: 'normalize_refused' }];
    if (verdict.notices.length === 0) return refused;
    const details = {
      count: verdict.notices.length,
      paths: verdict.notices.slice(0, TRACE_PATHS_MAX).map(({ path, reason }) => `${path}: ${reason}`),
    };
    return [...refused, { ...about, level: 'warn', event: 'value_out_of_range', details } satisfies Trace];
  });
}
