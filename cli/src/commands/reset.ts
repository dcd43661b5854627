import type { Command } from 'commander';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { deleteMirrorFile, inspectMirrorFile, refuseToDelete } from '../mirror/file.ts';
import { inTransaction, openMirror } from '../mirror/mirror.ts';
import { successorPath } from '../mirror/successor.ts';
import { isAgreed } from '../terminal/confirm.ts';
import { showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addResetCommand(program: Command): void {
  program
    .command('reset')
    .description('delete the local file; the server keeps everything')
    .option('--yes', 'do not ask')
    .action((options: { yes?: boolean }, command: Command) =>
      runReset(contextOf(command), options.yes ?? false),
    );
}

async function runReset(context: CommandContext, yes: boolean): Promise<void> {
  const path = context.databasePath;
  refuseToDelete(path, DATABASE_BUSY_TIMEOUT_MS);
  if (!yes && !(await isAgreed(`Delete ${path}?`, `to delete ${path}, add --yes`)))
    throw new AmyError('not_confirmed', `${path} was left as it is`);
  const deleted = await deleteMirror(path);
  showAnswer(context.json, { database: path, deleted }, renderReset(path, deleted));
}

/** Deletes the mirror, and the one that an unfinished sync left beside it; nothing that is no mirror. */
export async function deleteMirror(
  path: string,
  busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS,
): Promise<string[]> {
  const deleted: string[] = [];
  for (const database of [path, successorPath(path)]) {
    if (inspectMirrorFile(database, busyTimeoutMs) !== 'mirror') continue;
    await refuseWhileInUse(database, busyTimeoutMs);
    deleted.push(...deleteMirrorFile(database, busyTimeoutMs));
  }
  return deleted;
}

/** A sync that runs would go on filling a file that has no name any more. */
async function refuseWhileInUse(path: string, busyTimeoutMs: number): Promise<void> {
  const database = openMirror(path, busyTimeoutMs);
  await inTransaction(database, path, async () => {}).finally(() => database.close());
}

function renderReset(path: string, deleted: readonly string[]): string {
  return deleted.length === 0 ? `Nothing to delete at ${path}.` : `Deleted ${path}.`;
}
