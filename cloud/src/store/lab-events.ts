import type { SqliteTime } from '../clock.ts';
import type { TerraUploadId, UserId } from '../ids.ts';
import { EVENT_COLUMNS, type RawEventRow } from './raw-events.ts';
import { type Statement, statement } from './statements.ts';

/** A lab event, with whose it is and whether it was normalized. */
export type LabEventRow = RawEventRow & {
  readonly user_id: UserId | null;
  readonly processed_at: SqliteTime | null;
};

/**
 * What may be a lab event, in the words of its index. A report that came through a ping names no Terra user; a ping that is
 * not fetched yet belongs to nobody.
 */
const LAB_EVENTS = [
  ['idx_raw_labs', "event_type in ('lab_report', 'lab_report.completed', 'lab_report.failed')"],
  ['idx_raw_lab_pings', "event_type = 's3_payload'\n  and terra_user_id = ''"],
] as const;

/** A person's lab events that name one of these uploads, or none. */
export function labEventsOfStatement(userId: UserId, terraUploadIds: readonly TerraUploadId[]): Statement {
  return eventsStatement(
    ['user_id = ?1\n  and (reference_id is null or reference_id in (select value from json_each(?2)))'],
    userId,
    terraUploadIds,
  );
}

/** All lab events of a person, and what names one of these uploads and has no owner yet. */
export function allLabEventsStatement(userId: UserId, terraUploadIds: readonly TerraUploadId[]): Statement {
  return eventsStatement(
    ['user_id = ?1', 'user_id is null\n  and reference_id in (select value from json_each(?2))'],
    userId,
    terraUploadIds,
  );
}

/** Events that one of these conditions holds for, each by itself: beside another one it finds none by an index. */
function eventsStatement(
  places: readonly string[],
  userId: UserId,
  terraUploadIds: readonly TerraUploadId[],
): Statement {
  const selects = places.flatMap((place) =>
    LAB_EVENTS.map(
      ([index, kind]) => `select ${EVENT_COLUMNS}, user_id, processed_at
from raw_events indexed by ${index}
where ${kind}
  and ${place}`,
    ),
  );
  return statement(selects.join('\nunion all\n'), userId, JSON.stringify(terraUploadIds));
}
