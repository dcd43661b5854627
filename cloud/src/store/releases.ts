import type { IsoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { type ParkedCode, skippedError } from '../event-codes.ts';
import type { RawEventId, TerraUploadId, TerraUserId } from '../ids.ts';
import { isParkedAs } from './event-state.ts';
import { PAYLOAD_TEXT } from './payload-text.ts';
import { statementsForValues } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/** An event that may go on, as every statement of this file answers it. */
export type ReleasedEvent = { readonly id: RawEventId; readonly payload_bytes: number | null };

/**
 * Lets go of rows that waited for these Terra ids, whatever their age: no error and no attempts, so that the
 * drain finds them even if the message is lost. Answers the ids and sizes to enqueue.
 */
export function releaseForConnectionsStatements(
  terraUserIds: readonly TerraUserId[],
  now: IsoTime,
  nextAttemptAt: IsoTime,
): readonly Statement[] {
  return statementsForValues(
    releaseSql(
      'no_connection_for_terra_user',
      `id in (
    select id
    from (select value as named from json_each(?1))
    cross join raw_events indexed by idx_raw_attention
    where ${isParkedAs('no_connection_for_terra_user')}
      and terra_user_id = named
    union all
    select id
    from raw_events indexed by idx_raw_waiting_swaps
    where processed_at is null
      and ${IS_SWAP_OF_TERRA_ID}
  )`,
      'by id',
    ),
    terraUserIds,
    nextAttemptAt,
    now,
  );
}

/**
 * The same for rows of a Terra id that was found to be an erased person's after they had come, whatever they wait for or
 * ended as: as what is delivered to the erased they end blanked. The drain takes them; nobody waits for them. Those that
 * wait may name the Terra id only inside: as by an erasure, the backlog is looked through. Of the living it is not: most
 * sign-ins are theirs, and a condition beside the others would read every row that waits before it is looked at.
 */
export function releaseForErasedStatements(
  terraUserId: TerraUserId,
  now: IsoTime,
  nextAttemptAt: IsoTime,
): readonly Statement[] {
  const isErased = 'exists (select 1 from erased_subjects where subject_hash = ?4)';
  const parameters = [JSON.stringify([terraUserId]), nextAttemptAt, now, sha256Hex(terraUserId)] as const;
  return [
    statement(
      `update raw_events indexed by idx_raw_unprocessed set
${RELEASED}
where processed_at is null
  and id > iif(${isErased}, 0, ${Number.MAX_SAFE_INTEGER})
  and user_id is null
  and process_error is not null
  and ${NAMES_TERRA_ID}`,
      ...parameters,
    ),
    statement(
      `update raw_events indexed by idx_raw_unowned_terra set
  processed_at = null,
${RELEASED}
where user_id is null
  and processed_at is not null
  and terra_user_id <> ''
  and terra_user_id in (select value from json_each(?1))
  and process_error is not '${skippedError('user_erased')}'
  and ${isErased}`,
      ...parameters,
    ),
  ];
}

/** The same for rows that waited for an upload to record Terra's id. */
export function releaseForLabUploadsStatements(
  terraUploadIds: readonly TerraUploadId[],
  now: IsoTime,
  nextAttemptAt: IsoTime,
): readonly Statement[] {
  return statementsForValues(
    releaseSql(
      'no_lab_upload_for_upload_id',
      'reference_id in (select value from json_each(?1))',
      'by its index',
    ),
    terraUploadIds,
    nextAttemptAt,
    now,
  );
}

/** A swap of ids waits under its new id, and may be owned through the old one, which only its body names. */
const IS_SWAP_OF_TERRA_ID = `event_type = 'user_reauth'
      and exists (select 1 from json_each(?1) j where instr(${PAYLOAD_TEXT}, j.value) > 0)`;

const NAMES_TERRA_ID = `(
    terra_user_id in (select value from json_each(?1))
    or (
      ${IS_SWAP_OF_TERRA_ID}
    )
  )`;

const RELEASED = `  process_error = null,
  attempts = 0,
  next_attempt_at = ?2,
  released_at = ?3`;

function releaseSql(code: ParkedCode, isWaitedFor: string, found: 'by its index' | 'by id'): string {
  return `update raw_events${found === 'by id' ? ' not indexed' : ''} set
${RELEASED}
where ${isParkedAs(code)}
  and ${isWaitedFor}
returning id, payload_bytes`;
}
