import { env } from 'cloudflare:test';

/** A numbered set of rows, `n` from 1 to `?1`, for an insert. */
const NUMBERS = `with recursive numbers(n) as (
  select 1
  union all
  select n + 1 from numbers where n < ?1
)`;

/** Rows of one insert: more would keep the database busy for too long at once. */
const ROWS_AT_ONCE = 50_000;

/**
 * So many processed events of others, and what comes with them: of a hundred events one is a lab's and two were
 * skipped before anybody knew whose they were; of ten one has a trace, which names a person or a Terra id alone.
 */
export async function addCrowd(events: number): Promise<void> {
  for (let left = events; left > 0; left -= ROWS_AT_ONCE) {
    const rows = Math.min(left, ROWS_AT_ONCE);
    const tag = crypto.randomUUID();
    await env.DB.batch([
      env.DB.prepare(
        `${NUMBERS}
insert into raw_events(event_type, terra_user_id, reference_id, user_id, payload, payload_bytes, signature_verified,
  dedup_key, processed_at, process_error)
select
  case n % 100 when 0 then 'lab_report' when 1 then 'nutrition' when 2 then 'nutrition' else 'daily' end,
  iif(n % 100 = 0, '', 'terra-crowd-' || n % 5000),
  case n % 100 when 0 then 'upl-crowd-' || n when 1 then null else 'user_crowd_' || n % 5000 end,
  iif(n % 100 in (1, 2), null, 'user_crowd_' || n % 5000),
  '{"secret":"of somebody else"}', 30, 1, ?2 || n, '2026-03-01 10:00:00.000',
  iif(n % 100 in (1, 2), 'skipped:nutrition', null)
from numbers`,
      ).bind(rows, tag),
      env.DB.prepare(
        `${NUMBERS}
insert into trace_events(level, event, user_id, terra_user_id)
select 'warn', 'value_out_of_range', iif(n % 2 = 0, null, 'user_crowd_' || n % 5000), 'terra-crowd-' || n % 5000
from numbers`,
      ).bind(Math.ceil(rows / 10)),
    ]);
  }
}

/** So many processed events of one person under one Terra id, the body of each `bytes` long. */
export async function addEventsOf(
  user: string,
  terraId: string,
  { events, bytes }: { readonly events: number; readonly bytes: number },
): Promise<void> {
  for (let left = events; left > 0; left -= ROWS_AT_ONCE) {
    await env.DB.prepare(
      `${NUMBERS}
insert into raw_events(event_type, terra_user_id, reference_id, user_id, payload, payload_bytes, signature_verified,
  dedup_key, processed_at)
select 'daily', ?2, ?3, ?3, printf('%.*c', ?4, 'x'), ?4, 1, ?5 || n, '2026-03-01 10:00:00.000'
from numbers`,
    )
      .bind(Math.min(left, ROWS_AT_ONCE), terraId, user, bytes, crypto.randomUUID())
      .run();
  }
}

/** So many events of others that were parked before anybody connected, received now, each with a body. */
export async function addParked(events: number): Promise<void> {
  for (let left = events; left > 0; left -= ROWS_AT_ONCE) {
    await env.DB.prepare(
      `${NUMBERS}
insert into raw_events(event_type, terra_user_id, payload, payload_bytes, signature_verified, dedup_key, process_error,
  attempts, received_at)
select 'daily', 'terra-parked-' || n % 5000, '{"secret":"of somebody else"}', 30, 1, ?2 || n,
  'no_connection_for_terra_user', 1, strftime('%Y-%m-%d %H:%M:%f', 'now')
from numbers`,
    )
      .bind(Math.min(left, ROWS_AT_ONCE), crypto.randomUUID())
      .run();
  }
}
