import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { successorPath } from '../mirror/earlier-file.ts';
import { deleteDatabase, inspectMirrorFile } from '../mirror/file.ts';
import { foreignFileError, inTransaction, openMirror } from '../mirror/mirror.ts';
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
  refuseForeign(path);
  if (!yes && !(await isAgreed(`Delete ${path}?`, `to delete ${path}, add --yes`)))
    throw new AmyError('not_confirmed', `${path} was left as it is`);
  const deleted = await deleteMirror(path);
  showAnswer(context.json, { database: path, deleted }, renderReset(path, deleted));
}

/** Throws where the file is not one of ours to delete. */
export function refuseForeign(path: string): void {
  if (inspectMirrorFile(path, DATABASE_BUSY_TIMEOUT_MS) === 'foreign') throw foreignFileError(path);
}

/** Deletes the file, and what an unfinished sync left beside it. */
export async function deleteMirror(path: string): Promise<string[]> {
  const deleted: string[] = [];
  for (const database of [path, successorPath(path)]) {
    if (existsSync(database)) await refuseWhileInUse(database);
    deleted.push(...deleteDatabase(database));
  }
  return deleted;
}

/** A sync that runs would go on filling a file that has no name any more. */
async function refuseWhileInUse(path: string): Promise<void> {
  const database = openMirror(path);
  await inTransaction(database, path, async () => {}).finally(() => database.close());
}

function renderReset(path: string, deleted: readonly string[]): string {
  return deleted.length === 0 ? `Nothing to delete at ${path}.` : `Deleted ${path}.`;
}
