import { AmyError } from '../../../cli/src/errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../../../cli/src/limits.ts';
import { deleteMirrorFile } from '../../../cli/src/mirror/file.ts';
import { openMirrorForReading } from '../../../cli/src/mirror/mirror.ts';
import { type SyncResult, syncMirror } from '../../../cli/src/mirror/sync.ts';
import { readSyncState } from '../../../cli/src/mirror/sync-state.ts';

export type DemoMirror = {
  readonly url: string;
  readonly token: string;
  readonly databasePath: string;
  readonly person: string;
};

/**
 * Mirrors the demo person. A mirror that an earlier start filled from another port of this machine is filled
 * anew; anybody else's is refused by the sync, as always.
 */
export async function syncDemoMirror({ url, token, databasePath, person }: DemoMirror): Promise<SyncResult> {
  const sync = () => syncMirror({ url, token, databasePath });
  try {
    return await sync();
  } catch (error) {
    const isOtherServer = error instanceof AmyError && error.code === 'other_server';
    if (!isOtherServer || !isOfEarlierStart(databasePath, person)) throw error;
    deleteMirrorFile(databasePath, DATABASE_BUSY_TIMEOUT_MS);
    return sync();
  }
}

function isOfEarlierStart(databasePath: string, person: string): boolean {
  const database = openMirrorForReading(databasePath);
  try {
    const state = readSyncState(database);
    const host = URL.parse(state.server ?? '')?.hostname;
    return host === '127.0.0.1' && state.person === person;
  } finally {
    database.close();
  }
}
