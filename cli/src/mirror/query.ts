import type { DatabaseSync } from 'node:sqlite';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS } from '../limits.ts';
import { asDatabaseError } from './database-errors.ts';
import { openMirrorForReading } from './mirror.ts';
import { asSqlError, notReading, type QueryHints } from './query-errors.ts';
import { type QueryAnswer, runApart } from './query-process.ts';

export type Query = {
  readonly path: string;
  readonly sql: string;
  /** More rows than these are only told of. */
  readonly rows: number;
  readonly timeoutMs: number;
  readonly hints: QueryHints;
};

/** What may stand before, between and after statements: space, comments, semicolons. */
const NO_STATEMENT = /^(?:[\s;\ufeff]|--[^\n]*(?:\n|$)|\/\*[\s\S]*?(?:\*\/|$))*/;

const READING = new Set(['select', 'values', 'with', 'explain']);

/** Pragmas that only tell, whatever they are given. The others change the connection or the file. */
const TELLING = new Set([
  'application_id',
  'compile_options',
  'encoding',
  'foreign_key_list',
  'freelist_count',
  'function_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'page_count',
  'quick_check',
  'schema_version',
  'table_info',
  'table_list',
  'table_xinfo',
  'user_version',
]);

/**
 * The answer of one statement that only reads. Three things keep the file as it is: the statement is of a kind that reads,
 * it is the only one, and the file is opened for reading. SQLite cannot be interrupted from JavaScript, so the statement
 * runs in a process of its own, which is ended when its time is over.
 *
 * Throws AmyError: `sql_not_reading`, `sql_several`, `sql_wrong`, `query_timeout`, and what `openMirrorForReading` throws.
 */
export async function queryMirror(query: Query): Promise<QueryAnswer> {
  const { path, rows, timeoutMs, hints } = query;
  const sql = query.sql.replace(NO_STATEMENT, '');
  refuseWriting(sql);
  const database = openMirrorForReading(path);
  try {
    refuseSeveral(database, sql);
  } catch (error) {
    throw explained(error, query, sql);
  } finally {
    database.close();
  }
  try {
    const busyTimeoutMs = DATABASE_BUSY_TIMEOUT_MS;
    return await runApart({ path, sql, rows, timeoutMs, busyTimeoutMs }, hints.tooLong);
  } catch (error) {
    throw explained(error, query, sql);
  }
}

function refuseWriting(sql: string): void {
  const [word = ''] = /^\w+/.exec(sql) ?? [];
  const kind = word.toLowerCase();
  if (kind === 'pragma') {
    const [, name = '', after = ''] = /^\w+\s+(?:\w+\s*\.\s*)?(\w+)\s*(=?)/.exec(sql) ?? [];
    // `user_version(5)` is another way to write `user_version = 5`; on a file opened for reading it fails.
    if (TELLING.has(name.toLowerCase()) && after === '') return;
    throw notReading(`pragma ${name}`.trim());
  }
  if (word === '') {
    throw new AmyError(
      'sql_wrong',
      sql === '' ? 'there is no SQL in this' : 'this does not begin as SQL does',
    );
  }
  if (!READING.has(kind)) throw notReading(kind);
}

/** SQLite reads the first statement and tells where it ends; nothing is run here. */
function refuseSeveral(database: DatabaseSync, sql: string): void {
  const { sourceSQL } = database.prepare(sql);
  if (sql.slice(sourceSQL.length).replace(NO_STATEMENT, '') === '') return;
  throw new AmyError('sql_several', 'this is more than one statement; give one at a time');
}

function explained(error: unknown, { path, hints }: Query, sql: string): unknown {
  return asSqlError(error, sql, hints.unknownName) ?? asDatabaseError(error, path);
}
