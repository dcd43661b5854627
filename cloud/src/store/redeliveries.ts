import type { SqliteTime } from '../clock.ts';
import type { RawEventId, TerraUserId } from '../ids.ts';
import { REDELIVERIES_PER_EVENT_MAX } from '../limits.ts';
import { holdsId } from './packed-ids.ts';
import { statementsForValues } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/** A delivery that carries a reference, and what finds its event: the same bytes may be stored already. */
export type ReferencedDelivery = {
  readonly event_type: string;
  readonly terra_user_id: TerraUserId | '';
  readonly dedup_key: string;
  readonly received_at: SqliteTime;
  readonly trace_id: string | null;
  /** `terra-reference`, with `:chunk:<n>` where Terra numbers the parts. */
  readonly terra_reference: string;
};

/**
 * Notes that stored bytes were delivered again, for a request that waits for them: Terra answers a request with
 * bytes it has sent before whenever nothing has changed since, and that is an answer like any other. The request
 * waits under this reference, or its own answer, which tells the reference, is not recorded yet. Writes nothing
 * for a new event, for a retry, or for a reference that nobody waits for. `isSame` is the condition, on ?1 to ?3,
 * that finds the event.
 */
export function redeliveryStatement(isSame: string, delivery: ReferencedDelivery): Statement {
  const { terra_reference, trace_id } = delivery;
  const [, request = terra_reference, part] = CHUNK.exec(terra_reference) ?? [];
  return statement(
    `insert into redeliveries(raw_event_id, terra_reference, trace_id, delivered_at)
select r.id, ?4, ?6, ?7
from raw_events r
where ${isSame}
  and (
    r.terra_reference is not ?4
    or (?6 <> '' and not ${holdsId('r.trace_id', '?6')})
  )
  and exists (
    select 1
    from terra_connections c
    cross join backfills b on b.user_id = c.user_id
    where c.terra_user_id = r.terra_user_id
      and (
        b.terra_reference = ?5
        or (b.terra_reference is null and b.status = 'pending' and b.terra_user_id = c.terra_user_id)
      )
  )
  and (select count(*) from redeliveries d where d.raw_event_id = r.id) < ?8
on conflict do nothing`,
    delivery.event_type,
    delivery.terra_user_id,
    delivery.dedup_key,
    terra_reference,
    request,
    part === undefined ? (trace_id ?? '') : '',
    delivery.received_at,
    REDELIVERIES_PER_EVENT_MAX,
  );
}

/** Of events that stay, blanked, when their person is erased; those of a deleted event go with it. */
export function deleteRedeliveriesStatements(rawEventIds: readonly RawEventId[]): readonly Statement[] {
  return statementsForValues(
    'delete from redeliveries where raw_event_id in (select value from json_each(?1))',
    rawEventIds,
  );
}

/** The parts of a large request carry its reference, sometimes with their number behind it. */
const CHUNK = /^(.*):chunk:(\d+)$/s;
