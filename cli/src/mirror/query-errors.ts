import { AmyError } from '../errors.ts';

/** SQLite's primary result codes of a statement that is at fault (https://www.sqlite.org/rescode.html). */
const ERROR = 1;
const READONLY = 8;
const TOOBIG = 18;
const MISMATCH = 20;
const AUTH = 23;
const RANGE = 25;

const EXCERPT_CHARACTERS = 30;

/** What whoever asked can do: a person in a terminal has other ways than a program. */
export type QueryHints = {
  /** Of a statement that was ended. */
  readonly tooLong: string;
  /** Of a table or column that the file does not have. */
  readonly unknownName: string;
};

export function notReading(what: string): AmyError {
  return new AmyError(
    'sql_not_reading',
    `a query only reads, and "${what}" does not: begin with select, with, values or explain`,
  );
}

/**
 * What SQLite says of a statement, in one sentence with the part that it is about; null for an error that is not the
 * statement's.
 */
export function asSqlError(thrown: unknown, sql: string, unknownNameHint: string): AmyError | null {
  if (!(thrown instanceof Error) || !('errcode' in thrown) || typeof thrown.errcode !== 'number') return null;
  switch (thrown.errcode & 0xff) {
    case READONLY:
    case AUTH:
      return notReading(shortened(sql));
    case ERROR:
    case TOOBIG:
    case MISMATCH:
    case RANGE: {
      const hint = /^no such (table|column)/.test(thrown.message) ? `; ${unknownNameHint}` : '';
      const message = `the SQL is wrong: ${thrown.message}, in "${partOf(sql, thrown.message)}"${hint}`;
      return new AmyError('sql_wrong', message, { cause: thrown });
    }
    default:
      return null;
  }
}

/** The text around the name or word that SQLite's message has; from the start where that stands nowhere or at two places. */
function partOf(sql: string, message: string): string {
  const [, quoted, named] = /"([^"]+)"|: (?:\w+\.)*(\w+)$/.exec(message) ?? [];
  const word = quoted ?? named;
  const at = word === undefined ? -1 : sql.toLowerCase().indexOf(word.toLowerCase());
  if (word === undefined || at < 0 || sql.toLowerCase().indexOf(word.toLowerCase(), at + 1) > 0)
    return shortened(sql);
  const from = Math.max(0, at - EXCERPT_CHARACTERS);
  return `${from > 0 ? '…' : ''}${shortened(sql.slice(from), at - from + word.length + EXCERPT_CHARACTERS)}`;
}

function shortened(sql: string, characters = 2 * EXCERPT_CHARACTERS): string {
  const line = sql.replace(/\s+/g, ' ');
  return line.length <= characters ? line : `${line.slice(0, characters)}…`;
}
