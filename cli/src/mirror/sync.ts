import type { DatabaseSync } from 'node:sqlite';
import { SYNC_LIMIT_MAX } from '../../../cloud/src/contract/constants.ts';
import type { SyncPage } from '../../../cloud/src/contract/sync.ts';
import { type Access, ask } from '../api/api.ts';
import { pageWalk } from '../api/every-page.ts';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { normalizeServer } from '../settings.ts';
import { tokenSubject } from '../sign-in/token-claims.ts';
import type { LeftOut } from './additions.ts';
import { pageApplier } from './apply.ts';
import { setEarlierFileAside } from './earlier-file.ts';
import { foreignFileError, lookAtMirrorFile } from './file.ts';
import { forgetArchived } from './kept.ts';
import { refuseNewerFile } from './layout.ts';
import { changeMirror, holdMirror } from './mirror.ts';
import { APPLICATION_ID, readApplicationId, readSchemaVersion, SCHEMA_VERSION } from './schema.ts';
import { makeSuccessor, type Predecessor, putInPlace } from './successor.ts';
import { syncPage } from './sync-page.ts';
import { readOwner, readSyncState, recordSync, refuseOtherOwner } from './sync-state.ts';
import { MIRRORED_NAMES } from './tables.ts';
import { setUpForUpgrade, upgradeLayout } from './upgrade.ts';

export type SyncProgress =
  /** Pages, and rows and deletions, since the start of this answer; `total` of all its pages, where the server told it. */
  | {
      readonly step: 'page';
      readonly pages: number;
      readonly rows: number;
      readonly total: number | null;
    }
  | { readonly step: 'waiting'; readonly seconds: number }
  /** Nothing has come for a while; after so many seconds it is given up. */
  | { readonly step: 'silent'; readonly address: string; readonly seconds: number }
  | { readonly step: 'restored' }
  | { readonly step: 'expired' }
  | { readonly step: 'rebuilt' }
  /** The file has got the layout of this amy, and kept its rows. */
  | { readonly step: 'upgraded' }
  /** Of what somebody added to the file: it has no place in the layout of this amy. */
  | ({ readonly step: 'left_out' } & LeftOut)
  | { readonly step: 'set_aside'; readonly path: string };

export type SyncOptions = {
  readonly url: string;
  readonly token: string;
  readonly insecure?: boolean | undefined;
  /** What the person can do where the server refuses the token. */
  readonly remedy?: string | undefined;
  readonly databasePath: string;
  /** Everything, not only what changed; rows the server no longer has are removed. */
  readonly full?: boolean;
  readonly onProgress?: (progress: SyncProgress) => void;
  readonly busyTimeoutMs?: number;
  readonly clock?: () => Date;
};

export type SyncResult = {
  readonly server: string;
  readonly databasePath: string;
  readonly mode: 'full' | 'changes';
  /** The server's clock at which the mirror equals the server. */
  readonly now: string;
  readonly pages: number;
  /** Rows received, per table. */
  readonly received: Readonly<Record<string, number>>;
  /** Deletions the server told of. */
  readonly deleted: number;
  /** Rows removed because a full answer did not contain them. */
  readonly removed: number;
  /** Where the earlier CLI's file went, if there was one. */
  readonly setAside: string | null;
  /** Of what somebody added to the file, what could not stay as it was after an update of amy. */
  readonly leftOut: readonly LeftOut[];
};

/**
 * Brings the mirror at `databasePath` up to the server's state: what changed in one transaction, everything by a new file that
 * takes the place of the one before once it is whole. Whatever happens, the file holds the previous state or the next.
 * Throws AmyError.
 */
export async function syncMirror(options: SyncOptions): Promise<SyncResult> {
  const { databasePath, busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS, clock = () => new Date() } = options;
  const leftOut: LeftOut[] = [];
  const onProgress = (progress: SyncProgress) => {
    if (progress.step === 'left_out') leftOut.push({ name: progress.name, why: progress.why });
    options.onProgress?.(progress);
  };
  const access = accessOf(options);
  const pulling = { access, databasePath, full: options.full ?? false, onProgress, busyTimeoutMs, clock };
  const { server } = access;
  const { kind, isOtherLayout } = lookAtMirrorFile(databasePath, busyTimeoutMs);
  if (kind === 'foreign') throw foreignFileError(databasePath);
  if (kind !== 'earlier') {
    if (isOtherLayout) await upgradeMirror(pulling);
    const pulled = (await pullChanges(pulling)) ?? (await replaceMirror(pulling));
    return { server, databasePath, ...pulled, setAside: null, leftOut };
  }
  // An earlier file stays in place until its successor is whole.
  const pulled = await pullEverything(null, pulling);
  const setAside = setEarlierFileAside(databasePath, clock());
  onProgress({ step: 'set_aside', path: setAside });
  return { server, databasePath, ...pulled, setAside, leftOut };
}

/** Whom a sync asks, and as whom. */
export function accessOf({ url, insecure, token, remedy, onProgress }: SyncOptions): Access {
  return {
    server: normalizeServer(url),
    insecure,
    token,
    remedy,
    onWait: (seconds) => onProgress?.({ step: 'waiting', seconds }),
    onSilence: (address, seconds) => onProgress?.({ step: 'silent', address, seconds }),
  };
}

type Pulled = Omit<SyncResult, 'server' | 'databasePath' | 'setAside' | 'leftOut'>;

type Pulling = Required<
  Pick<SyncOptions, 'full' | 'onProgress' | 'databasePath' | 'clock' | 'busyTimeoutMs'>
> & { readonly access: Access };

/** Gives a mirror of another layout the one of this program where its rows can stay, in one transaction. */
async function upgradeMirror({ access, databasePath: path, busyTimeoutMs, onProgress }: Pulling) {
  const upgrade = (database: DatabaseSync) => {
    refuseNotOurs(database, access, path);
    return upgradeLayout(database);
  };
  const leftOut = await changeMirror(path, busyTimeoutMs, upgrade, setUpForUpgrade);
  onProgress({ step: leftOut === null ? 'rebuilt' : 'upgraded' });
  for (const one of leftOut ?? []) onProgress({ step: 'left_out', ...one });
}

/** What changed since the last sync, applied; null, and nothing applied, where there was none or the server cannot tell it. */
async function pullChanges(pulling: Pulling): Promise<Pulled | null> {
  const { access, databasePath, full, onProgress, busyTimeoutMs, clock } = pulling;
  if (full) return null;
  return changeMirror(databasePath, busyTimeoutMs, async (database) => {
    const since = sinceOf(database, pulling);
    if (since === null) return null;
    database.exec('savepoint changes');
    const told = await pullAnswer(database, access, since, onProgress).catch((error: unknown) => {
      if (error instanceof AmyError && error.code === 'sync_expired') return null;
      throw error;
    });
    // Both are the server's own times in one fixed form, so text order is time order. A clock that went
    // back means the server's database was restored: what came after that point is gone there.
    if (told !== null && told.now >= since) {
      record(database, access, told, clock);
      return told;
    }
    database.exec('rollback to changes');
    onProgress({ step: told === null ? 'expired' : 'restored' });
    return null;
  });
}

/** Until when the mirror is told of; null for one that is empty, or of another layout. */
function sinceOf(database: DatabaseSync, { access, databasePath }: Pulling): string | null {
  if (readApplicationId(database) !== APPLICATION_ID) return null;
  refuseNotOurs(database, access, databasePath);
  return readSchemaVersion(database) === SCHEMA_VERSION ? readSyncState(database).since : null;
}

/** Everything, in a new mirror that takes the place of the one before. */
async function replaceMirror(pulling: Pulling): Promise<Pulled> {
  const { access, databasePath: path, busyTimeoutMs } = pulling;
  return holdMirror(path, busyTimeoutMs, async (database) => {
    const isOurs = readApplicationId(database) === APPLICATION_ID;
    if (isOurs) refuseNotOurs(database, access, path);
    const isCurrentLayout = isOurs && readSchemaVersion(database) === SCHEMA_VERSION;
    const pulled = await pullEverything(isOurs ? { path, isCurrentLayout } : null, pulling);
    putInPlace(database, path);
    return pulled;
  });
}

/** All there is, in a new mirror beside the one before; begun once more where the server was restored meanwhile. */
async function pullEverything(previous: Predecessor | null, pulling: Pulling): Promise<Pulled> {
  try {
    return await pullInto(previous, pulling);
  } catch (error) {
    if (!(error instanceof AmyError && error.code === 'sync_expired')) throw error;
    pulling.onProgress({ step: 'expired' });
    return pullInto(previous, pulling);
  }
}

function pullInto(
  previous: Predecessor | null,
  { access, databasePath, onProgress, busyTimeoutMs, clock }: Pulling,
): Promise<Pulled> {
  return makeSuccessor(
    databasePath,
    previous,
    busyTimeoutMs,
    (database) => pullAnswer(database, access, null, onProgress),
    (database, told, { removed, leftOut }) => {
      const pulled = { ...told, removed };
      for (const one of leftOut) onProgress({ step: 'left_out', ...one });
      record(database, access, pulled, clock);
      return pulled;
    },
  );
}

function record(database: DatabaseSync, { server, token }: Access, pulled: Pulled, clock: () => Date): void {
  const person = tokenSubject(token);
  // Nobody can tell whether what was filled in before its person was known is this person's.
  if (person !== null && readOwner(database).person === null) forgetArchived(database);
  recordSync(database, {
    server,
    person,
    since: pulled.now,
    finishedAt: clock().toISOString(),
    received: total(pulled.received),
    deleted: pulled.deleted + pulled.removed,
  });
}

/** One answer, all its pages, applied; `since` null asks for everything. */
async function pullAnswer(
  database: DatabaseSync,
  access: Access,
  since: string | null,
  onProgress: Pulling['onProgress'],
): Promise<Pulled> {
  const applier = pageApplier(database);
  const received: Record<string, number> = Object.fromEntries(MIRRORED_NAMES.map((name) => [name, 0]));
  const nextCursor = pageWalk();
  let deleted = 0;
  let toCome: number | null = null;
  let cursor: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const page: SyncPage = await fetchPage(access, since, cursor);
    const applied = applier.applyPage(page);
    for (const [name, rows] of Object.entries(applied.received))
      received[name] = (received[name] ?? 0) + rows;
    deleted += applied.deleted;
    toCome = page.total ?? toCome;
    onProgress({ step: 'page', pages, rows: total(received) + deleted, total: toCome });
    const next = nextCursor(page);
    if (next === null) {
      const mode = since === null ? 'full' : 'changes';
      return { mode, now: page.now, pages, received, deleted, removed: 0 };
    }
    cursor = next;
  }
}

function fetchPage(access: Access, since: string | null, cursor: string | undefined): Promise<SyncPage> {
  const first = since === null && cursor === undefined ? { total: 'true' as const } : {};
  const query = { ...first, limit: String(SYNC_LIMIT_MAX), since: since ?? undefined, cursor };
  return ask(access, (api) => api.v1.sync.$get({ query }), syncPage);
}

/** Asked in every transaction: another amy may have had its turn since the file was looked at. */
function refuseNotOurs(database: DatabaseSync, { server, token }: Access, path: string): void {
  refuseNewerFile(database, path);
  refuseOtherOwner(database, { server, person: tokenSubject(token) }, path);
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
