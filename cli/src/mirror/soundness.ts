import type { DatabaseSync } from 'node:sqlite';
import { AmyError } from '../errors.ts';

/**
 * Looks through the whole file (`pragma integrity_check`) and makes its indexes anew where they do not fit its tables;
 * whether it did. What is wrong inside a table's rows is left: the digests find that. For use inside a transaction.
 */
export function mendIndexes(database: DatabaseSync, path: string): boolean {
  if (isSound(database)) return false;
  try {
    database.exec('reindex');
  } catch {
    throw damaged(path);
  }
  return true;
}

/** Throws where the file is damaged in a way that rows written anew do not mend. */
export function refuseUnsound(database: DatabaseSync, path: string): void {
  if (!isSound(database)) throw damaged(path);
}

/** What SQLite finds when it reads all of the file. */
export function isSound(database: DatabaseSync): boolean {
  return database.prepare('pragma integrity_check(1)').get()?.integrity_check === 'ok';
}

function damaged(path: string): AmyError {
  return new AmyError(
    'file_damaged',
    `${path} is damaged in a way that cannot be mended in place; \`amy reset\` and \`amy sync\` make it anew`,
  );
}
