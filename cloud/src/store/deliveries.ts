import { type IsoTime, isoTime, type SqliteTime, type UnixMs, unixMsOf } from '../clock.ts';
import type { RawEventId, TerraUserId } from '../ids.ts';
import { isAuthEvent } from '../normalize/event-types.ts';
import { packedId } from './packed-ids.ts';
import { insertBodyStatement } from './raw-bodies.ts';
import { redeliveryStatement } from './redeliveries.ts';
import { runAll, type Statement, statement } from './statements.ts';
import { removeErasedConnectionStatements, type TerraRemovalRow } from './terra-removals.ts';

/** A delivery as its row of raw_events. Times are in the form of their column. */
export type NewEvent = {
  readonly event_type: string;
  readonly terra_user_id: TerraUserId | '';
  readonly dedup_key: string;
  readonly received_at: SqliteTime;
  readonly reference_id: string | null;
  readonly provider: string | null;
  readonly payload: string;
  readonly payload_key: string | null;
  readonly payload_bytes: number;
  readonly request_id: string;
  readonly trace_id: string | null;
  readonly terra_reference: string | null;
  readonly order_ms: UnixMs;
  readonly next_attempt_at: IsoTime;
};

/** What became of a delivery, and what stands about the same bytes. */
export type WrittenDelivery = {
  /** Null where nothing was written. */
  readonly newId: RawEventId | null;
  readonly isErased: boolean;
  /** What Terra took of an erased person, and is to delete: it is in the outbox now. */
  readonly removals: readonly TerraRemovalRow[];
  readonly same: {
    readonly id: RawEventId;
    readonly processed_at: SqliteTime | null;
    readonly attempts: number;
  } | null;
};

/**
 * Stores a delivery once, unless it speaks of somebody erased: one transaction, one round trip. A duplicate
 * writes nothing, unless it answers another request than the event that is there.
 */
export async function writeDelivery(
  db: D1Database,
  event: NewEvent,
  subjectHashes: readonly string[],
): Promise<WrittenDelivery> {
  const subjects = JSON.stringify(subjectHashes);
  const same = event.event_type === 's3_payload' ? SAME_PING : SAME_EVENT;
  const identity = [event.event_type, event.terra_user_id, event.dedup_key] as const;
  const redelivered = redeliveryStatements(same, event);
  const bodies =
    event.payload === '' ? [] : [insertBodyStatement(same, identity, event.request_id, event.payload)];
  const [inserted, known, ...more] = await runAll(db, [
    statement(
      insertUnless(same),
      ...identity,
      subjects,
      event.received_at,
      event.reference_id,
      event.provider,
      event.payload_key,
      event.payload_bytes,
      event.request_id,
      event.trace_id,
      event.terra_reference,
      event.order_ms,
      event.next_attempt_at,
      roomForOutcome(event),
    ),
    statement(
      `select r.id, r.processed_at, r.attempts, (
    select 1
    from erased_subjects
    where subject_hash in (select value from json_each(?4))
    limit 1
  ) as erased
from (select 1)
left join raw_events r on ${same}`,
      ...identity,
      subjects,
    ),
    ...redelivered,
    ...removalStatements(event, subjects),
    ...bodies,
  ]);
  const { erased = null, ...found } = (known?.results[0] ?? {}) as Partial<Known>;
  return {
    newId: (inserted?.results[0] as Same | undefined)?.id ?? null,
    isErased: erased !== null,
    removals: (more[redelivered.length]?.results ?? []) as TerraRemovalRow[],
    same: isFound(found) ? found : null,
  };
}

type Same = NonNullable<WrittenDelivery['same']>;

/** Of a row that is not there everything is null. */
type Known = { readonly [Column in keyof Same]: Same[Column] | null } & { readonly erased: 1 | null };

function isFound(row: Partial<Omit<Known, 'erased'>>): row is Same {
  return typeof row.id === 'number';
}

/** An erased person may have had Terra's page open, and signed in to a device there. */
function removalStatements(event: NewEvent, subjects: string): readonly Statement[] {
  const { event_type, terra_user_id, received_at, next_attempt_at } = event;
  if (!isAuthEvent(event_type) || terra_user_id === '') return [];
  return removeErasedConnectionStatements(
    subjects,
    terra_user_id,
    isoTime(unixMsOf(received_at)),
    next_attempt_at,
  );
}

function redeliveryStatements(isSame: string, event: NewEvent): readonly Statement[] {
  const { terra_reference } = event;
  return terra_reference === null ? [] : [redeliveryStatement(isSame, { ...event, terra_reference })];
}

const SAME_EVENT = `event_type = ?1
  and terra_user_id = ?2
  and dedup_key = ?3`;

/** A ping names nobody; its row does, once what it pointed at was fetched. */
const SAME_PING = `event_type = 's3_payload'
  and dedup_key = ?3`;

/** As long as an id of Clerk's. */
const USER_ID_CHARS = 32;
/** Of a duration. */
const DURATION_BYTES = 2;

/**
 * Blanks for what an outcome adds to a row: the time when it was processed comes for the time of the next attempt, which is
 * a character longer, and the user beside the reference that names them.
 */
function roomForOutcome({ reference_id }: NewEvent): string {
  return ' '.repeat((reference_id?.length ?? USER_ID_CHARS) + DURATION_BYTES);
}

function insertUnless(same: string): string {
  return `insert into raw_events(event_type, terra_user_id, dedup_key, received_at, reference_id, provider,
  payload_key, payload_bytes, request_id, trace_id, terra_reference, order_ms, next_attempt_at,
  room, payload, signature_verified)
select ?1, ?2, ?3, ?5, ?6, ?7, ?8, ?9, ${packedId('?10')}, ${packedId('?11')}, ?12, ?13, ?14, ?15, '', 1
where not exists (select 1 from raw_events where ${same})
  and not exists (
    select 1
    from erased_subjects
    where subject_hash in (select value from json_each(?4))
  )
returning id`;
}
