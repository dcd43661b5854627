import { applyD1Migrations, reset } from 'cloudflare:test';
import type { D1Migration } from '@cloudflare/vitest-pool-workers';
import { afterAll, afterEach } from 'vitest';
import { holdLines } from './held-log.ts';
import { bareEnv, limitEverything } from './limits-everywhere.ts';

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: D1Migration[];
      UPGRADE_DB: D1Database;
    }
  }
  /** The schema as the migrations left it, once they have run in this runtime. */
  var migratedSchema: string | undefined;
  /** Writes what the log holds: made for the first file, since the runtime's files share one log. */
  var tellHeldLines: (() => void) | undefined;
}

const { DB, UPGRADE_DB, RAW_PAYLOADS, LAB_REPORTS, CACHE } = bareEnv;
const NO_SCHEMA = '[]';

/**
 * Files share a runtime, because starting one costs more than most of them take; each begins with empty stores.
 * The tables stay and lose their rows, which is sooner done than all migrations. Where a file changed the schema, or
 * used the second database, everything is made anew.
 */
async function beginWithEmptyStores(): Promise<void> {
  const [schema, upgrade] = await Promise.all([schemaOf(DB), schemaOf(UPGRADE_DB)]);
  if (schema === globalThis.migratedSchema && upgrade === NO_SCHEMA) {
    await Promise.all([deleteRows(), deleteObjects(RAW_PAYLOADS), deleteObjects(LAB_REPORTS), deleteKeys()]);
  } else {
    // `reset` deletes only what is awake, and a store that nobody asks for some seconds falls asleep.
    await stored();
    await reset();
    await applyD1Migrations(DB, bareEnv.TEST_MIGRATIONS);
    await numberTables();
    globalThis.migratedSchema = await schemaOf(DB);
  }
  if ((await stored()) > 0) throw new Error('a store still holds what an earlier file wrote');
}

/**
 * SQLite walks its list of the last ids for each row that gets one, in the order in which the tables got their first: what a
 * statement reads would differ with the file that ran first.
 */
async function numberTables(): Promise<void> {
  await DB.prepare(
    "insert into sqlite_sequence(name, seq) select name, 0 from sqlite_schema where sql like '%autoincrement%' order by name",
  ).run();
}

/** Tables, views, indexes and triggers, as SQLite keeps them. */
async function schemaOf(db: D1Database): Promise<string> {
  const { results } = await db
    .prepare("select name, sql from sqlite_schema where name not like '\\_cf%' escape '\\' order by name")
    .all();
  return JSON.stringify(results);
}

async function tableNames(): Promise<readonly string[]> {
  const { results } = await DB.prepare(
    "select name from sqlite_schema where type = 'table' and name not like 'sqlite%' and name not like '\\_cf%' escape '\\' and name <> 'd1_migrations'",
  ).all<{ name: string }>();
  return results.map(({ name }) => name);
}

async function deleteRows(): Promise<void> {
  const tables = await tableNames();
  await DB.batch([
    DB.prepare('pragma defer_foreign_keys = on'),
    ...tables.map((table) => DB.prepare(`delete from ${table}`)),
  ]);
}

async function deleteObjects(bucket: R2Bucket): Promise<void> {
  for (;;) {
    const { objects } = await bucket.list();
    if (objects.length === 0) return;
    await bucket.delete(objects.map(({ key }) => key));
  }
}

async function deleteKeys(): Promise<void> {
  const { keys } = await CACHE.list();
  await Promise.all(keys.map(({ name }) => CACHE.delete(name)));
}

/** How many rows, objects and keys there are, in every store. */
async function stored(): Promise<number> {
  const tables = await tableNames();
  const rows = ['0', ...tables.map((table) => `(select count(*) from ${table})`)].join(' + ');
  const counts = await Promise.all([
    DB.prepare(`select ${rows} as n`).first<number>('n'),
    schemaOf(UPGRADE_DB).then((schema) => (schema === NO_SCHEMA ? 0 : 1)),
    ...[RAW_PAYLOADS, LAB_REPORTS].map(async (bucket) => (await bucket.list()).objects.length),
    CACHE.list().then(({ keys }) => keys.length),
  ]);
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0);
}

globalThis.tellHeldLines ??= holdLines(console);
afterEach(globalThis.tellHeldLines);
// What hooks at the end of a file write, such as the tables of a proof.
afterAll(globalThis.tellHeldLines);

await beginWithEmptyStores();
limitEverything();
