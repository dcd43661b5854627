import { existsSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { asDatabaseError } from './database-errors.ts';
import { APPLICATION_ID, readApplicationId } from './schema.ts';
import { isMirrored } from './tables.ts';

/**
 * What stands at a path: nothing (or a file without a table yet), a mirror of this CLI, the file of the
 * earlier CLI, or something that is not ours to touch.
 */
type MirrorFileKind = 'absent' | 'mirror' | 'earlier' | 'foreign';

/** What SQLite may leave beside a database; a stale one would be applied to the next file of that name. */
export const SIDECAR_SUFFIXES: readonly string[] = ['-journal', '-wal', '-shm'];

export function inspectMirrorFile(path: string, busyTimeoutMs: number): MirrorFileKind {
  if (!existsSync(path) || statSync(path).size === 0) return 'absent';
  try {
    // Writable, so that what a killed process left half written is rolled back now.
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      return kindOf(database);
    } finally {
      database.close();
    }
  } catch (error) {
    throw asDatabaseError(error, path);
  }
}

function kindOf(database: DatabaseSync): MirrorFileKind {
  const names = database
    .prepare('select name from sqlite_schema')
    .all()
    .map(({ name }) => String(name));
  if (readApplicationId(database) === APPLICATION_ID) return 'mirror';
  if (names.length === 0) return 'absent';
  return names.some(isMirrored) ? 'earlier' : 'foreign';
}

/** Deletes a database and what stands beside it; the paths that existed. */
export function deleteDatabase(path: string): string[] {
  const paths = [path, ...SIDECAR_SUFFIXES.map((suffix) => path + suffix)].filter((file) => existsSync(file));
  for (const file of paths) rmSync(file);
  return paths;
}
