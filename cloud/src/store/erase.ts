import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { R2_KEYS_A_CALL } from '../limits.ts';
import { bindAll, type Statement, statement, statementsForRows } from './statements.ts';

/** Rows, objects and keys deleted, by table and store. */
export type ErasureReceipt = Readonly<Record<string, number>>;

/** Every id under which a person's data may be stored or still arrive. */
type Subjects = {
  readonly userId: string;
  readonly terraUserIds: readonly string[];
  readonly terraUploadIds: readonly string[];
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
] as const;

/**
 * Erases a person: every row, object and key that holds their id, Terra ids or data. What is left are
 * SHA-256 hashes of the ids, so that late deliveries and old tokens do not bring them back. The marks come
 * first: nothing of theirs is stored from then on. Running it again finishes what a crash left.
 */
export async function erasePerson(env: Env, userId: string, nowMs: number): Promise<ErasureReceipt> {
  const subjects = await markErased(env.DB, userId, nowMs);
  const objects = await deleteObjects(env, subjects);
  const rows = await deleteRows(env.DB, subjects);
  const keys = await deleteCacheKeys(env.CACHE, userId);
  return { ...rows, ...objects, kv_keys: keys };
}

async function markErased(db: D1Database, userId: string, nowMs: number): Promise<Subjects> {
  const [terraUsers, uploads] = await db.batch<{ id: string }>(
    bindAll(db, [
      statement(
        `select terra_user_id as id from terra_connections where user_id = ?1
union
select terra_user_id from raw_events where (user_id = ?1 or reference_id = ?1) and terra_user_id <> ''`,
        userId,
      ),
      statement(
        `select terra_upload_id as id from lab_uploads where user_id = ?1 and terra_upload_id is not null
union
select terra_upload_id from lab_reports where user_id = ?1 and terra_upload_id is not null`,
        userId,
      ),
    ]),
  );
  const terraUserIds = (terraUsers?.results ?? []).map(({ id }) => id);
  const terraUploadIds = (uploads?.results ?? []).map(({ id }) => id);
  const marks = [
    ['user', userId],
    ...terraUserIds.map((id) => ['terra_user', id]),
    ...terraUploadIds.map((id) => ['upload', id]),
  ].map(([kind, id = '']) => [sha256Hex(id), kind]);
  await db.batch(
    bindAll(
      db,
      statementsForRows(
        `insert into erased_subjects(subject_hash, kind, erased_at)
select j.value->>0, j.value->>1, ?2
from json_each(?1) j
where true
on conflict (subject_hash) do update set erased_at = excluded.erased_at`,
        marks,
        isoTime(nowMs),
      ),
    ),
  );
  return { userId, terraUserIds, terraUploadIds };
}

/** Rows of raw_events that are the person's: owned, or naming one of their ids. Parameters ?1 to ?3. */
const PERSON_EVENTS = `user_id = ?1
  or reference_id = ?1
  or terra_user_id in (select value from json_each(?2))
  or (event_type like 'lab_report%' and reference_id in (select value from json_each(?3)))`;

function subjectParameters({ userId, terraUserIds, terraUploadIds }: Subjects): readonly string[] {
  return [userId, JSON.stringify(terraUserIds), JSON.stringify(terraUploadIds)];
}

async function deleteObjects(env: Env, subjects: Subjects): Promise<ErasureReceipt> {
  const keys = await env.DB.prepare(
    `select payload_key, fetched_key
from raw_events
where (payload_key is not null or fetched_key is not null)
  and (${PERSON_EVENTS})`,
  )
    .bind(...subjectParameters(subjects))
    .all<{ payload_key: string | null; fetched_key: string | null }>();
  const payloadKeys = keys.results.flatMap((row) => [row.payload_key ?? [], row.fetched_key ?? []].flat());
  for (let start = 0; start < payloadKeys.length; start += R2_KEYS_A_CALL) {
    await env.RAW_PAYLOADS.delete(payloadKeys.slice(start, start + R2_KEYS_A_CALL));
  }
  return {
    r2_raw_payloads: payloadKeys.length,
    r2_lab_reports: await deletePrefix(env.LAB_REPORTS, `lab-uploads/${subjects.userId}/`),
  };
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

async function deleteRows(db: D1Database, subjects: Subjects): Promise<ErasureReceipt> {
  const parameters = subjectParameters(subjects);
  const statements: readonly (readonly [string, Statement])[] = [
    ['raw_events', statement(`delete from raw_events where ${PERSON_EVENTS}`, ...parameters)],
    [
      // A trace whose event is gone was the person's too, whether or not it named them.
      'trace_events',
      statement(
        `delete from trace_events
where user_id = ?1
  or terra_user_id in (select value from json_each(?2))
  or (
    raw_event_id is not null
    and not exists (select 1 from raw_events r where r.id = trace_events.raw_event_id)
  )`,
        subjects.userId,
        JSON.stringify(subjects.terraUserIds),
      ),
    ],
    ...PERSON_TABLES.map(
      (table) => [table, statement(`delete from ${table} where user_id = ?1`, subjects.userId)] as const,
    ),
    ['users', statement('delete from users where id = ?1', subjects.userId)],
  ];
  const answers = await db.batch(
    bindAll(
      db,
      statements.map(([, one]) => one),
    ),
  );
  return Object.fromEntries(statements.map(([table], i) => [table, answers[i]?.meta.changes ?? 0]));
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
