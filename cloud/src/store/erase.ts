import { sha256Hex } from '../digest.ts';
import { R2_KEYS_A_CALL } from '../limits.ts';
import { forgetSweepsAmong } from './orphans.ts';
import { bindAll, type Statement, statement, statementsForRows } from './statements.ts';

/** Rows, objects and keys deleted, by table and store. */
export type ErasureReceipt = Readonly<Record<string, number>>;

/** Every id under which a person's data may be stored or still arrive. */
export type Subjects = {
  readonly userId: string;
  readonly terraUserIds: readonly string[];
  readonly terraUploadIds: readonly string[];
  /** Terra's reports of which no upload is known. */
  readonly terraReportIds: readonly string[];
};

/** Deleted in this order, after raw_events and trace_events; users come last. */
const PERSON_TABLES = [
  'daily_summary',
  'activities',
  'sleep_sessions',
  'biomarkers_raw',
  'lab_uploads',
  'terra_connections',
  'profiles',
  'sync_watermarks',
  'item_homes',
  'tombstones',
  'backfills',
  'imports',
  'large_requests',
  'lab_reports',
  'earlier_lab_ids',
  'sessions',
  'device_logins',
  'idempotency_keys',
] as const;

/**
 * Marks a person as erased: nothing of theirs is stored from then on, and their tokens have ended. With the
 * marks, which are hashes, stands the erasure itself, for the cron, should this one not come to its end before
 * `leaseUntil`; nobody is let in again before.
 */
export async function beginErasure(
  db: D1Database,
  subjects: Subjects,
  { requestedAt, leaseUntil }: { readonly requestedAt: string; readonly leaseUntil: string },
): Promise<void> {
  await db.batch(
    bindAll(db, [
      ...markErased(subjects, requestedAt),
      statement(
        `insert into erasures(subject, requested_at, next_attempt_at)
values (?1, ?2, ?3)
on conflict (subject) do update set
  requested_at = max(requested_at, excluded.requested_at),
  next_attempt_at = excluded.next_attempt_at`,
        subjects.userId,
        requestedAt,
        leaseUntil,
      ),
    ]),
  );
}

/**
 * Deletes every row, object and key that holds a marked person's id, Terra ids or data. Running it again
 * deletes what a crash left.
 */
export async function deletePerson(env: Env, subjects: Subjects): Promise<ErasureReceipt> {
  const { userId } = subjects;
  const events = await findEvents(env.DB, subjects);
  const payloads = await deletePayloads(env.RAW_PAYLOADS, events);
  const rows = await deleteRows(env.DB, subjects, events);
  // After the rows: an upload under way can no longer record a file, so none is left behind.
  const reports = await deletePrefix(env.LAB_REPORTS, labFilesOf(userId));
  const keys = await deleteCacheKeys(env.CACHE, userId);
  return { ...rows, r2_raw_payloads: payloads, r2_lab_reports: reports, kv_keys: keys };
}

/** The last step of an erasure. One that was begun again meanwhile, under another lease, goes on. */
export function endErasure(userId: string, leaseUntil: string): Statement {
  return statement('delete from erasures where subject = ?1 and next_attempt_at = ?2', userId, leaseUntil);
}

/** Erasures whose lease is over, at most `limit`; they are leased anew until `leaseUntil`. */
export async function takeDeadErasures(
  db: D1Database,
  { now, leaseUntil, limit }: { readonly now: string; readonly leaseUntil: string; readonly limit: number },
): Promise<readonly { readonly subject: string; readonly requested_at: string }[]> {
  const taken = await db
    .prepare(
      `update erasures set next_attempt_at = ?2
where subject in (
  select subject
  from erasures
  where next_attempt_at <= ?1
  order by next_attempt_at
  limit ?3
)
returning subject, requested_at`,
    )
    .bind(now, leaseUntil, limit)
    .all<{ subject: string; requested_at: string }>();
  return taken.results;
}

/** How the R2 keys of a person's lab files begin. */
function labFilesOf(userId: string): string {
  return `lab-uploads/${userId}/`;
}

/**
 * The person's ids. A Terra id that an event of theirs names while it is another person's (an
 * `owner_conflict`) is not one of them: it would take the other's data along.
 */
export async function findSubjects(db: D1Database, userId: string): Promise<Subjects> {
  const [terraUsers, uploads, reports] = await db.batch<{ id: string }>(
    bindAll(db, [
      statement(
        `with named(terra_id) as (
  select terra_user_id from terra_connections where user_id = ?1
  union
  select terra_user_id from raw_events where (user_id = ?1 or reference_id = ?1) and terra_user_id <> ''
)
select terra_id as id
from named
where not exists (select 1 from terra_connections c where c.terra_user_id = terra_id and c.user_id <> ?1)
  and terra_id not in (
    select terra_user_id
    from raw_events
    where user_id <> ?1
      and terra_user_id in (select terra_id from named)
  )`,
        userId,
      ),
      statement(
        `select terra_upload_id as id from lab_uploads where user_id = ?1 and terra_upload_id is not null
union
select terra_upload_id from earlier_lab_ids where user_id = ?1
union
select terra_upload_id from lab_reports where user_id = ?1 and terra_upload_id is not null`,
        userId,
      ),
      statement(
        `select distinct session_id as id
from lab_reports
where user_id = ?1
  and session_id is not null
  and terra_upload_id is null`,
        userId,
      ),
    ]),
  );
  return {
    userId,
    terraUserIds: (terraUsers?.results ?? []).map(({ id }) => id),
    terraUploadIds: (uploads?.results ?? []).map(({ id }) => id),
    terraReportIds: (reports?.results ?? []).map(({ id }) => id),
  };
}

function markErased(subjects: Subjects, erasedAt: string): readonly Statement[] {
  const marks = [
    ['user', subjects.userId] as const,
    ...subjects.terraUserIds.map((id) => ['terra_user', id] as const),
    ...subjects.terraUploadIds.map((id) => ['upload', id] as const),
  ];
  return writeErasedMarks(marks, erasedAt);
}

/** From here on what names one of these ids is refused. Only their hashes are kept. */
export function writeErasedMarks(
  subjects: readonly (readonly [kind: string, id: string])[],
  erasedAt: string,
): readonly Statement[] {
  return statementsForRows(
    `insert into erased_subjects(subject_hash, kind, erased_at)
select j.value->>0, j.value->>1, ?2
from json_each(?1) j
where true
on conflict (subject_hash) do update set
  kind = excluded.kind,
  erased_at = max(erased_at, excluded.erased_at)`,
    subjects.map(([kind, id]) => [sha256Hex(id), kind]),
    erasedAt,
  );
}

/** A row of raw_events that is the person's, and the objects it names. */
type PersonEvent = {
  readonly id: number;
  readonly payload_key: string | null;
  readonly fetched_key: string | null;
};

/**
 * Owned by the person or naming one of their ids. What waits for its owner may name them only inside its
 * body: that is searched in the backlog alone.
 */
async function findEvents(
  db: D1Database,
  { userId, terraUserIds, terraUploadIds }: Subjects,
): Promise<readonly PersonEvent[]> {
  const answer = await db
    .prepare(
      `select id, payload_key, fetched_key
from raw_events
where user_id = ?1
  or reference_id = ?1
  or terra_user_id in (select value from json_each(?2))
  or (event_type like 'lab_report%' and reference_id in (select value from json_each(?3)))
union
select id, payload_key, fetched_key
from raw_events
where processed_at is null
  and user_id is null
  and exists (select 1 from json_each(?4) j where instr(payload, j.value) > 0)`,
    )
    .bind(
      userId,
      JSON.stringify(terraUserIds),
      JSON.stringify(terraUploadIds),
      // As a JSON text holds an id, quotes included: `user_1` is not `user_12`.
      JSON.stringify([userId, ...terraUserIds, ...terraUploadIds].map((id) => JSON.stringify(id))),
    )
    .all<PersonEvent>();
  return answer.results;
}

/** Deletes what these events keep in R2; answers how many objects that were. */
export async function deletePayloads(bucket: R2Bucket, events: readonly PersonEvent[]): Promise<number> {
  const keys = events
    .flatMap(({ payload_key, fetched_key }) => [payload_key, fetched_key])
    .filter((key) => key !== null);
  for (let start = 0; start < keys.length; start += R2_KEYS_A_CALL) {
    await bucket.delete(keys.slice(start, start + R2_KEYS_A_CALL));
  }
  return keys.length;
}

async function deletePrefix(bucket: R2Bucket, prefix: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const page = await bucket.list({ prefix, limit: R2_KEYS_A_CALL });
    if (page.objects.length === 0) return deleted;
    await bucket.delete(page.objects.map(({ key }) => key));
    deleted += page.objects.length;
  }
}

async function deleteRows(
  db: D1Database,
  { userId, terraUserIds }: Subjects,
  events: readonly PersonEvent[],
): Promise<ErasureReceipt> {
  const eventIds = events.map(({ id }) => id);
  const statements: readonly (readonly [string, Statement])[] = [
    ...named(
      'raw_events',
      statementsForRows('delete from raw_events where id in (select value from json_each(?1))', eventIds),
    ),
    // An attempt that was under way when the marks came may have settled one more as theirs.
    ...named('raw_events', [statement('delete from raw_events where user_id = ?1', userId)]),
    ...named(
      'trace_events',
      statementsForRows(
        'delete from trace_events where raw_event_id in (select value from json_each(?1))',
        eventIds,
      ),
    ),
    ...named('trace_events', [
      statement(
        `delete from trace_events
where user_id = ?1
  or terra_user_id in (select value from json_each(?2))`,
        userId,
        JSON.stringify(terraUserIds),
      ),
    ]),
    ...PERSON_TABLES.flatMap((table) =>
      named(table, [statement(`delete from ${table} where user_id = ?1`, userId)]),
    ),
    ...named('sweeps', [forgetSweepsAmong(labFilesOf(userId))]),
    ...named('users', [statement('delete from users where id = ?1', userId)]),
  ];
  const answers = await db.batch(
    bindAll(
      db,
      statements.map(([, one]) => one),
    ),
  );
  const receipt: Record<string, number> = {};
  statements.forEach(([table], i) => {
    receipt[table] = (receipt[table] ?? 0) + (answers[i]?.meta.changes ?? 0);
  });
  return receipt;
}

function named(table: string, statements: readonly Statement[]): readonly (readonly [string, Statement])[] {
  return statements.map((one) => [table, one] as const);
}

async function deleteCacheKeys(cache: KVNamespace, userId: string): Promise<number> {
  let deleted = 0;
  for (const prefix of [`idempotency:${userId}:`, `cache:${userId}:`]) {
    let cursor: string | null = null;
    do {
      const page: KVNamespaceListResult<unknown> = await cache.list({ prefix, cursor });
      for (const { name } of page.keys) await cache.delete(name);
      deleted += page.keys.length;
      cursor = page.list_complete ? null : page.cursor;
    } while (cursor !== null);
  }
  return deleted;
}
