import { ASKED_PATHS } from '../../src/api/health.ts';
import type { Reply } from './far-end.ts';
import { digestOfRows } from './filled-mirror.ts';
import { OPERATOR_COMMANDS, type TriedCommand } from './operator-commands.ts';
import { daily, pageReply, row, T1 } from './pages.ts';
import { tokenReply } from './signed-in.ts';

const ID = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d';
const OTHER_ID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const AT = '2026-03-01T08:05:00.000Z';

/** The day on which all of this is tried; what a report covers, and what of it is missing, is told from it on. */
export const TRIED_AT = new Date('2026-03-01T12:00:00Z');

const list = (...data: unknown[]): Reply => ({ body: { data, next_cursor: null, has_more: false } });
const session = (id: string, current: boolean) => ({
  id,
  client: current ? 'work laptop (amy CLI on ada.local)' : 'amy CLI on phone',
  created_at: AT,
  last_used_at: AT,
  expires_at: '2026-03-31T08:05:00.000Z',
  approved_with: current ? 'browser' : 'session',
  approved_by: current ? null : ID,
  approved_by_client: null,
  current,
});
const connection = {
  id: ID,
  provider: 'oura',
  state: 'connected',
  state_message: null,
  state_at: AT,
  scopes: [],
  connected_at: AT,
  deactivated_at: null,
};
const me: Reply = {
  body: {
    user: { id: 'user_1', email: '', created_at: AT },
    connections: [
      connection,
      { ...connection, id: OTHER_ID, provider: 'garmin', state: 'error', state_message: 'sign in again' },
    ],
    counts: { daily_summary: 0, activities: 0, sleep_sessions: 0, biomarkers_raw: 0, lab_uploads: 0 },
    sources: [],
  },
};
const accepted = { body: { import_id: ID, days: 365, requests: 8 } };
const progress: Reply = {
  body: {
    import_id: ID,
    days: 365,
    created_at: AT,
    state: 'running',
    requests: { total: 8, pending: 1, sent: 7, complete: 6, silent: 1, failed: 0 },
    chunks: { expected: 14, received: 14 },
    rows: { daily_summary: 365, activities: 0, sleep_sessions: 361, biomarkers_raw: 1 },
    connections: [
      {
        connection_id: ID,
        provider: 'oura',
        resource: 'daily',
        state: 'pending',
        reason: 'Terra may be asked for 6,000 days of one device in an hour',
        waits_until: '9999-03-01T22:40:00.000Z',
      },
      {
        connection_id: ID,
        provider: 'garmin',
        resource: 'body',
        state: 'silent',
        reason: 'nothing came; there may be nothing',
        waits_until: null,
      },
    ],
  },
};
const report = {
  id: ID,
  uploaded_at: AT,
  original_name: 'Blood panel March.pdf',
  sha256: null,
  kind: 'pdf',
  terra_status: 'parsed',
  parsed_at: AT,
  reason: null,
  retry_can_help: false,
};
const biomarker = {
  draw_date: '2026-02-01',
  operator: null,
  value_text: null,
  unit: 'mg/dL',
  ref_low: 70,
  ref_high: 99,
  status: 'optimal',
};
const details: Reply = {
  body: {
    ...report,
    biomarkers: [
      { ...biomarker, code: 'glucose', value: 90.123456 },
      { ...biomarker, code: 'hdl_cholesterol', value: 61, ref_high: null, status: 'out_of_range' },
      {
        ...biomarker,
        code: 'hiv_antibodies',
        value: null,
        value_text: 'Negative',
        unit: null,
        ref_low: null,
        ref_high: null,
        status: null,
      },
    ],
  },
};
/** In the list of events; the hash is that of `{}`. */
const stored = {
  id: 21,
  type: 'daily',
  provider: 'oura',
  received_at: AT,
  bytes: 2,
  sha256: '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  outcome: 'normalized',
};
const uploaded: Reply = {
  body: {
    ok: true,
    upload_id: ID,
    storage_key: 'k',
    terra_status: 'submitted',
    note: 'Terra is reading the report: run `amy sync` in about 30 s',
  },
};
/** What was uploaded, as it came. */
const file: Reply = {
  headers: { 'content-type': 'application/pdf', 'content-disposition': 'inline; filename="r.pdf"' },
  body: '%PDF-1',
};
const loginStarted: Reply = {
  body: {
    device_code: 'device-secret',
    user_code: 'BCDF-GHJK',
    verification_uri: 'https://amy.test/activate',
    verification_uri_complete: 'https://amy.test/activate?user_code=BCDF-GHJK',
    expires_in: 600,
    interval: 0,
  },
};
const profile: Reply = {
  body: { profile: { age: 41, conditions: ['asthma'], goal: 'sleep more' }, updated_at: AT },
};
const erased: Reply = {
  body: {
    ok: true,
    erased_at: AT,
    deleted: { users: 1, raw_events: 1234, daily_summary: 0 },
    remaining: 0,
    terra_deauthenticated: 1,
    terra_lab_reports_deleted: 0,
    terra_failed: 0,
  },
};

const ROWS = {
  daily_summary: [
    daily('oura', '2026-02-28', { steps: 9_000 }),
    daily('garmin', '2026-02-28', { steps: 8_500 }),
  ],
  biomarkers_raw: [
    row('biomarkers_raw', {
      source: 'terra_lab',
      draw_date: '2026-02-01',
      code: 'glucose',
      value: 90.5,
      unit: 'mg/dL',
      ref_low: 70,
      ref_high: 99,
      status: 'optimal',
    }),
  ],
};

function origin(id: number, receivedAt: string) {
  const event = { id, type: 'daily', provider: 'oura', received_at: receivedAt, order_ms: 1 };
  return { event, paths: ['data[0].distance_data.steps'], reading: null };
}

const ofLab = {
  event: { id: 34, type: 'lab_report', provider: null, received_at: AT, order_ms: 1 },
  paths: ['data[0].results[3].value'],
  reading: null,
};

/** What the server says of one value of the rows above. */
function explained(column: 'steps' | 'value', unit: string, others: unknown[]): Reply {
  const [value, from, rule] =
    column === 'steps'
      ? [9_000, origin(21, AT), 'the latest event that knows it']
      : [90.5, ofLab, 'of the results of the date the latest, taken whole'];
  return {
    body: {
      table: column === 'steps' ? 'daily_summary' : 'biomarkers_raw',
      key: {},
      values: [{ column, value, unit, rule, from: [from], others }],
    },
  };
}

/** What the server says of the operator of a plain number. */
const NO_OPERATOR: Reply = {
  body: {
    ...{ table: 'biomarkers_raw', key: {} },
    values: [{ column: 'operator', value: null, unit: null, rule: null, from: [], others: [] }],
  },
};

/**
 * Every command as somebody runs it who is signed in, in an order in which it works, and what the server answers. A word
 * that begins with `~/` is a file in a folder of the test's, where `report.pdf` lies.
 */
export const EVERY_COMMAND: readonly TriedCommand[] = [
  { argv: ['help', 'exit-codes'], answers: [] },
  { argv: ['login'], answers: [loginStarted, tokenReply('user_1')] },
  { argv: ['whoami'], answers: [list(session(ID, true))] },
  { argv: ['sessions'], answers: [list(session(ID, true), session(OTHER_ID, false))] },
  { argv: ['sessions', 'revoke', OTHER_ID], answers: [{ body: { ok: true, ended: [OTHER_ID] } }] },
  {
    argv: ['sessions', 'rename', OTHER_ID, 'phone'],
    answers: [{ body: { ok: true, id: OTHER_ID, client: 'phone' } }],
  },
  {
    argv: ['connect', '--no-wait'],
    answers: [{ body: { url: 'https://widget.terra.test/session/1', expires_in: 900 } }],
  },
  { argv: ['connections'], answers: [me] },
  {
    argv: ['connections', 'remove', ID],
    answers: [{ body: { ok: true, id: ID, provider: 'oura', deactivated_at: AT } }],
  },
  {
    argv: ['disconnect', 'oura'],
    answers: [me, { body: { ok: true, id: ID, provider: 'oura', deactivated_at: AT } }],
  },
  { argv: ['import', '--days', '365'], answers: [accepted] },
  {
    argv: ['import', '--status'],
    answers: [list({ import_id: ID, days: 365, requests: 8, created_at: AT }), progress],
  },
  { argv: ['import', 'list'], answers: [list({ import_id: ID, days: 365, requests: 8, created_at: AT })] },
  {
    argv: ['labs', 'list'],
    answers: [
      list(report, {
        ...report,
        id: OTHER_ID,
        original_name: null,
        terra_status: 'failed:500',
        reason: 'Terra did not take the report',
        retry_can_help: true,
      }),
    ],
  },
  { argv: ['labs', 'upload', '~/report.pdf'], answers: [list(report), uploaded] },
  { argv: ['labs', 'file', '9b1d', '--output', '~/copy.pdf'], answers: [list(report), file] },
  { argv: ['labs', 'show', '9b1d'], answers: [list(report), details] },
  { argv: ['labs', 'retry', ID], answers: [uploaded] },
  {
    argv: ['labs', 'delete', ID, '--yes'],
    answers: [{ body: { ok: true, deleted: { biomarkers_raw: 2 }, kept: 1 } }],
  },
  { argv: ['profile', 'show'], answers: [profile] },
  { argv: ['profile', 'set', '--age', '41'], answers: [profile] },
  { argv: ['sync'], answers: [pageReply(T1, ROWS)] },
  {
    argv: ['verify'],
    answers: [pageReply(T1, {}), { body: digestOfRows(ROWS) }],
  },
  {
    argv: ['doctor'],
    answers: [
      { headers: { date: TRIED_AT.toUTCString() }, body: { ok: true } },
      {
        body: {
          info: { title: 'Amy', version: '1' },
          paths: Object.fromEntries(ASKED_PATHS.map((path) => [path, {}])),
        },
      },
      me,
    ],
  },
  { argv: ['explain', '2026-02-28'], answers: [explained('steps', '1', [])] },
  {
    argv: ['explain', '2026-02-28', 'steps'],
    answers: [
      explained('steps', '1', [
        {
          value: 8_700,
          unit: '1',
          why: 'an earlier event says it',
          from: [origin(18, '2026-02-28T20:05:00.000Z')],
        },
      ]),
    ],
  },
  {
    argv: ['explain', 'lab', 'Glucose', '2026-02-01'],
    answers: [explained('value', 'mg/dL', []), NO_OPERATOR],
  },
  { argv: ['explain', '2026-02-28', 'steps', '--offline'], answers: [] },
  {
    argv: ['query', 'select datetime, steps from summary order by 1 desc limit 7'],
    answers: [],
  },
  { argv: ['report', '--out', '~/report.html'], answers: [] },
  { argv: ['export', 'csv', '--out', '~/csv'], answers: [] },
  { argv: ['export', 'fhir', '--out', '~/fhir.json'], answers: [] },
  { argv: ['export', 'doctor', '--out', '~/doctor.zip'], answers: [] },
  { argv: ['mcp', '--print-config'], answers: [] },
  { argv: ['mcp', 'log'], answers: [] },
  { argv: ['sources', 'order', 'garmin', '--for', 'steps'], answers: [] },
  { argv: ['status'], answers: [me] },
  {
    argv: ['archive'],
    answers: [list(stored), list(report), { body: Buffer.from('{}') }, { body: Buffer.from('%PDF-1') }],
  },
  { argv: ['reset', '--yes'], answers: [] },
  { argv: ['logout'], answers: [{ body: { ok: true, ended: ['s1'] } }] },
  { argv: ['erase', '--yes'], answers: [erased] },
  ...OPERATOR_COMMANDS,
];
