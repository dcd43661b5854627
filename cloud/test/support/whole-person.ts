import { env } from 'cloudflare:test';
import { erasePerson } from '../../src/erasure/erase-person.ts';
import { asUserId } from '../../src/ids.ts';
import { packKey } from '../../src/store/packed-bodies.ts';
import type { ErasureReceipt } from '../../src/store/person-data.ts';
import { day, event, night, terraUser, type Who, workout } from './events.ts';
import { moment } from './mirror.ts';
import { asOperator, deliver, ingest, newTerraId, newUser } from './stack.ts';
import { newTerra } from './terra.ts';

/** Somebody with something in every table, bucket and cache, and the texts that would give them away. */
export type WholePerson = Who & {
  readonly uploadId: string;
  /** A word that stands in every payload of theirs. */
  readonly secret: string;
  readonly traces: readonly string[];
};

export async function wholePerson(): Promise<WholePerson> {
  const who = { user: newUser(), terraId: newTerraId(), provider: 'OURA' };
  const [uploadId, secret] = [`upl-${crypto.randomUUID()}`, `secret-${crypto.randomUUID()}`];
  await ingest({ type: 'auth', status: 'success', user: terraUser(who), secret });
  await ingest({ ...event('daily', who, [day({ steps: 1, restingHeartRate: 255 })]), secret });
  await ingest({ ...event('sleep', who, [night({ score: 80 })]), secret });
  await ingest({ ...event('activity', who, [workout()]), secret });
  await ingest({ ...event('activity', who, [workout({ start: '2026-03-02T19:00:00+01:00' })]), secret });
  await ingest({
    type: 'large_request_sending',
    user: terraUser(who),
    reference: secret,
    expected_payloads: 3,
  });
  await ingest({
    type: 'nutrition',
    user: terraUser(who),
    data: [],
    secret: `${secret}${'x'.repeat(1_100_000)}`,
  });
  const waiting = await deliver({ ...event('daily', who, [day({ steps: 2 })]), secret });
  const { raw_event_id } = (await waiting.json()) as { raw_event_id: number };
  // A dead letter's trace names the event alone.
  await env.DB.prepare(
    "insert into trace_events(raw_event_id, level, event, message) values (?, 'error', 'dead_lettered', ?)",
  )
    .bind(raw_event_id, secret)
    .run();
  const packId = Number.parseInt(crypto.randomUUID().slice(0, 8), 16);
  await writeRows(who.user, uploadId, secret, packId);
  await ingest({
    upload_id: uploadId,
    data: [
      {
        session_id: secret,
        results: [{ biomarker: 'glucose', value: 90, unit: 'mg/dL', collection_date: '2026-02-01' }],
      },
    ],
  });
  await env.LAB_REPORTS.put(`lab-uploads/${who.user}/${secret}.pdf`, secret, {
    customMetadata: { user_id: who.user },
  });
  await env.RAW_PAYLOADS.put(packKey(who.user, packId), secret);
  await env.CACHE.put(`idempotency:${who.user}:key`, secret);
  await env.CACHE.put(`cache:${who.user}:me`, secret);
  return {
    ...who,
    uploadId,
    secret,
    traces: [who.user, who.terraId, uploadId, `${uploadId}-earlier`, secret],
  };
}

/** What no event writes. */
async function writeRows(user: string, uploadId: string, secret: string, packId: number): Promise<void> {
  const inserts: [table: string, row: Record<string, string | number>][] = [
    [
      'lab_uploads',
      {
        id: secret,
        user_id: user,
        storage_key: `lab-uploads/${user}/${secret}.pdf`,
        terra_status: 'submitted',
        terra_upload_id: uploadId,
        terra_response: secret,
      },
    ],
    ['earlier_lab_ids', { terra_upload_id: `${uploadId}-earlier`, upload_id: secret, user_id: user }],
    ['body_packs', { id: packId, user_id: user }],
    ['profiles', { user_id: user, data: secret }],
    ['sync_watermarks', { user_id: user, table_name: 'activities', last_synced_at: secret }],
    [
      'sessions',
      {
        id: secret,
        user_id: user,
        client: secret,
        created_at: moment(0),
        last_used_at: moment(0),
        expires_at: moment(0),
      },
    ],
    [
      'device_logins',
      {
        device_code_hash: secret,
        user_code: secret,
        client: secret,
        created_at: moment(0),
        expires_at: moment(0),
        interval_s: 5,
        user_id: user,
      },
    ],
    [
      'idempotency_keys',
      { user_id: user, key: secret, request_hash: secret, claim: secret, claimed_at: moment(0) },
    ],
    ['imports', { id: secret, user_id: user, days: 1, requests: 1, created_at: moment(0) }],
    ['trace_events', { user_id: user, level: 'info', event: 'lab_uploaded', message: secret }],
    [
      'rebuilds',
      {
        user_id: user,
        id: secret,
        rules: 1,
        is_dry_run: 1,
        state: 'folding',
        next_attempt_at: moment(0),
        started_at: moment(0),
      },
    ],
    [
      'silences',
      {
        user_id: user,
        terra_user_id: secret,
        kind: 'gap',
        resource: 'daily',
        since: '2026-03-01',
        from_date: '2026-03-01',
        to_date: '2026-03-01',
        found_at: '',
        due_at: '9',
      },
    ],
    ['rebuild_events', { user_id: user, is_folded: 0, raw_event_id: 1 }],
    ['users', { id: `rebuild:${secret}`, rebuild_of: user }],
    ['daily_summary', { user_id: `rebuild:${secret}`, source: secret, datetime: '2026-01-01' }],
  ];
  await env.DB.batch(
    inserts.map(([table, row]) =>
      env.DB.prepare(
        `insert into ${table}(${Object.keys(row).join()}) values (${Object.keys(row)
          .map(() => '?')
          .join()})`,
      ).bind(...Object.values(row)),
    ),
  );
}

/** The tables of the database, as it is. */
export async function tableNames(): Promise<string[]> {
  const { results } = await env.DB.prepare(
    "select name from sqlite_master where type = 'table' and name not like 'sqlite_%' and name not like '\\_cf%' escape '\\' and name <> 'd1_migrations'",
  ).all<{ name: string }>();
  return results.map(({ name }) => name);
}

/** Columns whose name says that a row is somebody's, whichever table they stand in. */
const PERSONAL = ['user_id', 'terra_user_id', 'reference_id', 'terra_upload_id', 'upload_id'];

/** Every column of the schema, as it is, that names people, and in how many rows it names this one. */
export async function personalColumns({ traces }: WholePerson) {
  const tables = await tableNames();
  const columns = await env.DB.batch<{ name: string }>(
    tables.map((table) => env.DB.prepare(`select name from pragma_table_info('${table}')`)),
  );
  const named = tables.flatMap((table, i) =>
    (columns[i]?.results ?? [])
      .filter(({ name }) => PERSONAL.includes(name))
      .map(({ name }) => ({ table, column: name })),
  );
  const counts = await env.DB.batch<{ n: number }>(
    named.map(({ table, column }) =>
      env.DB.prepare(
        `select count(*) as n from ${table} where ${column} in (select value from json_each(?1))`,
      ).bind(JSON.stringify(traces)),
    ),
  );
  return named.map((one, i) => ({ ...one, rows: counts[i]?.results[0]?.n ?? 0 }));
}

/** Everything the Worker keeps anywhere, as text, by table, bucket and cache. */
export async function everythingStored(): Promise<Map<string, string>> {
  const tables = await tableNames();
  const [rows, payloads, reports, cached] = await Promise.all([
    env.DB.batch(tables.map((table) => env.DB.prepare(`select * from ${table}`))),
    objectsOf(env.RAW_PAYLOADS),
    objectsOf(env.LAB_REPORTS),
    env.CACHE.list().then(({ keys }) =>
      Promise.all(keys.map(async ({ name }) => [name, await env.CACHE.get(name)])),
    ),
  ]);
  return new Map([
    ...tables.map((table, i) => [table, JSON.stringify(rows[i]?.results)] as const),
    ['r2_raw_payloads', payloads],
    ['r2_lab_reports', reports],
    ['kv_keys', JSON.stringify(cached)],
  ]);
}

async function objectsOf(bucket: R2Bucket): Promise<string> {
  const { objects } = await bucket.list({ include: ['customMetadata'] });
  return JSON.stringify(
    await Promise.all(
      objects.map(async ({ key, customMetadata }) => [
        key,
        customMetadata,
        await (await bucket.get(key))?.text(),
      ]),
    ),
  );
}

/** Where any of the texts is kept. */
export async function placesOf(texts: readonly string[]): Promise<string[]> {
  const stored = await everythingStored();
  return [...stored].filter(([, text]) => texts.some((one) => text.includes(one))).map(([name]) => name);
}

/** An erasure as the routes begin it, with a Terra that knows nobody; answers what was deleted. */
export async function erase(user: string, used: Env = env): Promise<ErasureReceipt> {
  const request = { userId: asUserId(user), requestedMs: Date.now(), requestId: null };
  return (await erasePerson(newTerra(used).env, request)).deleted;
}

/** The operator's wipe; answers its receipt. With `force` of somebody whom nothing names, too. */
export async function wipe(user: string, force = false): Promise<Record<string, number | true>> {
  const response = await asOperator(`/admin/user/${user}/wipe`, {
    method: 'POST',
    ...(force ? { body: '{"force": true}' } : {}),
    env: newTerra().env,
  });
  if (response.status !== 200) throw new Error(`the wipe answered ${response.status}`);
  return (await response.json()) as Record<string, number | true>;
}
