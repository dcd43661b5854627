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

/** By `operationId`. A test holds each body and each answer against the call's own schema. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  postAuthDevice: {
    body: { client: 'my notebook' },
    answer: {
      device_code: '2c1f7b...',
      user_code: 'BCDF-GHJK',
      verification_uri: 'https://amy.example/activate',
      verification_uri_complete: 'https://amy.example/activate?user_code=BCDF-GHJK',
      expires_in: 900,
      interval: 5,
    },
  },
  postAuthDeviceToken: { body: { device_code: '2c1f7b...' } },
  postAuthDeviceApprove: { body: { user_code: 'BCDF-GHJK', approve: true } },
  patchAuthSessionsId: { body: { name: 'work laptop' } },
  postConnect: { body: { providers: ['oura'] } },
  postImport: { body: { days: 365 } },
  getSync: {
    query: { since: '2026-03-01T12:00:00.000Z' },
    answer: {
      data: {
        daily_summary: [ROW],
        deleted: [{ table: 'daily_summary', key: KEY, deleted_at: CLOCK }],
      },
      now: CLOCK,
      next_cursor: null,
      has_more: false,
    },
  },
  getDigest: {
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
  getExplain: { query: { table: 'daily_summary', key: JSON.stringify(KEY), column: 'steps' } },
  getPayloadsId: {
    answer: { type: 'daily', user: { provider: 'OURA' }, data: [{ distance_data: { steps: 8_213 } }] },
  },
  postLabsUpload: { form: 'file=@report.pdf' },
  deleteLabsId: { answer: { ok: true, deleted: { biomarkers_raw: 31, lab_uploads: 1 } } },
  getProfile: { answer: { profile: { age: 41, timezone: 'Europe/Berlin' }, updated_at: CLOCK } },
  putProfile: {
    body: { age: 41, timezone: 'Europe/Berlin' },
    answer: { profile: { age: 41, timezone: 'Europe/Berlin' }, updated_at: CLOCK },
  },
  getAdminTraces: { query: { user_id: 'user_demo' } },
  getAdminRebuild: { query: { user_id: 'user_demo' } },
  getAdminEvents: { query: { state: 'parked', since: '2026-03-01' } },
  getAdminRawEventsId: { answer: { ...EVENT, payload: '{"type":"daily","data":[]}' } },
  getAdminUserUserId: {
    answer: {
      user: { id: 'user_demo', created_at: CLOCK },
      erased_at: null,
      counts: { daily_summary: 31, sleep_sessions: 30 },
      connections: [{ provider: 'oura', state: 'connected' }],
      events: [EVENT],
    },
  },
  postAdminEventsReplay: { body: { error: 'TypeError', dry_run: true } },
  postAdminEventsResolve: { body: { error: 'payload_invalid', note: 'seen' } },
  postAdminConnectionsIdOwner: { body: { user_id: 'user_demo' } },
  postAdminOutbound: { body: { paused: true } },
  postAdminUserUserIdImport: { body: { days: 30 } },
  postAdminDrain: { body: { event_type: 'daily', limit: 10 } },
  postAdminRawEventsIdResolve: { body: { note: "it's known" } },
  postAdminRebuild: { query: { user_id: 'user_demo', dry_run: 'true' } },
  postAdminUserUserIdWipe: { body: { force: false } },
  postAdminRestored: { body: { to: '2026-03-01T12:00:00Z' } },
  postAdminSweeps: { body: { held: true } },
};
