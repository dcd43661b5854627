import type { DatabaseSync } from 'node:sqlite';
import { SYNC_LIMIT_MAX } from '../../../cloud/src/contract/constants.ts';
import type { SyncPage } from '../../../cloud/src/contract/sync.ts';
import { type Access, ask } from '../api/api.ts';
import { pageWalk } from '../api/every-page.ts';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { normalizeServer } from '../settings.ts';
import { tokenSubject } from '../sign-in/token-claims.ts';
import { pageApplier } from './apply.ts';
import { setEarlierFileAside, successorPath } from './earlier-file.ts';
import { foreignFileError, inspectMirrorFile } from './file.ts';
import { inTransaction, openMirror } from './mirror.ts';
import { forgetSamples } from './samples.ts';
import { prepareSchema } from './schema.ts';
import { syncPage } from './sync-page.ts';
import { readSyncState, recordSync, type SyncState } from './sync-state.ts';
import { MIRRORED_NAMES } from './tables.ts';

export type SyncProgress =
  /** Pages and rows since the start of this answer. */
  | { readonly step: 'page'; readonly pages: number; readonly rows: number }
  | { readonly step: 'waiting'; readonly seconds: number }
  /** Nothing has come for a while; after so many seconds it is given up. */
  | { readonly step: 'silent'; readonly address: string; readonly seconds: number }
  | { readonly step: 'restored' }
  | { readonly step: 'expired' }
  | { readonly step: 'rebuilt' }
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
};

/**
 * Brings the mirror at `databasePath` up to the server's state, in one transaction: whatever happens, the
 * file holds the previous state or the next. Throws AmyError.
 */
export async function syncMirror(options: SyncOptions): Promise<SyncResult> {
  const { databasePath, busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS, clock = () => new Date() } = options;
  const onProgress = options.onProgress ?? (() => {});
  const kind = inspectMirrorFile(databasePath, busyTimeoutMs);
  if (kind === 'foreign') throw foreignFileError(databasePath);
  // An earlier file stays in place until its successor is whole.
  const path = kind === 'earlier' ? successorPath(databasePath) : databasePath;
  if (path !== databasePath) refuseStrangeSuccessor(path, busyTimeoutMs);

  const access = accessOf(options);
  const database = openMirror(path, busyTimeoutMs);
  let pulled: Pulled;
  try {
    pulled = await inTransaction(database, path, () =>
      pull(database, access, { full: options.full ?? false, onProgress, databasePath, clock }),
    );
  } finally {
    database.close();
  }
  const setAside = kind === 'earlier' ? setEarlierFileAside(databasePath, clock()) : null;
  if (setAside !== null) onProgress({ step: 'set_aside', path: setAside });
  return { server: access.server, databasePath, ...pulled, setAside };
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

/** What an unfinished sync left there is ours; anything else is not, whatever its name. */
function refuseStrangeSuccessor(path: string, busyTimeoutMs: number): void {
  const kind = inspectMirrorFile(path, busyTimeoutMs);
  if (kind !== 'absent' && kind !== 'mirror') throw foreignFileError(path);
}

type Pulled = Omit<SyncResult, 'server' | 'databasePath' | 'setAside'>;

type PullOptions = Required<Pick<SyncOptions, 'full' | 'onProgress' | 'databasePath' | 'clock'>>;

async function pull(database: DatabaseSync, access: Access, options: PullOptions): Promise<Pulled> {
  if (prepareSchema(database) === 'rebuilt') options.onProgress({ step: 'rebuilt' });
  const state = readSyncState(database);
  const person = tokenSubject(access.token);
  refuseOtherOwner(state, access.server, person, options.databasePath);
  // Nobody can tell whether what was filled in before its person was known is this person's.
  if (state.person === null && person !== null) forgetSamples(database);

  const since = options.full ? null : state.since;
  const told = await pullAnswer(database, access, since, options.onProgress).catch((error: unknown) => {
    if (since !== null && error instanceof AmyError && error.code === 'sync_expired') return null;
    throw error;
  });
  if (told === null) options.onProgress({ step: 'expired' });
  let pulled = told ?? (await pullAnswer(database, access, null, options.onProgress));
  // Both are the server's own times in one fixed form, so text order is time order. A clock that went
  // back means the server's database was restored: what came after that point is gone there.
  if (told !== null && since !== null && pulled.now < since) {
    options.onProgress({ step: 'restored' });
    pulled = await pullAnswer(database, access, null, options.onProgress);
  }
  recordSync(database, {
    server: access.server,
    person,
    since: pulled.now,
    finishedAt: options.clock().toISOString(),
    received: total(pulled.received),
    deleted: pulled.deleted + pulled.removed,
  });
  return pulled;
}

/** One answer, all its pages, applied; `since` null asks for everything. */
async function pullAnswer(
  database: DatabaseSync,
  access: Access,
  since: string | null,
  onProgress: PullOptions['onProgress'],
): Promise<Pulled> {
  const applier = pageApplier(database);
  const received: Record<string, number> = Object.fromEntries(MIRRORED_NAMES.map((name) => [name, 0]));
  const nextCursor = pageWalk();
  let deleted = 0;
  let cursor: string | undefined;
  for (let pages = 1; ; pages += 1) {
    const page: SyncPage = await fetchPage(access, since, cursor);
    const applied = applier.applyPage(page);
    for (const [name, rows] of Object.entries(applied.received))
      received[name] = (received[name] ?? 0) + rows;
    deleted += applied.deleted;
    onProgress({ step: 'page', pages, rows: total(received) });
    const next = nextCursor(page);
    if (next === null) {
      const removed = since === null ? applier.removeUnseen() : 0;
      return { mode: since === null ? 'full' : 'changes', now: page.now, pages, received, deleted, removed };
    }
    cursor = next;
  }
}

function fetchPage(access: Access, since: string | null, cursor: string | undefined): Promise<SyncPage> {
  const query = { limit: String(SYNC_LIMIT_MAX), since: since ?? undefined, cursor };
  return ask(access, (api) => api.v1.sync.$get({ query }), syncPage);
}

/** Two people's rows, or two servers', in one file could never be told apart again. */
function refuseOtherOwner(state: SyncState, server: string, person: string | null, path: string): void {
  const remedy = `use another file with --db, or delete this one with \`amy reset\``;
  if (state.server !== null && state.server !== server) {
    throw new AmyError('other_server', `${path} mirrors ${state.server}, not ${server}; ${remedy}`);
  }
  if (state.person !== null && person !== null && state.person !== person) {
    throw new AmyError(
      'other_person',
      `${path} holds the data of another person than the one your token is for; ${remedy}`,
    );
  }
}

function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
