import { type IngestStats, ingestStats } from '../../../cloud/src/contract/stats.ts';
import type { Reply } from './far-end.ts';

export type TriedCommand = { readonly argv: readonly string[]; readonly answers: readonly Reply[] };

const CONNECTION = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d';

const eventRow = {
  id: 4711,
  received_at: '2026-03-01 09:05:00.123',
  event_type: 'daily',
  provider: 'oura',
  terra_user_id: 't1',
  reference_id: null,
  user_id: null,
  attempts: 1,
  next_attempt_at: null,
  processed_at: null,
  process_error: 'no_connection_for_terra_user',
  dead_lettered_at: null,
  resolved_at: null,
};

const explanation = {
  code: 'no_connection_for_terra_user',
  says: 'nobody is known under its Terra id; released the moment somebody is',
  waits_for: 'connection',
  tried_next_at: null,
};

export const NONE_REFUSED = { missing: 0, malformed: 0, mismatch: 0, stale: 0, future: 0 };

export const OUTCOMES = { normalized: 40, skipped: 2, parked: 1, failed: 0 };

/** The figures of a server on which nothing is wrong. */
export const QUIET_STATS: IngestStats = ingestStats.parse({
  backlog: 0,
  oldest_backlog: null,
  parked: 1,
  oldest_parked: '2026-02-28 12:00:00',
  oldest_unprocessed: '2026-02-28 12:00:00',
  last_received_at: '2026-03-01 09:00:00',
  rejected_signatures: { last_hour: NONE_REFUSED, last_day: NONE_REFUSED },
  events: 1_234,
  normalized: 1_200,
  skipped: 33,
  rates: { last_hour: OUTCOMES, last_day: OUTCOMES },
  errors: { no_connection_for_terra_user: 1 },
  dead_lettered: 0,
  outbox_pending: 3,
  outbox_waiting: 2,
  outbox_next_attempt_at: '2026-03-01T12:40:00.000Z',
  outbox_waiting_error: null,
  outbox_waiting_reasons: [
    { reason: 'Terra answered 429', requests: 2, next_attempt_at: '2026-03-01T12:40:00.000Z' },
  ],
  outbound_paused_since: null,
  crons: [],
  rebuilds_left: 0,
  rebuilds_running: 0,
  rebuilds_failed: 0,
  rebuilds_last_finished_at: null,
  silences: { connections: 9, connections_last_day: 5, gaps: 1, to_be_asked: 0 },
  database_bytes: 12_300_000,
  unknown_fields: { by_event_type: {}, top: [] },
  received_by_hour: [],
});

/** An event that waits for its connection, as a list has it. */
export const WAITING_EVENT = {
  ...eventRow,
  dead_lettered: false,
  explanation,
};

/** One that was given up. */
export const DEAD_EVENT = {
  ...WAITING_EVENT,
  id: 4690,
  event_type: 'large_request_processing',
  attempts: 12,
  process_error: 'D1_ERROR: database is locked: SQLITE_BUSY',
  dead_lettered_at: '2026-03-01T09:25:00.000Z',
  dead_lettered: true,
  explanation: {
    code: 'exception',
    says: 'any other text: an exception’s message',
    waits_for: 'attempt',
    tried_next_at: '2026-03-01T10:00:00.000Z',
  },
};

export function eventsReply(rows: readonly unknown[], next_cursor: string | null = null): Reply {
  return { body: { rows, next_cursor } };
}

export const STORED_EVENT = {
  ...eventRow,
  payload: '{"steps": 9000}',
  payload_bytes: 15,
  request_id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  explanation,
};

const traced = {
  level: 'info',
  request_id: STORED_EVENT.request_id,
  user_id: null,
  terra_user_id: 't1',
  raw_event_id: 4711,
  message: null,
  data: null,
  duration_ms: null,
  error_name: null,
  after_ms: null,
};

/** The life of an event that waited for its connection. */
export const LIFE = [
  { ...traced, ts: '2026-03-01 09:05:00.123', event: 'webhook_received', message: 'daily' },
  {
    ...traced,
    ts: '2026-03-01 09:05:01.543',
    level: 'warn',
    event: 'normalize_parked',
    message: 'no_connection_for_terra_user',
    after_ms: 1_420,
  },
  { ...traced, ts: '2026-03-01 12:08:02.543', event: 'released', after_ms: 10_981_000 },
  {
    ...traced,
    ts: '2026-03-01 12:08:02.603',
    event: 'normalize_complete',
    data: '{"attempts":2,"lost_races":1,"halvings":0}',
    after_ms: 60,
  },
];

export function bulkReply(matched: number, done: number, next_cursor: string | null = null): Reply {
  return { body: { ok: true, dry_run: done === 0, matched, done, next_cursor } };
}

export const PERSON = {
  user: { id: 'user_1', email: 'a@example.test', created_at: '2026-01-01 08:00:00', clock: null },
  erased_at: null,
  counts: { raw_events: 1_234, trace_events: 3, daily_summary: 28, lab_uploads: 0 },
  connections: [
    {
      id: CONNECTION,
      terra_user_id: 't1',
      provider: 'oura',
      state: 'connected',
      connected_at: '2026-01-02 08:00:00',
      deactivated_at: null,
    },
  ],
  events: [
    WAITING_EVENT,
    { ...WAITING_EVENT, id: 4700, process_error: null, processed_at: '2026-03-01 09:00:00' },
  ],
};

export const RECEIPT = {
  ok: true,
  raw_events: 1_234,
  daily_summary: 28,
  activities: 0,
  r2_raw_payloads: 3,
  terra_deauthenticated: 1,
  terra_lab_reports_deleted: 0,
  terra_failed: 0,
  remaining: 0,
};

export const REBUILD = {
  rebuild_id: 'r1',
  state: 'folding',
  dry_run: true,
  rules: 7,
  events_folded: 200,
  events_waiting: 1_034,
  started_at: '2026-03-01T09:00:00.000Z',
  finished_at: null,
  error: null,
  result: null,
};

export const REBUILT = {
  ...REBUILD,
  state: 'done',
  events_folded: 1_234,
  events_waiting: 0,
  finished_at: '2026-03-01T09:00:03.000Z',
  result: {
    tables: {
      daily_summary: { added: 1, changed: 28, removed: 0, columns: { steps: 28, distance_meters: 2 } },
    },
    samples: [
      {
        table: 'daily_summary',
        key: { source: 'oura', datetime: '2026-02-28' },
        kind: 'changed',
        columns: { steps: [9_000, 9_100], distance_meters: [null, 6_800.5] },
      },
    ],
  },
};

/** A connection that sent nothing for longer than it usually takes. */
export const SILENCE = {
  id: 7,
  user_id: 'user_1',
  connection_id: CONNECTION,
  terra_user_id: 't1',
  provider: 'oura',
  kind: 'overdue',
  resource: 'sleep',
  last_received_at: '2026-02-28T08:00:00.000Z',
  silent_seconds: 93_600,
  usual_gap_seconds: 32_400,
  from_date: '2026-02-28',
  to_date: '2026-03-01',
  found_at: '2026-03-01T09:00:00.000Z',
  compared_at: null,
  asked_at: '2026-03-01T09:05:00.000Z',
  catch_up: 'sent',
  catch_up_reason: null,
  says: 'no sleep for 26 h, usually every 9 h; asked again at 2026-03-01T09:05:00.000Z',
};

/** The commands below `amy admin`, and what the server answers. */
export const OPERATOR_COMMANDS: readonly TriedCommand[] = [
  { argv: ['admin', 'stats'], answers: [{ body: QUIET_STATS }] },
  { argv: ['admin', 'dlq'], answers: [eventsReply([WAITING_EVENT, DEAD_EVENT])] },
  {
    argv: ['admin', 'search', '--provider', 'oura', '--limit', '1'],
    answers: [eventsReply([WAITING_EVENT], 'Wzdd')],
  },
  { argv: ['admin', 'show', '4711'], answers: [{ body: STORED_EVENT }, eventsReply(LIFE)] },
  { argv: ['admin', 'traces', '--level', 'warn'], answers: [eventsReply(LIFE.slice(1, 2))] },
  { argv: ['admin', 'silences'], answers: [eventsReply([SILENCE])] },
  { argv: ['admin', 'traces', '--event', '4711'], answers: [eventsReply(LIFE)] },
  {
    argv: ['admin', 'replay', '--state', 'parked', '--yes'],
    answers: [bulkReply(3, 0), bulkReply(3, 3)],
  },
  { argv: ['admin', 'resolve', '4711'], answers: [{ body: { ok: true, resolved: 1 } }] },
  { argv: ['admin', 'drain'], answers: [{ body: { ok: true, enqueued: 2, ids: [1, 2] } }] },
  {
    argv: ['admin', 'import', 'user_1', '--days', '30'],
    answers: [{ body: { ok: true, import_id: CONNECTION, days: 30, requests: 4 } }],
  },
  {
    argv: ['admin', 'owner', CONNECTION, 'user_1'],
    answers: [{ body: { ok: true, moved: 1, released: 2 } }],
  },
  { argv: ['admin', 'user', 'user_1'], answers: [{ body: PERSON }] },
  { argv: ['admin', 'wipe', 'user_1', '--yes'], answers: [{ body: RECEIPT }] },
  { argv: ['admin', 'rebuild', 'user_1', '--dry-run'], answers: [{ body: { ok: true, ...REBUILT } }] },
  { argv: ['admin', 'rebuild'], answers: [{ body: { ok: true, started: 20, left: 312 } }] },
  { argv: ['admin', 'outbound', 'pause'], answers: [{ body: { ok: true, paused: true } }] },
];
