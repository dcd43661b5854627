import type { DatabaseSync } from 'node:sqlite';
import { devicesOfMonth } from '../archive/devices.ts';
import type { ArchiveOwner } from '../archive/folder.ts';
import { monthFiles } from '../archive/months.ts';
import { readSums } from '../archive/sums.ts';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { changeCurrentMirror, readCurrentMirror } from '../mirror/current-mirror.ts';
import {
  type DeviceOfDate,
  forgetDeviceMonth,
  readDeviceMonths,
  writeDeviceMonth,
} from '../mirror/device-history.ts';
import { inspectMirrorFile } from '../mirror/file.ts';
import { openMirrorForReading } from '../mirror/mirror.ts';
import { readSchemaVersion, SCHEMA_VERSION } from '../mirror/schema.ts';
import { readOwner } from '../mirror/sync-state.ts';

/**
 * Notes in the local file which device the archived events name of each date, for `source_changes`; of the months that
 * changed since they were read. Nothing where there is no file of today's layout, or another person's. Gives why a file
 * that is there could not take it, such as `database_busy`: the archive stands for itself, and its next run tries again.
 */
export async function noteDevices(
  path: string,
  folder: string,
  owner: ArchiveOwner,
): Promise<AmyError | null> {
  try {
    if (isOwnMirror(path, owner)) await noteChangedMonths(path, folder);
    return null;
  } catch (error) {
    if (error instanceof AmyError) return error;
    throw error;
  }
}

async function noteChangedMonths(path: string, folder: string): Promise<void> {
  const allSums = readSums(folder);
  const sums = new Map(monthFiles(folder).map((file) => [file, allSums.get(file) ?? '']));
  const known = readCurrentMirror(path, readDeviceMonths);
  const read = new Map<string, readonly DeviceOfDate[]>();
  for (const [file, sum] of sums) {
    if (known.get(file) !== sum) read.set(file, await devicesOfMonth(folder, file));
  }
  const gone = [...known.keys()].filter((file) => !sums.has(file));
  if (read.size + gone.length === 0) return;
  await changeCurrentMirror(path, (database) => {
    for (const file of gone) forgetDeviceMonth(database, file);
    for (const [file, devices] of read) writeDeviceMonth(database, file, sums.get(file) ?? '', devices);
  });
}

function isOwnMirror(path: string, owner: ArchiveOwner): boolean {
  if (inspectMirrorFile(path, DATABASE_BUSY_TIMEOUT_MS) !== 'mirror') return false;
  const database = openMirrorForReading(path);
  try {
    return isOf(database, owner);
  } finally {
    database.close();
  }
}

function isOf(database: DatabaseSync, owner: ArchiveOwner): boolean {
  if (readSchemaVersion(database) !== SCHEMA_VERSION) return false;
  const { server, person } = readOwner(database);
  return server === owner.server && (person === null || person === owner.person);
}
