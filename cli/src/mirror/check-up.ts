import { DatabaseSync } from 'node:sqlite';
import { asDatabaseError } from './database-errors.ts';
import { inspectMirrorFile } from './file.ts';
import { compareLayout, type LayoutAge } from './layout.ts';
import { inTransaction } from './mirror.ts';
import { isSound, mendIndexes, refuseUnsound } from './soundness.ts';
import { readLastTimes, readOwner } from './sync-state.ts';

/** What a look at a mirror tells. */
export type CheckUp = {
  readonly kind: 'mirror';
  readonly layout: LayoutAge;
  readonly isSound: boolean;
  readonly server: string | null;
  readonly person: string | null;
  readonly lastSyncAt: string | null;
  readonly lastVerifyAt: string | null;
};

/**
 * Looks at a mirror from beginning to end and changes nothing.
 * Throws AmyError: `database_busy` where another process writes it, `database_damaged`, `not_a_mirror`.
 */
export function checkUp(
  path: string,
  busyTimeoutMs: number,
): CheckUp | { readonly kind: 'absent' | 'earlier' | 'foreign' } {
  const kind = inspectMirrorFile(path, busyTimeoutMs);
  if (kind !== 'mirror') return { kind };
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    // Another process that writes would be in the way of the next sync.
    database.exec('begin immediate');
    const { server, person } = readOwner(database);
    const times = readLastTimes(database);
    return { kind, layout: compareLayout(database), isSound: isSound(database), server, person, ...times };
  } catch (error) {
    throw asDatabaseError(error, path);
  } finally {
    if (database.isTransaction) database.exec('rollback');
    database.close();
  }
}

/** Makes the indexes of a mirror anew. Throws `file_damaged` where that is not what was wrong. */
export async function mendMirror(path: string, busyTimeoutMs: number): Promise<void> {
  const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
  try {
    await inTransaction(database, path, async () => {
      mendIndexes(database, path);
      refuseUnsound(database, path);
    });
  } finally {
    database.close();
  }
}
