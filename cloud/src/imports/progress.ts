import { type UnixMs, unixMsOf } from '../clock.ts';
import type { ImportProgress, RequestState } from '../contract/import.ts';
import { DAY_MS, IMPORT_QUIET_MS, IMPORT_SILENT_MS, LARGE_REQUEST_DAYS } from '../limits.ts';
import type { ImportRequestRow, StoredImport } from '../store/imports.ts';
import { reasonOfRefusal } from './refusal-reason.ts';

type Request = ImportProgress['connections'][number];

/** How an import stands at a moment. Pure: announcements and payloads may have come in any order. */
export function progressOf({ row, requests, rows }: StoredImport, nowMs: UnixMs): ImportProgress {
  const shown = requests.map((request) => shownRequest(request, nowMs));
  const count = (...states: RequestState[]) => shown.filter(({ state }) => states.includes(state)).length;
  const counts = {
    total: shown.length,
    pending: count('pending'),
    sent: count('sent', 'complete', 'silent'),
    complete: count('complete'),
    silent: count('silent'),
    failed: count('failed'),
  };
  return {
    import_id: row.id,
    days: row.days,
    created_at: row.created_at,
    state: importState(counts.total, counts.failed, count('pending', 'sent')),
    requests: counts,
    chunks: {
      expected: requests.reduce((total, request) => total + expectedOf(request), 0),
      received: requests.reduce((total, request) => total + receivedOf(request), 0),
    },
    rows,
    connections: shown,
  };
}

function importState(total: number, failed: number, open: number): ImportProgress['state'] {
  if (open > 0) return 'running';
  if (failed === 0) return 'done';
  return failed === total ? 'failed' : 'incomplete';
}

function shownRequest(request: ImportRequestRow, nowMs: UnixMs): Request {
  const state = requestState(request, nowMs);
  return {
    connection_id: request.connection_id,
    provider: request.provider ?? 'unknown',
    resource: request.resource,
    state,
    reason: reasonOf(request, state),
    waits_until: state === 'pending' ? request.next_attempt_at : null,
  };
}

/** Exported for its tests. */
export function requestState(request: ImportRequestRow, nowMs: UnixMs): RequestState {
  if (request.status === 'pending') return 'pending';
  if (request.status === 'failed') return 'failed';
  const { expected_payloads: expected, received } = request;
  if (expected !== null && received >= expected) return 'complete';
  const isAnnounced = expected !== null || request.is_announced === 1;
  const quietMs = nowMs - lastSignMs(request);
  // The word that more is to come may be later than a part of it, which looks like the whole answer.
  if (!isAnnounced && received > 0 && (!isLarge(request) || quietMs >= IMPORT_QUIET_MS)) return 'complete';
  return quietMs >= IMPORT_SILENT_MS ? 'silent' : 'sent';
}

function isLarge({ start_date, end_date }: ImportRequestRow): boolean {
  return (Date.parse(end_date) - Date.parse(start_date)) / DAY_MS + 1 > LARGE_REQUEST_DAYS;
}

/** When Terra took the request, or sent something of it. */
function lastSignMs({ sent_at, last_sign_at }: ImportRequestRow): number {
  const sentMs = sent_at === null ? 0 : unixMsOf(sent_at);
  const signMs = last_sign_at === null ? 0 : unixMsOf(last_sign_at);
  return Math.max(sentMs, signMs);
}

/** How many payloads are expected. Where Terra announced no number, as many as came. */
function expectedOf({ expected_payloads, received }: ImportRequestRow): number {
  return expected_payloads ?? received;
}

function receivedOf({ expected_payloads, received }: ImportRequestRow): number {
  return Math.min(received, expected_payloads ?? received);
}

export function reasonOf(request: ImportRequestRow, state: RequestState): string | null {
  const { error, notice, received, expected_payloads: expected } = request;
  if (state === 'pending' || state === 'failed') return error === null ? null : reasonOfRefusal(error);
  if (state !== 'silent') return null;
  if (notice !== null) return notice;
  const parts = expected === null ? `${received}` : `${received} of ${expected}`;
  return received === 0 ? 'nothing came; there may be nothing' : `${parts} parts came, then no more`;
}
