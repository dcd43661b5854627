import { closeSync, fchmodSync, fstatSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { AmyError, messageOf } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
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
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'a', 0o600);
    try {
      if ((fstatSync(file).mode & OTHERS_MODE_BITS) !== 0) fchmodSync(file, 0o600);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new AmyError('database_unwritable', `cannot create ${path}: ${messageOf(cause)}`, { cause });
  }
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  // Without it a large sync would write pages before its commit, and lock readers out while it downloads.
  database.exec('pragma cache_spill = off');
  return database;
}

/**
 * Opens a filled mirror to read it; nothing can be written through it.
 * Throws AmyError `not_synced` where there is none yet, `not_a_mirror`, `earlier_file`.
 */
export function openMirrorForReading(path: string, busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS): DatabaseSync {
  const kind = inspectMirrorFile(path, busyTimeoutMs);
  switch (kind) {
    case 'mirror':
      return new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    case 'absent':
      throw new AmyError('not_synced', `nothing at ${path} yet; run \`amy sync\``);
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
 * `work` throws, and a process that dies in it, leaves the file as it was.
 */
export async function inTransaction<Result>(
  database: DatabaseSync,
  path: string,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    database.exec('begin immediate');
    const result = await work();
    database.exec('commit');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('rollback');
    throw asDatabaseError(error, path);
  }
}
