import type { IsoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import type { RawEventId } from '../ids.ts';
import type { Envelope } from '../normalize/envelope.ts';
import { firstRow, statement } from './statements.ts';

/**
 * Notes on a ping's row what was fetched for it, and whom that names: so that a connection that appears
 * releases it, and an erasure finds it. Answers false where the row is gone, or the payload names somebody erased.
 */
export async function writeFetchedPayload(
  db: D1Database,
  rawEventId: RawEventId,
  fetched: { readonly key: string; readonly sha256: string; readonly bytes: number },
  envelope: Envelope,
  now: IsoTime,
): Promise<boolean> {
  const update = statement(
    `update raw_events set
  fetched_key = ?2,
  fetched_sha256 = ?3,
  fetched_at = ?9,
  payload_bytes = ?4,
  terra_user_id = ?5,
  reference_id = ?6,
  provider = ?7
where id = ?1
  and not exists (
    select 1
    from erased_subjects
    where subject_hash in (select value from json_each(?8))
  )
returning id`,
    rawEventId,
    fetched.key,
    fetched.sha256,
    fetched.bytes,
    envelope.terraUserId,
    envelope.referenceId,
    envelope.provider,
    JSON.stringify(envelope.subjects.map(sha256Hex)),
    now,
  );
  return (await firstRow(db, update)) !== null;
}
