import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { AmyError, messageOf } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS, LOG_POLL_MS } from '../limits.ts';
import { asDatabaseError } from './database-errors.ts';
import { foreignFileError, inspectMirrorFile } from './file.ts';

const OTHERS_MODE_BITS = 0o077;

/**
 * Opens a mirror to write it, making an empty file where there is none. Either way only its owner can read it
 * afterwards: earlier versions left it readable to all. The layout is made by
 * `prepareSchema`, inside the transaction that fills it. The journal stays SQLite's default rather than
 * WAL: a person can copy the one file. Throws AmyError (`database_unwritable`, `database_busy`).
 */
export function openMirror(path: string, busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS): DatabaseSync {
  let stats: Stats;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'a', 0o600);
    try {
      stats = fstatSync(file);
      if ((stats.mode & OTHERS_MODE_BITS) !== 0) fchmodSync(file, 0o600);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new AmyError('database_unwritable', `cannot create ${path}: ${messageOf(cause)}`, { cause });
  }
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  openedFiles.set(database, fileId(stats));
  // Without it a large sync would write pages before its commit, and lock readers out while it downloads.
  database.exec('pragma cache_spill = off');
  return database;
}

/** Which file stood at its path when a mirror was opened. */
const openedFiles = new WeakMap<DatabaseSync, string>();

function fileId({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** Whether another file took the place of an open one: what is written to that one now, nobody finds again. */
export function isReplaced(database: DatabaseSync, path: string): boolean {
  const opened = openedFiles.get(database);
  if (opened === undefined) return false;
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined || fileId(found) !== opened;
}

/**
 * Changes the mirror at a path in one transaction. A full sync of another process may put another file there while this
 * one waits for its turn: then the change is made to that one. `setUp` is done before the transaction begins. Throws as
 * `openMirror` does, and whatever `work` throws.
 */
export async function changeMirror<Result>(
  path: string,
  busyTimeoutMs: number,
  work: (database: DatabaseSync) => Result | Promise<Result>,
  setUp: (database: DatabaseSync) => void = () => {},
): Promise<Result> {
  return onMirror(path, busyTimeoutMs, (database) => {
    setUp(database);
    return inTransaction(database, path, async () => work(database));
  });
}

/**
 * Runs `work` while no other process may change the mirror at a path; who only reads it reads on. `work` changes nothing in it
 * but may put another file in its place: nothing of SQLite's lies beside it that would be taken for that one's.
 */
export async function holdMirror<Result>(
  path: string,
  busyTimeoutMs: number,
  work: (database: DatabaseSync) => Promise<Result>,
): Promise<Result> {
  return onMirror(path, busyTimeoutMs, async (database) => {
    // A write-ahead log stays where others have the file open; they go on in it.
    database.exec('pragma busy_timeout = 0');
    try {
      database.exec('pragma journal_mode = memory');
    } catch {}
    database.exec(`pragma busy_timeout = ${busyTimeoutMs}`);
    database.exec('begin immediate');
    try {
      refuseReplaced(database, path);
      const isLogged = database.prepare('pragma journal_mode').get()?.journal_mode === 'wal';
      if (isLogged) await emptyLog(path, busyTimeoutMs);
      return await work(database);
    } finally {
      database.exec('rollback');
    }
  });
}

/**
 * Copies what lies in the write-ahead log into the file itself, so that the file alone is whole: its log is removed before another
 * file takes its place, and a process may die in between. Nobody writes meanwhile. Who still reads a state of before keeps the
 * rest of the log from being copied; that one is waited for. Throws `database_busy`.
 */
async function emptyLog(path: string, busyTimeoutMs: number): Promise<void> {
  const deadlineMs = performance.now() + busyTimeoutMs;
  const other = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    for (;;) {
      const told = other.prepare('pragma wal_checkpoint(passive)').get();
      if (told?.log === told?.checkpointed && told?.busy === 0) return;
      if (performance.now() > deadlineMs) {
        const why = `another process reads an earlier state of ${path}; nothing was changed, try again when it has finished`;
        throw new AmyError('database_busy', why);
      }
      await sleep(LOG_POLL_MS);
    }
  } finally {
    other.close();
  }
}

/** Opens the mirror at a path, and once more where another file took its place before its turn came. */
async function onMirror<Result>(
  path: string,
  busyTimeoutMs: number,
  work: (database: DatabaseSync) => Promise<Result>,
): Promise<Result> {
  for (;;) {
    const database = openMirror(path, busyTimeoutMs);
    try {
      return await work(database);
    } catch (error) {
      if (!(error instanceof AmyError && error.code === REPLACED)) throw asDatabaseError(error, path);
    } finally {
      database.close();
    }
  }
}

const REPLACED = 'database_replaced';

function refuseReplaced(database: DatabaseSync, path: string): void {
  if (!isReplaced(database, path)) return;
  throw new AmyError(REPLACED, `another amy put another file at ${path}; nothing was changed, try again`);
}

/**
 * Opens a filled mirror to read it; nothing can be written through it.
 * Throws AmyError `not_synced` where there is none yet, `not_a_mirror`, `earlier_file`.
 */
export function openMirrorForReading(path: string, busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS): DatabaseSync {
  const database = openMirrorIfAny(path, busyTimeoutMs);
  if (database === null) throw new AmyError('not_synced', `nothing at ${path} yet; run \`amy sync\``);
  return database;
}

/** The same; null where there is none yet. */
export function openMirrorIfAny(path: string, busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS): DatabaseSync | null {
  const kind = inspectMirrorFile(path, busyTimeoutMs);
  switch (kind) {
    case 'mirror':
      return new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    case 'absent':
      return null;
    case 'earlier':
      throw new AmyError(
        'earlier_file',
        `${path} is of an earlier amy; \`amy sync\` keeps it aside and fills anew`,
      );
    case 'foreign':
      throw foreignFileError(path);
  }
}

/**
 * Runs `work` in one write transaction, taken at once, so that two writers never interleave. Whatever
 * `work` throws, and a process that dies in it, leaves the file as it was. Throws `database_replaced` where another file
 * stands at `path` by then.
 */
export async function inTransaction<Result>(
  database: DatabaseSync,
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    database.exec('begin immediate');
    refuseReplaced(database, path);
    const result = await work();
    database.exec('commit');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw asDatabaseError(error, path);
  }
}
