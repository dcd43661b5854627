import type { DatabaseSync } from 'node:sqlite';
import {
  DIGEST_ROWS_MAX,
  DIGEST_TABLES,
  type Digest,
  type DigestGroup,
  digest,
  digestColumns,
  digestRows,
} from '../../../cloud/src/contract/digest.ts';
import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import type { SyncedTableName } from '../../../cloud/src/contract/tables.ts';
import { type Access, ask } from '../api/api.ts';
import { pageWalk } from '../api/every-page.ts';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS, DIGEST_TIMEOUT_MS, VERIFY_TRIES } from '../limits.ts';
import { writeGroup } from './apply.ts';
import { digestsOf, monthText } from './digests.ts';
import { refuseNewerFile } from './layout.ts';
import { changeMirror, openMirrorForReading } from './mirror.ts';
import { mendIndexes, refuseUnsound } from './soundness.ts';
import { accessOf, type SyncOptions, type SyncResult, syncMirror } from './sync.ts';
import { readSyncState, recordVerify } from './sync-state.ts';

/** A table's rows of one month that were not the same. */
export type Difference = {
  readonly table: SyncedTableName;
  readonly month: string;
  readonly serverRows: number;
  readonly fileRows: number;
  readonly mended: boolean;
};

export type VerifyResult = {
  readonly server: string;
  readonly databasePath: string;
  /** The server's clock of the comparison. */
  readonly now: string;
  /** What the server has. */
  readonly tables: number;
  readonly months: number;
  readonly rows: number;
  readonly differences: readonly Difference[];
  /** Whether the file's indexes did not fit its tables, and were made anew. */
  readonly indexesMended: boolean;
  /** The sync that brought the file to the server's clock first. */
  readonly synced: SyncResult;
};

/**
 * Compares the mirror with the server by digests, both at one moment, and mends it where they differ: of that the rows
 * are fetched, and all of it is written in one transaction. Syncs first. Throws AmyError.
 */
export async function verifyMirror(options: SyncOptions): Promise<VerifyResult> {
  const { databasePath: path, busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS, clock = () => new Date() } = options;
  // Says what is in the way where there is no mirror.
  openMirrorForReading(path, busyTimeoutMs).close();
  const indexesMended = await changeMirror(path, busyTimeoutMs, (database) => {
    refuseNewerFile(database, path);
    return mendIndexes(database, path);
  });
  const access = accessOf(options);
  for (let tries = 0; tries < VERIFY_TRIES; tries += 1) {
    const synced = await syncMirror(options);
    const told = await fetchDigest(access);
    const differences = await changeMirror(path, busyTimeoutMs, async (database) => {
      const found = await compareAndMend(database, path, access, told);
      if (found?.every(({ mended }) => mended)) recordVerify(database, clock().toISOString());
      return found;
    });
    if (differences === null) continue;
    const { server } = access;
    return { server, databasePath: path, now: told.now, ...sizeOf(told), differences, indexesMended, synced };
  }
  throw new AmyError('server_moving', 'your data changed on the server all the while; try again in a minute');
}

/** What differed; null where file or server moved on meanwhile, and nothing was written. */
async function compareAndMend(
  database: DatabaseSync,
  path: string,
  access: Access,
  told: Digest,
): Promise<readonly Difference[] | null> {
  if (readSyncState(database).since !== told.now) return null;
  const differing = differencesOf(database, told);
  if (differing.length === 0) return [];
  const fetched = new Map<Found, readonly SyncRow[]>();
  for (const one of differing) {
    const rows = await fetchRows(access, one.table, one.month, told.now);
    if (rows === null) return null;
    fetched.set(one, rows);
  }
  const differences = differing.map((one) => ({
    ...one,
    mended: mendAlone(database, one, fetched.get(one) ?? [], told),
  }));
  refuseUnsound(database, path);
  return differences;
}

/** Writes a group; what does not give the server's digest is not kept. */
function mendAlone(
  database: DatabaseSync,
  { table, month }: Found,
  rows: readonly SyncRow[],
  told: Digest,
): boolean {
  database.exec('savepoint mending');
  writeGroup(database, table, { expression: monthText(table), value: month }, rows);
  const here = digestsOf(database, table, month)[0]?.sha256;
  const isMended = here === groupsOf(told, table).find((group) => group.month === month)?.sha256;
  if (!isMended) database.exec('rollback to mending');
  database.exec('release mending');
  return isMended;
}

type Found = Omit<Difference, 'mended'>;

function differencesOf(database: DatabaseSync, told: Digest): readonly Found[] {
  return DIGEST_TABLES.flatMap((table) => {
    const here = new Map(digestsOf(database, table).map((group) => [group.month, group]));
    const there = new Map(groupsOf(told, table).map((group) => [group.month, group]));
    return [...new Set([...there.keys(), ...here.keys()])]
      .filter((month) => there.get(month)?.sha256 !== here.get(month)?.sha256)
      .toSorted()
      .map((month) => ({
        table,
        month,
        serverRows: there.get(month)?.rows ?? 0,
        fileRows: here.get(month)?.rows ?? 0,
      }));
  });
}

function groupsOf({ tables }: Digest, table: SyncedTableName): readonly DigestGroup[] {
  return tables[table]?.months ?? [];
}

function sizeOf(told: Digest): { tables: number; months: number; rows: number } {
  const groups = DIGEST_TABLES.map((table) => groupsOf(told, table));
  const months = new Set(groups.flat().map(({ month }) => month));
  months.delete('');
  return {
    tables: groups.filter((some) => some.length > 0).length,
    months: months.size,
    rows: groups.flat().reduce((sum, { rows }) => sum + rows, 0),
  };
}

/** Throws where the server is of another version: its rows are of other columns, so that no digest would be equal. */
async function fetchDigest(access: Access): Promise<Digest> {
  const told = await ask(access, (api) => api.v1.digest.$get({ query: {} }), digest, {
    timeoutMs: DIGEST_TIMEOUT_MS,
  }).catch((error: unknown) => {
    throw error instanceof AmyError && error.status === 404 ? otherVersion(access) : error;
  });
  const isSame = DIGEST_TABLES.every(
    (table) => told.tables[table]?.columns.join() === digestColumns(table).join(),
  );
  if (!isSame) throw otherVersion(access);
  return told;
}

function otherVersion({ server }: Access): AmyError {
  return new AmyError(
    'other_version',
    `${server} runs another version than this amy, so nothing can be compared; update the older of the two`,
  );
}

/** The server's rows of a group; null where they are not of the moment `now`. */
async function fetchRows(
  access: Access,
  table: SyncedTableName,
  month: string,
  now: string,
): Promise<readonly SyncRow[] | null> {
  const rows: SyncRow[] = [];
  const ofGroup = { table, month, limit: String(DIGEST_ROWS_MAX) };
  const nextCursor = pageWalk();
  let cursor: string | null = null;
  do {
    const query = cursor === null ? ofGroup : { ...ofGroup, cursor };
    const page = await ask(access, (api) => api.v1.digest.rows.$get({ query }), digestRows);
    if (page.now !== now) return null;
    rows.push(...page.rows);
    cursor = nextCursor(page);
  } while (cursor !== null);
  return rows;
}
