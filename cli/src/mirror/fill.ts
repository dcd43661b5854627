import type { SyncPage } from '../../../cloud/src/contract/sync.ts';
import { pageApplier } from './apply.ts';
import { inTransaction, openMirror } from './mirror.ts';
import { prepareSchema } from './schema.ts';
import { recordSync } from './sync-state.ts';

/** Makes a mirror of one page, as a sync that ended at `page.now` would have, but from no server. */
export async function fillMirror(path: string, page: SyncPage): Promise<void> {
  const database = openMirror(path);
  try {
    await inTransaction(database, path, async () => {
      prepareSchema(database);
      const { received, deleted } = pageApplier(database).applyPage(page);
      const rows = Object.values(received).reduce((sum, count) => sum + count, 0);
      recordSync(database, {
        server: 'none: made up',
        person: null,
        since: page.now,
        finishedAt: page.now,
        received: rows,
        deleted,
      });
    });
  } finally {
    database.close();
  }
}
