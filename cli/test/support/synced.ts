import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type SyncOptions, type SyncProgress, syncMirror } from '../../src/mirror/sync.ts';
import { farEnd, type Step } from './far-end.ts';
import { tokenOf } from './pages.ts';
import { rowsOf, temporaryFolder } from './temporary.ts';

export const TOKEN = tokenOf('user_1');

export function mirrorPath(): string {
  return join(temporaryFolder(), 'data', 'local', 'persona.sqlite');
}

/** One sync of the mirror against a server with this script. */
export async function sync(databasePath: string, script: Step[], more: Partial<SyncOptions> = {}) {
  const server = await farEnd(...script);
  // Far ends listen on ports of their own; to the mirror they are one server.
  const progress: SyncProgress[] = [];
  try {
    const report = await syncMirror({
      url: server.url,
      token: TOKEN,
      databasePath,
      onProgress: (step) => progress.push(step),
      ...more,
    });
    return { report, progress, asked: server.asked };
  } finally {
    await server.close();
    if (existsSync(databasePath)) forgetServer(databasePath);
  }
}

function forgetServer(path: string): void {
  const database = new DatabaseSync(path);
  try {
    const kept = database.prepare(`select 1 from sqlite_schema where name = 'sync_state'`).get();
    if (kept) database.exec('update sync_state set server = null');
  } finally {
    database.close();
  }
}

export const steps = (path: string) =>
  rowsOf(path, 'select source, datetime, steps from daily_summary order by 1, 2');
