import type { RawEventId, TerraUploadId, UserId } from '../ids.ts';
import { LAB_SOURCE } from '../normalize/lab-report.ts';
import { deleteBodiesStatements } from './raw-bodies.ts';
import { statementsForValues } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/** All that a person has from labs. */
export function labRowsStatement(userId: UserId): Statement {
  return statement(
    `select *
from biomarkers_raw
where user_id = ?1
  and source = '${LAB_SOURCE}'`,
    userId,
  );
}

/** What stands about an upload and its reports besides biomarkers; by table, for the receipt. */
export function deleteLabStatements(
  userId: UserId,
  uploadId: string,
  terraUploadIds: readonly TerraUploadId[],
  eventIds: readonly RawEventId[],
): readonly (readonly [table: string, statement: Statement])[] {
  return [
    [
      'lab_uploads',
      statement('delete from lab_uploads where user_id = ?1 and id = ?2', userId, uploadId),
    ] as const,
    [
      'earlier_lab_ids',
      statement('delete from earlier_lab_ids where user_id = ?1 and upload_id = ?2', userId, uploadId),
    ] as const,
    ...statementsForValues(
      `delete from lab_reports
where user_id = ?2
  and terra_upload_id in (select value from json_each(?1))`,
      terraUploadIds,
      userId,
    ).map((one) => ['lab_reports', one] as const),
    // Before their events, which would take them along and count them as events.
    ...deleteBodiesStatements(eventIds).map((one) => ['raw_bodies', one] as const),
    ...statementsForValues(
      'delete from raw_events where id in (select value from json_each(?1))',
      eventIds,
    ).map((one) => ['raw_events', one] as const),
    ...statementsForValues(
      'delete from trace_events where raw_event_id in (select value from json_each(?1))',
      eventIds,
    ).map((one) => ['trace_events', one] as const),
  ];
}
