import type { RawEventId } from '../ids.ts';
import { PAYLOAD_TEXT } from './payload-text.ts';
import { type Statement, statement } from './statements.ts';
import type { Subjects } from './subjects.ts';

/** A row of raw_events that is a person's, and the objects it names. */
export type SubjectEvent = {
  readonly id: RawEventId;
  readonly payload_key: string | null;
  readonly fetched_key: string | null;
};

const COLUMNS = 'id, payload_key, fetched_key';

/** At most `limit` events that the person owns. */
export function ownedEventsStatement({ userId }: Subjects, limit: number): Statement {
  return statement(
    `select ${COLUMNS}
from raw_events indexed by idx_raw_user
where user_id = ?1
limit ?2`,
    userId,
    limit,
  );
}

/**
 * At most `limit` events that name one of the person's ids and have no owner, or another one than the user they
 * refer to. Each part is found by the id that it names, so that nobody else's rows are read. What still waits may
 * name the person only inside its body: that is searched in the backlog alone.
 */
export function namingEventsStatement(
  { userId, terraUserIds, terraUploadIds }: Subjects,
  limit: number,
): Statement {
  return statement(
    `select ${COLUMNS}
from raw_events indexed by idx_raw_unowned_reference
where user_id is null
  and processed_at is not null
  and reference_id = ?1
union
select ${COLUMNS}
from raw_events indexed by idx_raw_unowned_reference
where user_id is null
  and processed_at is not null
  and reference_id in (select value from json_each(?3))
  and event_type like 'lab_report%'
union
select ${COLUMNS}
from raw_events indexed by idx_raw_unowned_terra
where user_id is null
  and processed_at is not null
  and terra_user_id <> ''
  and terra_user_id in (select value from json_each(?2))
union
select ${COLUMNS}
from raw_events indexed by idx_raw_foreign_reference
where reference_id <> user_id
  and reference_id = ?1
union
select ${COLUMNS}
from raw_events indexed by idx_raw_unprocessed
where processed_at is null
  and user_id is null
  and (
    reference_id = ?1
    or terra_user_id in (select value from json_each(?2))
    or (event_type like 'lab_report%' and reference_id in (select value from json_each(?3)))
    or exists (select 1 from json_each(?4) j where instr(${PAYLOAD_TEXT}, j.value) > 0)
  )
limit ?5`,
    userId,
    JSON.stringify(terraUserIds),
    JSON.stringify(terraUploadIds),
    // As a JSON text holds an id, quotes included: `user_1` is not `user_12`.
    JSON.stringify([userId, ...terraUserIds, ...terraUploadIds].map((id) => JSON.stringify(id))),
    limit,
  );
}
