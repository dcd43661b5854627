import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import type { SYNCED_TABLES } from '../../../cloud/src/contract/tables.ts';
import { pageApplier } from '../../src/mirror/apply.ts';
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
