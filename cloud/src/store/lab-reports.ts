import type { ReportOutcome } from '../fold/lab-upload.ts';
import type { LabSessionId, TerraUploadId, UserId } from '../ids.ts';
import { ownersTable } from './owners.ts';
import { insertRows } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

export type FoldedReport = { readonly userId: UserId; readonly key: string; readonly report: ReportOutcome };

export function storeLabReportsStatements(reports: readonly FoldedReport[]): readonly Statement[] {
  return insertRows(
    'lab_reports',
    ['user_id', 'report', 'session_id', 'terra_upload_id', 'parsed_ms', 'failed_ms', 'failed_code'],
    reports.map(({ userId, key, report }) => ({
      user_id: userId,
      report: key,
      session_id: report.labSessionId,
      terra_upload_id: report.terraUploadId,
      parsed_ms: report.parsedMs,
      failed_ms: report.failedMs,
      failed_code: report.failedCode,
    })),
    `on conflict (user_id, report) do update set
  session_id = excluded.session_id,
  terra_upload_id = excluded.terra_upload_id,
  parsed_ms = excluded.parsed_ms,
  failed_ms = excluded.failed_ms,
  failed_code = excluded.failed_code`,
  );
}

/** Every lab report of these owners, and everybody's reports of these sessions. */
export function labReportsOfStatement(owners: string, labSessionIds: readonly LabSessionId[]): Statement {
  return statement(
    `with ${ownersTable('?1')}
select r.*
from owners o
cross join lab_reports r on r.user_id = o.user_id
union
select r.*
from lab_reports r
where r.session_id in (select value from json_each(?2))`,
    owners,
    JSON.stringify(labSessionIds),
  );
}

/** The sessions that reports of these uploads named: a report may name its session alone. */
export function labSessionsStatement(userId: UserId, terraUploadIds: readonly TerraUploadId[]): Statement {
  return statement(
    `select distinct session_id
from lab_reports
where user_id = ?1
  and terra_upload_id in (select value from json_each(?2))
  and session_id is not null`,
    userId,
    JSON.stringify(terraUploadIds),
  );
}
