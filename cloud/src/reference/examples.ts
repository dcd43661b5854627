import { HISTORY_RESOURCES } from '../contract/import.ts';
import { EXAMPLE_UUID } from '../contract/parameters.ts';
import { SYNC_DEFAULT_TABLES } from '../contract/sync.ts';
import { EVENT_CODES } from '../event-codes.ts';
import { DEVICE_LOGIN_LIFE_S, SESSION_LIFE_S } from '../limits.ts';

/** What is said in the example of a call, and what it answers where the schema does not show it well enough. */
type Example = {
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly form?: string;
  readonly answer?: unknown;
};

const KEY = { source: 'oura', datetime: '2026-03-02' };
const ROW = { ...KEY, steps: 8_213, resting_hr: 54, updated_at: '2026-03-02T06:30:00.000Z' };
const SHA256 = 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c';
const CLOCK = '2026-03-02T06:30:00.000Z';
const EVENT = { id: 1, event_type: 'daily', provider: 'oura', received_at: CLOCK, process_error: null };
const PARKED = {
  ...EVENT,
  terra_user_id: EXAMPLE_UUID,
  reference_id: 'user_demo',
  user_id: 'user_demo',
  attempts: 1,
  next_attempt_at: null,
  processed_at: null,
  process_error: 'payload_invalid:data[0].metadata.start_time',
  dead_lettered_at: null,
  resolved_at: null,
  dead_lettered: false,
  explanation: {
    code: 'payload_invalid',
    says: EVENT_CODES.payload_invalid.sentence,
    waits_for: EVENT_CODES.payload_invalid.releasedBy,
    tried_next_at: null,
  },
};
const TOKEN = {
  access_token: '...',
  token_type: 'Bearer',
  expires_in: SESSION_LIFE_S,
  user_id: 'user_demo',
  session_id: EXAMPLE_UUID,
};
const SENT_REPORT = {
  ok: true,
  upload_id: EXAMPLE_UUID,
  storage_key: `lab-uploads/user_demo/${EXAMPLE_UUID}.pdf`,
  terra_status: 'submitted',
  note: 'Terra is reading the report: run `amy sync` in about 30 s',
};
const REBUILD = {
  rebuild_id: EXAMPLE_UUID,
  state: 'seeding',
  dry_run: true,
  rules: 1,
  events_folded: 0,
  events_waiting: 0,
  started_at: CLOCK,
  finished_at: null,
  error: null,
  result: null,
};
const IMPORT = { import_id: EXAMPLE_UUID, days: 365, requests: HISTORY_RESOURCES.length };

/**
 * By `operationId`. A test holds each body and each answer against the call's own schema, and an answer against what
 * was asked.
 */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  postAuthDevice: {
    body: { client: 'my notebook' },
    answer: {
      device_code: '2c1f7b...',
      user_code: 'BCDF-GHJK',
      verification_uri: 'https://amy.example/activate',
      verification_uri_complete: 'https://amy.example/activate?user_code=BCDF-GHJK',
      expires_in: DEVICE_LOGIN_LIFE_S,
      interval: 5,
    },
  },
  postAuthDeviceToken: { body: { device_code: '2c1f7b...' }, answer: TOKEN },
  postAuthRefresh: { answer: TOKEN },
  postAuthDeviceApprove: { body: { user_code: 'BCDF-GHJK', approve: true } },
  patchAuthSessionsId: {
    body: { name: 'work laptop' },
    answer: { ok: true, id: EXAMPLE_UUID, client: 'work laptop' },
  },
  postConnect: { body: { providers: ['oura'] } },
  postImport: { body: { days: 365 }, answer: IMPORT },
  getImportsId: {
    answer: {
      ...IMPORT,
      created_at: CLOCK,
      state: 'done',
      requests: { total: 4, pending: 0, sent: 4, complete: 4, silent: 0, failed: 0 },
      chunks: { expected: 4, received: 4 },
      rows: { daily_summary: 365, activities: 120, sleep_sessions: 360, biomarkers_raw: 52 },
      connections: HISTORY_RESOURCES.map((resource) => ({
        connection_id: EXAMPLE_UUID,
        provider: 'oura',
        resource,
        state: 'complete',
        reason: null,
      })),
    },
  },
  getSync: {
    query: { since: '2026-03-01T12:00:00.000Z' },
    answer: {
      data: {
        // Every table comes, those without a change empty.
        ...Object.fromEntries(SYNC_DEFAULT_TABLES.map((table) => [table, []])),
        daily_summary: [ROW],
        deleted: [{ table: 'daily_summary', key: { ...KEY, datetime: '2026-02-27' }, deleted_at: CLOCK }],
      },
      now: CLOCK,
      next_cursor: null,
      has_more: false,
    },
  },
  getDigest: {
    query: { tables: 'daily_summary' },
    answer: {
      now: CLOCK,
      tables: {
        daily_summary: {
          columns: ['source', 'datetime', 'steps'],
          months: [{ month: '2026-03', rows: 31, sha256: SHA256 }],
        },
      },
    },
  },
  getDigestRows: {
    query: { table: 'daily_summary', month: '2026-03' },
    answer: { now: CLOCK, rows: [ROW], next_cursor: null, has_more: false },
  },
  getExplain: {
    query: { table: 'daily_summary', key: JSON.stringify(KEY), column: 'steps' },
    answer: {
      table: 'daily_summary',
      key: KEY,
      values: [
        {
          column: 'steps',
          value: ROW.steps,
          unit: '1',
          rule: "the day's latest event that knows it",
          from: [
            {
              event: {
                id: 1,
                type: 'daily',
                provider: 'oura',
                received_at: CLOCK,
                order_ms: Date.parse(CLOCK),
              },
              paths: ['data[0].distance_data.steps'],
              reading: null,
            },
          ],
          others: [],
        },
      ],
    },
  },
  getPayloadsId: {
    answer: { type: 'daily', user: { provider: 'OURA' }, data: [{ distance_data: { steps: 8_213 } }] },
  },
  postLabsUpload: { form: 'file=@report.pdf', answer: SENT_REPORT },
  postLabsIdRetry: { answer: SENT_REPORT },
  deleteLabsId: { answer: { ok: true, deleted: { biomarkers_raw: 31, lab_uploads: 1 } } },
  getProfile: { answer: { profile: { age: 41, timezone: 'Europe/Berlin' }, updated_at: CLOCK } },
  putProfile: {
    body: { age: 41, timezone: 'Europe/Berlin' },
    answer: { profile: { age: 41, timezone: 'Europe/Berlin' }, updated_at: CLOCK },
  },
  getAdminTraces: { query: { user_id: 'user_demo' } },
  getAdminRebuild: {
    query: { user_id: 'user_demo' },
    answer: {
      ...REBUILD,
      state: 'done',
      events_folded: 31,
      finished_at: '2026-03-02T06:30:02.000Z',
      result: {
        tables: { daily_summary: { added: 0, changed: 1, removed: 0, columns: { steps: 1 } } },
        samples: [
          { table: 'daily_summary', key: KEY, kind: 'changed', columns: { steps: [8_000, ROW.steps] } },
        ],
      },
    },
  },
  getAdminDlq: { answer: { rows: [PARKED], next_cursor: null } },
  getAdminEvents: {
    query: { state: 'parked', since: '2026-03-01' },
    answer: { rows: [PARKED], next_cursor: null },
  },
  getAdminRawEventsId: { answer: { ...PARKED, payload: '{"type":"daily","data":[]}' } },
  getAdminUserUserId: {
    answer: {
      user: { id: 'user_demo', created_at: CLOCK },
      erased_at: null,
      counts: { daily_summary: 31, sleep_sessions: 30 },
      connections: [{ provider: 'oura', state: 'connected' }],
      events: [PARKED],
    },
  },
  postAdminEventsReplay: {
    body: { error: 'TypeError', dry_run: true },
    answer: { ok: true, dry_run: true, matched: 3, done: 0, next_cursor: null },
  },
  postAdminEventsResolve: {
    body: { error: 'payload_invalid', note: 'seen' },
    answer: { ok: true, dry_run: false, matched: 3, done: 3, next_cursor: null },
  },
  postAdminConnectionsIdOwner: { body: { user_id: 'user_demo' } },
  postAdminOutbound: { body: { paused: true } },
  postAdminUserUserIdImport: { body: { days: 30 }, answer: { ok: true, ...IMPORT, days: 30 } },
  postAdminDrain: { body: { event_type: 'daily', limit: 10 } },
  postAdminRawEventsIdResolve: { body: { note: "it's known" } },
  postAdminRebuild: {
    query: { user_id: 'user_demo', dry_run: 'true' },
    answer: { ok: true, ...REBUILD },
  },
  postAdminUserUserIdWipe: { body: { force: false } },
  postAdminRestored: { body: { to: '2026-03-01T12:00:00Z' } },
  postAdminSweeps: { body: { held: true } },
};
