import { AmyError } from '../errors.ts';

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html) that people can do something about. */
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOTADB = 26;

/** What node:sqlite threw, as an error that names the file and the remedy; anything else unchanged. */
export function asDatabaseError(thrown: unknown, path: string): unknown {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number')
    return thrown;
  const failure = (code: string, message: string) => new AmyError(code, message, { cause: thrown });
  // The low byte is the primary code; the rest only refines it.
  switch (thrown.errcode & 0xff) {
    case BUSY:
    case LOCKED:
      return failure(
        'database_busy',
        `another process is using ${path}; nothing was changed, try again when it has finished`,
      );
    case READONLY:
    case CANTOPEN:
      return failure('database_unwritable', `cannot open or write ${path}: ${thrown.message}`);
    case NOTADB:
      return failure('not_a_mirror', `${path} is not a SQLite database; name another file with --db`);
    case CORRUPT:
      return failure('database_damaged', `${path} is damaged; delete the file, then sync again`);
    case FULL:
      return failure('disk_full', `no space left on the disk of ${path}; nothing was changed`);
    default:
      return failure('database_failed', `${path}: ${thrown.message}`);
  }
}
