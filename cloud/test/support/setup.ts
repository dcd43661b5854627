import { applyD1Migrations, reset } from 'cloudflare:test';
import type { D1Migration } from '@cloudflare/vitest-pool-workers';
import { bareEnv, limitEverything } from './limits-everywhere.ts';

declare global {
  namespace Cloudflare {
    interface Env {
      TEST_MIGRATIONS: D1Migration[];
      UPGRADE_DB: D1Database;
    }
  }
}

/** How many tables, objects and keys there are, in every store. */
async function stored(): Promise<number> {
  const { DB, UPGRADE_DB, RAW_PAYLOADS, LAB_REPORTS, CACHE } = bareEnv;
  const counts = await Promise.all([
    ...[DB, UPGRADE_DB].map((db) => db.prepare('select count(*) as n from sqlite_schema').first<number>('n')),
    ...[RAW_PAYLOADS, LAB_REPORTS].map(async (bucket) => (await bucket.list()).objects.length),
    CACHE.list().then(({ keys }) => keys.length),
  ]);
  return counts.reduce<number>((total, count) => total + (count ?? 0), 0);
}

/**
 * Files share a runtime, because starting one costs more than most of them take; each begins with empty stores.
 * `reset` deletes only what is awake, and a store that nobody asks for some seconds falls asleep: each is asked
 * for something before.
 */
async function emptyStores(): Promise<void> {
  await stored();
  await reset();
  if ((await stored()) > 0) throw new Error('a store still holds what an earlier file wrote');
}

await emptyStores();
await applyD1Migrations(bareEnv.DB, bareEnv.TEST_MIGRATIONS);
limitEverything();
