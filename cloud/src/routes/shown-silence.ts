import type { UnixMs } from '../clock.ts';
import type { Silence } from '../contract/silences.ts';
import { reasonOfRefusal } from '../imports/refusal-reason.ts';
import type { OpenSilence } from '../store/silences.ts';

/** A silence as an operator and its person are shown it. */
export function shownSilence(row: OpenSilence, nowMs: UnixMs): Silence {
  const isOverdue = row.kind === 'overdue';
  return {
    kind: row.kind,
    resource: row.resource,
    last_received_at: isOverdue ? row.since : null,
    silent_seconds: isOverdue ? Math.floor((nowMs - Date.parse(row.since)) / 1_000) : null,
    usual_gap_seconds: row.usual_s,
    from_date: row.from_date,
    to_date: row.to_date,
    found_at: row.found_at,
    compared_at: row.compared_at,
    asked_at: row.asked_at,
    // A request that is no more there was answered long ago.
    catch_up: row.asked_at === null ? 'waits' : (row.request ?? 'sent'),
    catch_up_reason: row.request_error === null ? null : reasonOfRefusal(row.request_error),
  };
}
