import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { showAnswer } from '../output.ts';
import { successorPath } from '../store/earlier-file.ts';
import { foreignFile, inTransaction, openMirror } from '../store/mirror.ts';
import { deleteDatabase, inspectMirrorFile } from '../store/mirror-file.ts';
import { type Session, sessionOf } from './session.ts';

export function addResetCommand(program: Command): void {
  program
    .command('reset')
    .description('delete the local file; the server keeps everything')
    .option('--yes', 'do not ask')
    .action((options: { yes?: boolean }, command: Command) =>
      runReset(sessionOf(command), options.yes ?? false),
    );
}

async function runReset(session: Session, yes: boolean): Promise<void> {
  const path = session.databasePath;
  if (inspectMirrorFile(path, DATABASE_BUSY_TIMEOUT_MS) === 'foreign') throw foreignFile(path);
  if (!yes && !(await confirmed(path))) throw new AmyError('not_confirmed', `${path} was left as it is`);
  const deleted = await deleteMirror(path);
  showAnswer(session.json, { database: path, deleted }, renderReset(path, deleted));
}

async function confirmed(path: string): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new AmyError('usage', `nobody to ask here: to delete ${path}, add --yes`, { exitCode: EXIT_USAGE });
  }
  const question = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await question.question(`Delete ${path}? [y/N] `)).trim());
  } finally {
    question.close();
  }
}

/** Deletes the file, and what an unfinished sync left beside it. */
async function deleteMirror(path: string): Promise<string[]> {
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

export function renderReset(path: string, deleted: readonly string[]): string {
  return deleted.length === 0 ? `Nothing to delete at ${path}.` : `Deleted ${path}.`;
}
