import { closeSync, existsSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { AmyError } from '../errors.ts';
import { asDatabaseError } from './database-errors.ts';
import { isEarlierLayout, isWholeMirror } from './layout.ts';
import { APPLICATION_ID, readApplicationId, readSchemaVersion, SCHEMA_VERSION } from './schema.ts';

/**
 * What stands at a path: nothing (or a file without a table yet), a mirror of this CLI, the file of the
 * earlier CLI, or something that is not ours to touch.
 */
type MirrorFileKind = 'absent' | 'mirror' | 'earlier' | 'foreign';

/** What SQLite may leave beside a database; a stale one would be applied to the next file of that name. */
export const SIDECAR_SUFFIXES: readonly string[] = ['-journal', '-wal', '-shm'];

/** How a database begins, and each file beside one (https://www.sqlite.org/fileformat2.html, 1.3, 3 and 4; walformat). */
const DATABASE_START = Buffer.from('SQLite format 3\0', 'latin1');
const SIDECAR_STARTS: readonly Buffer[] = [
  'd9d505f920a163d7',
  '377f0682',
  '377f0683',
  '18e22d00',
  '002de218',
].map((hex) => Buffer.from(hex, 'hex'));

/** `isOtherLayout` of a mirror alone. */
type MirrorFile = { readonly kind: MirrorFileKind; readonly isOtherLayout: boolean };

export function inspectMirrorFile(path: string, busyTimeoutMs: number): MirrorFileKind {
  return lookAtMirrorFile(path, busyTimeoutMs).kind;
}

/**
 * Looks, and changes nothing that is not SQLite's: opening a file as a database makes SQLite delete a file beside it
 * that has a journal's name, whatever it holds. Throws `not_a_mirror`, and AmyError of what SQLite says.
 */
export function lookAtMirrorFile(path: string, busyTimeoutMs: number): MirrorFile {
  if (SIDECAR_SUFFIXES.some((suffix) => isNoSidecar(path + suffix))) return noMirror('foreign');
  if (!existsSync(path) || statSync(path).size === 0) return noMirror('absent');
  try {
    if (isNoDatabase(path)) return noMirror('foreign');
    // Writable, so that what a killed process left half written is rolled back now.
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      const kind = kindOf(database);
      return kind === 'mirror'
        ? { kind, isOtherLayout: readSchemaVersion(database) !== SCHEMA_VERSION }
        : noMirror(kind);
    } finally {
      database.close();
    }
  } catch (error) {
    throw asDatabaseError(error, path);
  }
}

function noMirror(kind: MirrorFileKind): MirrorFile {
  return { kind, isOtherLayout: false };
}

function kindOf(database: DatabaseSync): MirrorFileKind {
  const applicationId = readApplicationId(database);
  if (applicationId === APPLICATION_ID) return isWholeMirror(database) ? 'mirror' : 'foreign';
  if (applicationId !== 0) return 'foreign';
  const isEmpty = database.prepare('select 1 from sqlite_schema').get() === undefined;
  if (isEmpty) return 'absent';
  return isEarlierLayout(database) ? 'earlier' : 'foreign';
}

/** Deletes a mirror and what SQLite left beside it; the paths that existed. Nothing where there is no mirror. */
export function deleteMirrorFile(path: string, busyTimeoutMs: number): string[] {
  if (inspectMirrorFile(path, busyTimeoutMs) !== 'mirror') return [];
  const paths = [path, ...SIDECAR_SUFFIXES.map((suffix) => path + suffix)].filter((file) => existsSync(file));
  for (const file of paths) rmSync(file);
  return paths;
}

/** Throws where a file is not one of ours to delete: it is ours by its mark and all of its tables, nothing less. */
export function refuseToDelete(path: string, busyTimeoutMs: number): void {
  switch (inspectMirrorFile(path, busyTimeoutMs)) {
    case 'foreign':
      throw foreignFileError(path);
    case 'earlier':
      throw new AmyError(
        'earlier_file',
        `${path} is of an earlier amy, which this one does not delete; delete it yourself, or run \`amy sync\`, which keeps it aside`,
      );
    case 'absent':
    case 'mirror':
  }
}

export function foreignFileError(path: string): AmyError {
  return new AmyError(
    'not_a_mirror',
    `${path}, or a file beside it, is not a database of amy; it was left as it is: name another file with --db`,
  );
}

/** A file that a process was killed in while it was first filled may begin with zeros: SQLite rolls it back. */
function isNoDatabase(path: string): boolean {
  const start = startOf(path, DATABASE_START.length);
  return start !== null && !isZero(start) && !start.equals(DATABASE_START);
}

/** Whether a file has the name of one that SQLite makes beside a database, and is something else. */
function isNoSidecar(path: string): boolean {
  const start = existsSync(path) ? startOf(path, 8) : null;
  if (start === null || isZero(start)) return false;
  return !SIDECAR_STARTS.some((known) => start.subarray(0, known.length).equals(known));
}

/** The first bytes of a file; null of what is none or cannot be read, of which SQLite itself says why. */
function startOf(path: string, bytes: number): Buffer | null {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const start = Buffer.alloc(bytes);
    return start.subarray(0, readSync(file, start));
  } catch {
    return null;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function isZero(start: Buffer): boolean {
  return start.every((byte) => byte === 0);
}
