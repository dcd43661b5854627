import { bindAll, statement } from './statements.ts';

/** How the ingest stands. */
export type IngestStats = {
  /** Events that are neither processed nor stopped by an error: on their way. */
  readonly backlog: number;
  readonly oldest_unprocessed: string | null;
  readonly events: number;
  readonly normalized: number;
  readonly skipped: number;
  /** Unresolved errors by code; exceptions under `exception`. */
  readonly errors: Readonly<Record<string, number>>;
  readonly dead_lettered: number;
  /** Requests to Terra that were not sent yet. */
  readonly outbox_pending: number;
  readonly database_bytes: number;
};

type Counts = Record<string, number | string | null>;

/** Reads the figures in one round trip. */
export async function readStats(db: D1Database): Promise<IngestStats> {
  const [events, unprocessed, errors, outbox] = await db.batch<Counts>(
    bindAll(db, [
      statement(
        `select count(*) as events,
  count(*) filter (where processed_at is not null and substr(coalesce(process_error, ''), 1, 8) <> 'skipped:') as normalized,
  count(*) filter (where processed_at is not null and substr(process_error, 1, 8) = 'skipped:') as skipped
from raw_events`,
      ),
      statement(
        `select count(*) filter (where process_error is null) as backlog, min(received_at) as oldest,
  count(*) filter (where dead_lettered_at is not null) as dead_lettered
from raw_events
where processed_at is null`,
      ),
      statement(
        `select case
    when process_error in (
      'no_connection_for_terra_user', 'no_lab_upload_for_upload_id', 'payload_missing', 'payload_url_expired',
      'payload_url_refused', 'owner_conflict'
    ) then process_error
    when substr(process_error, 1, 16) = 'payload_invalid:' then 'payload_invalid'
    else 'exception'
  end as code, count(*) as rows
from raw_events
where process_error is not null
  and substr(process_error, 1, 8) <> 'skipped:'
  and resolved_at is null
group by code`,
      ),
      statement("select count(*) as pending from backfills where status = 'pending'"),
    ]),
  );
  const number = (value: unknown) => Number(value ?? 0);
  const [all, open] = [events?.results[0] ?? {}, unprocessed?.results[0] ?? {}];
  return {
    backlog: number(open.backlog),
    oldest_unprocessed: open.oldest === null || open.oldest === undefined ? null : String(open.oldest),
    events: number(all.events),
    normalized: number(all.normalized),
    skipped: number(all.skipped),
    errors: Object.fromEntries((errors?.results ?? []).map(({ code, rows }) => [String(code), number(rows)])),
    dead_lettered: number(open.dead_lettered),
    outbox_pending: number(outbox?.results[0]?.pending),
    database_bytes: number(outbox?.meta.size_after),
  };
}
