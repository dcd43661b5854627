import { renameSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { AmyError } from '../errors.ts';
import { clearing, letInterrupt } from '../under-way.ts';
import type { LeftOut } from './additions.ts';
import { asDatabaseError } from './database-errors.ts';
import { foreignFileError, inspectMirrorFile, SIDECAR_SUFFIXES } from './file.ts';
import { countRemoved, takeOverAdditions, takeOverKept, takeOverRaw } from './kept.ts';
import { inTransaction, isReplaced, openMirror } from './mirror.ts';
import { prepareSchema } from './schema.ts';

/** Where a mirror is made anew while the one before still stands. */
export function successorPath(path: string): string {
  return `${path}.new`;
}

/** The mirror before: null where there is none of ours. */
export type Predecessor = { readonly path: string; readonly isCurrentLayout: boolean };

type Finish<Filled> = (database: DatabaseSync, filled: Filled, taken: Taken) => Filled;

/** What came of the mirror before: how many rows it had more, and what of somebody's own has no place any more. */
type Taken = { readonly removed: number; readonly leftOut: readonly LeftOut[] };

/**
 * Makes a whole mirror beside `path`: its layout, what `fill` writes, what no sync brings of the mirror before, and what
 * `finish` writes, which is told what came of the mirror before. Nothing of it stays where that fails. For use while
 * the transaction on the mirror before is held, so that nobody changes it, or makes another successor, meanwhile; who only reads
 * it reads on.
 */
export async function makeSuccessor<Filled>(
  path: string,
  previous: Predecessor | null,
  busyTimeoutMs: number,
  fill: (database: DatabaseSync) => Promise<Filled>,
  finish: Finish<Filled>,
): Promise<Filled> {
  const successor = successorPath(path);
  // What an unfinished sync left there is ours; anything else is not, whatever its name.
  const kind = inspectMirrorFile(successor, busyTimeoutMs);
  if (kind !== 'absent' && kind !== 'mirror') throw foreignFileError(successor);
  return clearing(filesOf(successor), () => fillSuccessor(successor, previous, busyTimeoutMs, fill, finish));
}

async function fillSuccessor<Filled>(
  successor: string,
  previous: Predecessor | null,
  busyTimeoutMs: number,
  fill: (database: DatabaseSync) => Promise<Filled>,
  finish: Finish<Filled>,
): Promise<Filled> {
  const database = openMirror(successor, busyTimeoutMs);
  try {
    // Nobody reads it yet, so that its pages need not wait in memory for the commit.
    database.exec('pragma cache_spill = on');
    // Tables of somebody's own come in no order of their references, and may hold some that nothing answers.
    database.exec('pragma foreign_keys = off');
    if (previous !== null) attach(database, previous.path);
    return await inTransaction(database, successor, async () => {
      prepareSchema(database);
      if (previous !== null) await takeOverKept(database);
      const filled = await fill(database);
      if (previous === null) return finish(database, filled, { removed: 0, leftOut: [] });
      await letInterrupt();
      const leftOut = takeOverAdditions(database);
      await letInterrupt();
      if (!previous.isCurrentLayout) return finish(database, filled, { removed: 0, leftOut });
      takeOverRaw(database);
      await letInterrupt();
      const removed = countRemoved(database);
      await letInterrupt();
      return finish(database, filled, { removed, leftOut });
    });
  } catch (error) {
    removeFile(successor);
    throw error;
  } finally {
    database.close();
  }
}

/** To read only, else the transaction on the successor would want to write this one too. */
function attach(database: DatabaseSync, path: string): void {
  try {
    database.prepare('attach database ? as previous').run(`${pathToFileURL(path).href}?mode=ro`);
  } catch (error) {
    throw asDatabaseError(error, path);
  }
}

/** A mirror, and what SQLite may leave beside it. */
function filesOf(path: string): readonly string[] {
  return [path, ...SIDECAR_SUFFIXES.map((suffix) => path + suffix)];
}

function removeFile(path: string): void {
  for (const file of filesOf(path)) rmSync(file, { force: true });
}

/**
 * Puts the successor in the place of the mirror before, of which `before` holds the transaction. A process that has that one
 * open reads on in it; whoever opens the path from now on finds the successor. At every moment there is a whole mirror.
 */
export function putInPlace(before: DatabaseSync, path: string): void {
  if (isReplaced(before, path)) {
    throw new AmyError('database_replaced', `${path} was deleted or replaced meanwhile; sync again`);
  }
  // What SQLite keeps beside the one before would be taken for the successor's.
  for (const suffix of SIDECAR_SUFFIXES) rmSync(path + suffix, { force: true });
  renameSync(successorPath(path), path);
}
