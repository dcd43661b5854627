import type { SqliteTime } from '../clock.ts';
import type { TerraUploadId, UserId } from '../ids.ts';
import { EVENT_COLUMNS, type RawEventRow } from './raw-events.ts';
import { type Statement, statement } from './statements.ts';

/** A lab event, with whose it is and whether it was normalized. */
export type LabEventRow = RawEventRow & {
  readonly user_id: UserId | null;
  readonly processed_at: SqliteTime | null;
};

/** As the partial index has it, so that it is used. */
const IS_LAB = "event_type in ('lab_report', 'lab_report.completed', 'lab_report.failed')";
/** A report that came through a ping names no Terra user; a ping that is not fetched yet belongs to nobody. */
const MAY_BE_PINGED_LAB = "event_type = 's3_payload'\n  and terra_user_id = ''";

/** A person's lab events that name one of these uploads, or none. */
export function labEventsOfStatement(userId: UserId, terraUploadIds: readonly TerraUploadId[]): Statement {
  return eventsStatement(
    `user_id = ?1
  and (reference_id is null or reference_id in (select value from json_each(?2)))`,
    userId,
    terraUploadIds,
  );
}

/** All lab events of a person, and what names one of these uploads and has no owner yet. */
export function allLabEventsStatement(userId: UserId, terraUploadIds: readonly TerraUploadId[]): Statement {
  return eventsStatement(
    `(user_id = ?1 or (user_id is null and reference_id in (select value from json_each(?2))))`,
    userId,
    terraUploadIds,
  );
}

function eventsStatement(which: string, userId: UserId, terraUploadIds: readonly TerraUploadId[]): Statement {
  const selected = (kind: string) => `select ${EVENT_COLUMNS}, user_id, processed_at
from raw_events
where ${kind}
  and ${which}`;
  return statement(
    `${selected(IS_LAB)}
union all
${selected(MAY_BE_PINGED_LAB)}`,
    userId,
    JSON.stringify(terraUploadIds),
  );
}
