import { DatabaseSync } from 'node:sqlite';
import type { Miniflare } from 'miniflare';
import { storedFile } from './stored-files.ts';

/** A file of `migrations/`. */
export type Migration = { readonly name: string; readonly statements: readonly string[] };

/** As wrangler keeps it, so that either takes up where the other ended. */
const APPLIED_TABLE = `
create table if not exists d1_migrations(
  id integer primary key autoincrement,
  name text unique,
  applied_at timestamp default current_timestamp not null
)`;

/**
 * Applies what is not applied yet, in order, each file and its record in one transaction. `wrangler d1 migrations
 * apply` does the same with a runtime of its own for each file, which takes some twenty seconds of CPU on a new state.
 */
export async function applyMigrations(
  database: Awaited<ReturnType<Miniflare['getD1Database']>>,
  migrations: readonly Migration[],
): Promise<void> {
  await database.prepare(APPLIED_TABLE).run();
  const { results } = await database.prepare('select name from d1_migrations').all<{ name: string }>();
  const applied = new Set(results.map(({ name }) => name));
  for (const { name, statements } of migrations) {
    if (applied.has(name)) continue;
    await database.batch([
      ...statements.map((statement) => database.prepare(statement)),
      database.prepare('insert into d1_migrations(name) values (?1)').bind(name),
    ]);
  }
}

/** Whether the database that a stopped runtime left below `state` has all migrations. False where that cannot be read. */
export function isMigrated(state: string, migrations: readonly Migration[]): boolean {
  const file = storedFile(state, 'd1');
  if (file === null) return false;
  try {
    const applied = new Set(readNames(file));
    return migrations.every(({ name }) => applied.has(name));
  } catch {
    // An empty one has no such table; a broken one is the runtime's to speak of.
    return false;
  }
}

function readNames(path: string): readonly unknown[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare('select name from d1_migrations')
      .all()
      .map(({ name }) => name);
  } finally {
    database.close();
  }
}
