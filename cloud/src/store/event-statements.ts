import { isoTime } from '../clock.ts';
import type { ConnectionColumns } from '../fold/connection.ts';
import type { LabReport } from '../fold/lab-upload.ts';
import { BACKFILL_SPACING_S } from '../limits.ts';
import { forgetRedeliveries } from './redeliveries.ts';
import { type Statement, statementsForRows } from './statements.ts';

/** Connections as the fold left them. A Terra id never changes its user here. */
export function writeConnections(
  connections: readonly {
    readonly id: string;
    readonly userId: string;
    readonly terraUserId: string;
    readonly columns: ConnectionColumns;
    readonly cells: string;
  }[],
): readonly Statement[] {
  return statementsForRows(
    `insert into terra_connections(id, user_id, terra_user_id, provider, reference_id, scopes, connected_at,
  deactivated_at, state, state_message, state_at, cells)
select v->>0, v->>1, v->>2, v->>3, v->>4, v->>5, v->>6, v->>7, v->>8, v->>9, v->>10, v->>11
from (select value as v from json_each(?1))
where true
on conflict (terra_user_id) do update set
  provider = excluded.provider,
  reference_id = excluded.reference_id,
  scopes = excluded.scopes,
  connected_at = excluded.connected_at,
  deactivated_at = excluded.deactivated_at,
  state = excluded.state,
  state_message = excluded.state_message,
  state_at = excluded.state_at,
  cells = excluded.cells`,
    connections.map(({ id, userId, terraUserId, columns, cells }) => [
      id,
      userId,
      terraUserId,
      columns.provider,
      columns.reference_id,
      columns.scopes,
      columns.connected_at,
      columns.deactivated_at,
      columns.state,
      columns.state_message,
      columns.state_at,
      cells,
    ]),
  );
}

export function writeLabReports(
  reports: readonly { readonly userId: string; readonly key: string; readonly report: LabReport }[],
): readonly Statement[] {
  return statementsForRows(
    `insert into lab_reports(user_id, report, session_id, terra_upload_id, parsed_ms, failed_ms, failed_code)
select v->>0, v->>1, v->>2, v->>3, v->>4, v->>5, v->>6
from (select value as v from json_each(?1))
where true
on conflict (user_id, report) do update set
  session_id = excluded.session_id,
  terra_upload_id = excluded.terra_upload_id,
  parsed_ms = excluded.parsed_ms,
  failed_ms = excluded.failed_ms,
  failed_code = excluded.failed_code`,
    reports.map(({ userId, key, report }) => [
      userId,
      key,
      report.sessionId,
      report.terraUploadId,
      report.parsedMs,
      report.failedMs,
      report.failedCode,
    ]),
  );
}

export function writeLabUploads(
  uploads: readonly {
    readonly id: string;
    readonly terraStatus: string | null;
    readonly parsedAt: string | null;
    readonly clock: string;
  }[],
): readonly Statement[] {
  return statementsForRows(
    `update lab_uploads set
  terra_status = r.v->>1,
  parsed_at = r.v->>2,
  updated_at = r.v->>3
from (select value as v from json_each(?1)) r
where lab_uploads.id = r.v->>0`,
    uploads.map(({ id, terraStatus, parsedAt, clock }) => [id, terraStatus, parsedAt, clock]),
  );
}

/** A request for history in the outbox. */
export type BackfillRow = {
  readonly id: string;
  readonly userId: string;
  readonly terraUserId: string;
  readonly resource: string;
  readonly startDate: string;
  readonly endDate: string;
  readonly importId: string | null;
  readonly rawEventId: number | null;
};

/**
 * Writes requests to the outbox; asking twice for the same id asks once. Answers the new ids. They leave one
 * by one, so each is given up for lost, and swept, only as long after `sweepAfter` as its turn is.
 */
export function writeBackfills(
  backfills: readonly BackfillRow[],
  now: string,
  sweepAfter: string,
): readonly Statement[] {
  return statementsForRows(
    `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, import_id,
  raw_event_id, created_at, next_attempt_at)
select v->>0, v->>1, v->>2, v->>3, v->>4, v->>5, v->>6, v->>7, ?2, v->>8
from (select value as v from json_each(?1))
where true
on conflict (id) do nothing
returning id`,
    backfills.map((b, position) => [
      b.id,
      b.userId,
      b.terraUserId,
      b.resource,
      b.startDate,
      b.endDate,
      b.importId,
      b.rawEventId,
      isoTime(Date.parse(sweepAfter) + position * BACKFILL_SPACING_S * 1_000),
    ]),
    now,
  );
}

export function writeLargeRequests(
  requests: readonly (readonly [userId: string, reference: string, expectedPayloads: number | null])[],
): readonly Statement[] {
  return statementsForRows(
    `insert into large_requests(user_id, reference, expected_payloads)
select j.value->>0, j.value->>1, j.value->>2
from json_each(?1) j
where true
on conflict (user_id, reference) do update set
  expected_payloads = coalesce(excluded.expected_payloads, large_requests.expected_payloads)
where excluded.expected_payloads is not null
  and excluded.expected_payloads is not large_requests.expected_payloads`,
    requests,
  );
}

/**
 * Lets go of rows that waited for these Terra ids, whatever their age: no error and no attempts, so that the
 * drain finds them even if the message is lost. Answers the ids and sizes to enqueue.
 */
export function releaseForConnections(
  terraUserIds: readonly string[],
  nextAttemptAt: string,
): readonly Statement[] {
  return statementsForRows(
    releaseSql('no_connection_for_terra_user', NAMES_TERRA_ID),
    terraUserIds,
    nextAttemptAt,
  );
}

/** The same for rows that waited for an upload to record Terra's id. */
export function releaseForLabUploads(
  terraUploadIds: readonly string[],
  nextAttemptAt: string,
): readonly Statement[] {
  return statementsForRows(
    releaseSql('no_lab_upload_for_upload_id', 'reference_id in (select value from json_each(?1))'),
    terraUploadIds,
    nextAttemptAt,
  );
}

/** A swap of ids waits under its new id, and may be owned through the old one, which only its body names. */
const NAMES_TERRA_ID = `(
    terra_user_id in (select value from json_each(?1))
    or (
      event_type = 'user_reauth'
      and exists (select 1 from json_each(?1) j where instr(payload, j.value) > 0)
    )
  )`;

function releaseSql(code: string, isWaitedFor: string): string {
  return `update raw_events set
  process_error = null,
  attempts = 0,
  next_attempt_at = ?2
where process_error = '${code}'
  and substr(process_error, 1, 8) <> 'skipped:'
  and processed_at is null
  and ${isWaitedFor}
returning id, payload_bytes`;
}

/** How one event ended in this attempt. */
export type OutcomeRow = {
  readonly id: number;
  readonly processedAt: string | null;
  readonly processError: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly userId: string | null;
  readonly durationMs: number;
};

export function writeOutcomes(outcomes: readonly OutcomeRow[]): readonly Statement[] {
  return statementsForRows(
    `update raw_events set
  processed_at = r.v->>1,
  process_error = r.v->>2,
  attempts = r.v->>3,
  next_attempt_at = r.v->>4,
  user_id = coalesce(r.v->>5, user_id),
  duration_ms = r.v->>6
from (select value as v from json_each(?1)) r
where raw_events.id = r.v->>0`,
    outcomes.map((o) => [
      o.id,
      o.processedAt,
      o.processError,
      o.attempts,
      o.nextAttemptAt,
      o.userId,
      o.durationMs,
    ]),
  );
}

/**
 * An erased person's event that was already queued keeps nothing of them. Apart from the outcomes: naming
 * the Terra id in an update rewrites its unique index for every row.
 */
export function blankEvents(ids: readonly number[]): readonly Statement[] {
  const blanked = statementsForRows(
    `update raw_events set
  payload = '',
  payload_key = null,
  fetched_key = null,
  fetched_sha256 = null,
  terra_user_id = '',
  reference_id = null,
  user_id = null
where id in (select value from json_each(?1))`,
    ids,
  );
  return [...blanked, ...forgetRedeliveries(ids)];
}
