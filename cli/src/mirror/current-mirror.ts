import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { AmyError } from '../errors.ts';
import { COPIED_PAGES_AT_ONCE, COPY_READ_MAX_MS, DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { clearing } from '../under-way.ts';
import { asDatabaseError } from './database-errors.ts';
import { refuseNewerFile } from './layout.ts';
import { changeMirror, openMirrorForReading } from './mirror.ts';
import { readSchemaVersion, SCHEMA_VERSION } from './schema.ts';

/** What `read` finds in a mirror of today's layout. Throws as `openMirrorForReading` does, `newer_file` and `other_layout`. */
export function readCurrentMirror<Found>(path: string, read: (database: DatabaseSync) => Found): Found {
  const database = openMirrorForReading(path);
  try {
    refuseOtherLayout(database, path);
    return read(database);
  } finally {
    database.close();
  }
}

/**
 * The same of what takes its time, all of one moment. It is read from a copy that is gone afterwards: a sync waits five
 * seconds for who reads the mirror, and writing some years to files may take longer.
 */
export async function readMirrorCopy<Found>(
  path: string,
  read: (database: DatabaseSync) => Promise<Found>,
): Promise<Found> {
  const folder = privateFolderNear(path);
  try {
    return await clearing([folder], async () => {
      const database = await openCopy(path, join(folder, 'copy.sqlite'));
      try {
        return await read(database);
      } finally {
        database.close();
      }
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const COPY = '.amy-copy-';

/** On the disk that has room for the mirror itself; a file that somebody only lent is copied elsewhere. */
function privateFolderNear(path: string): string {
  const near = dirname(path);
  try {
    removeOldCopies(near);
    return mkdtempSync(join(near, COPY));
  } catch {
    return mkdtempSync(join(tmpdir(), 'amy-copy-'));
  }
}

/** Of runs that were cut off with the machine: nothing reads a copy for so long. */
function removeOldCopies(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith(COPY))) {
    const path = join(folder, name);
    const { mtimeMs = Date.now() } = statSync(path, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > COPY_READ_MAX_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** Of one moment: SQLite begins anew where somebody writes to the mirror between two turns. */
async function openCopy(path: string, copy: string): Promise<DatabaseSync> {
  const database = openMirrorForReading(path);
  try {
    refuseOtherLayout(database, path);
    await backup(database, copy, { rate: COPIED_PAGES_AT_ONCE });
  } catch (error) {
    throw asDatabaseError(error, path);
  } finally {
    database.close();
  }
  return new DatabaseSync(copy, { readOnly: true });
}

/** The same of what is changed, in one transaction. */
export async function changeCurrentMirror<Found>(
  path: string,
  change: (database: DatabaseSync) => Found | Promise<Found>,
): Promise<Found> {
  // Says what is in the way, instead of making a file.
  openMirrorForReading(path).close();
  return changeMirror(path, DATABASE_BUSY_TIMEOUT_MS, (database) => {
    refuseOtherLayout(database, path);
    return change(database);
  });
}

/** One of another layout may lack what is asked for. */
function refuseOtherLayout(database: DatabaseSync, path: string): void {
  if (readSchemaVersion(database) === SCHEMA_VERSION) return;
  refuseNewerFile(database, path);
  throw new AmyError(
    'other_layout',
    `${path} has the layout of another version of amy; \`amy sync\` brings it up to date`,
  );
}
