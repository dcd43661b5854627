import type { DatabaseSync } from 'node:sqlite';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { changeMirror, openMirrorForReading } from './mirror.ts';
import { readSchemaVersion, SCHEMA_VERSION } from './schema.ts';

/** What `read` finds in a mirror of today's layout. Throws as `openMirrorForReading` does, and `other_layout`. */
export function readCurrentMirror<Found>(path: string, read: (database: DatabaseSync) => Found): Found {
  const database = openMirrorForReading(path);
  try {
    refuseOtherLayout(database, path);
    return read(database);
  } finally {
    database.close();
  }
}

/** The same of what takes its time, all of one moment: whoever would write meanwhile waits. */
export async function readCurrentMirrorAtOnce<Found>(
  path: string,
  read: (database: DatabaseSync) => Promise<Found>,
): Promise<Found> {
  const database = openMirrorForReading(path);
  try {
    database.exec('begin');
    refuseOtherLayout(database, path);
    return await read(database);
  } finally {
    database.close();
  }
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
  throw new AmyError(
    'other_layout',
    `${path} has the layout of another version of amy; \`amy sync\` brings it up to date`,
  );
}
