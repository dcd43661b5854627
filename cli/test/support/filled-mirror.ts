import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DIGEST_TABLES, type Digest, digestColumns } from '../../../cloud/src/contract/digest.ts';
import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import type { SYNCED_TABLES } from '../../../cloud/src/contract/tables.ts';
import { pageApplier } from '../../src/mirror/apply.ts';
import { digestsOf } from '../../src/mirror/digests.ts';
import { openMirror } from '../../src/mirror/mirror.ts';
import { prepareSchema } from '../../src/mirror/schema.ts';
import { page, T1 } from './pages.ts';
import { temporaryFolder } from './temporary.ts';

type Rows = Partial<Record<keyof typeof SYNCED_TABLES, SyncRow[]>>;

/** The path of a mirror with these rows in it, and with whatever `also` does in the same transaction. */
export function filledMirror(rows: Rows, also: (database: DatabaseSync) => void = () => {}): string {
  const path = join(temporaryFolder(), 'persona.sqlite');
  const database = openMirror(path);
  try {
    database.exec('begin');
    prepareSchema(database);
    pageApplier(database).applyPage(page(T1, rows));
    also(database);
    database.exec('commit');
  } finally {
    database.close();
  }
  return path;
}

/** What a server that has these rows answers to the question for digests. */
export function digestOfRows(rows: Rows, now = T1): Digest {
  return digestOf(new DatabaseSync(filledMirror(rows)), now);
}

export function digestOf(database: DatabaseSync, now: string): Digest {
  const tables = DIGEST_TABLES.map((table) => [
    table,
    { columns: digestColumns(table), months: digestsOf(database, table) },
  ]);
  return { now, tables: Object.fromEntries(tables) };
}
