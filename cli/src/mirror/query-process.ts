import { type ChildProcess, spawn } from 'node:child_process';
import { z } from 'zod';
import { AmyError } from '../errors.ts';
import { QUERY_ENDED_LATE_MS } from '../limits.ts';

/** Integers are bigints, so that none loses a digit. */
export type Cell = null | number | bigint | string | Uint8Array;

export type QueryAnswer = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Whether there are more rows than were asked for. */
  readonly hasMore: boolean;
};

export type Statement = {
  readonly path: string;
  readonly sql: string;
  readonly rows: number;
  readonly timeoutMs: number;
  readonly busyTimeoutMs: number;
};

function isCell(value: unknown): value is Cell {
  return (
    value === null || ['number', 'bigint', 'string'].includes(typeof value) || value instanceof Uint8Array
  );
}

const told = z.union([
  z.object({
    columns: z.array(z.string()),
    rows: z.array(z.array(z.custom<Cell>(isCell))),
    hasMore: z.boolean(),
  }),
  z.object({ message: z.string(), errcode: z.number() }),
]);

/**
 * Runs a statement in a process of its own and ends that process when its time is over.
 * Throws what SQLite said, as node:sqlite does, or AmyError `query_timeout`, `query_failed`.
 */
export async function runApart(statement: Statement, tooLongHint: string): Promise<QueryAnswer> {
  const lastMs = statement.timeoutMs + QUERY_ENDED_LATE_MS;
  const program = `(${answerStatement.toString()})(${JSON.stringify(statement)}, ${lastMs})`;
  const child = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    // Integers and blobs as they are.
    serialization: 'advanced',
  });
  const end = () => void child.kill('SIGKILL');
  process.once('exit', end);
  try {
    const answer = told.parse(await answerOf(child, statement.timeoutMs, tooLongHint));
    if ('rows' in answer) return answer;
    throw Object.assign(new Error(answer.message), { errcode: answer.errcode });
  } finally {
    process.off('exit', end);
    end();
  }
}

function answerOf(child: ChildProcess, timeoutMs: number, tooLongHint: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const overtime = setTimeout(() => reject(tooLong(timeoutMs, tooLongHint)), timeoutMs);
    const failed = (why: string) =>
      reject(new AmyError('query_failed', `the query could not be run: ${why}`));
    child.once('message', resolve);
    child.once('error', ({ message }) => failed(message));
    // Where the answer came first, this changes nothing.
    child.once('close', (code, signal) => failed(`its process ended with ${signal ?? code}`));
    child.once('close', () => clearTimeout(overtime));
  });
}

function tooLong(timeoutMs: number, hint: string): AmyError {
  const seconds = timeoutMs / 1_000;
  return new AmyError('query_timeout', `the query was ended after ${seconds} s without an answer; ${hint}`);
}

/**
 * What the process does. It is given to Node as text, so that it needs no file of its own wherever Amy lies: it names
 * nothing from outside of itself. A thread ends it where whoever started it is gone and a statement runs for ever.
 */
function answerStatement({ path, sql, rows, busyTimeoutMs }: Statement, lastMs: number): void {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const { Worker } = process.getBuiltinModule('node:worker_threads');
  // Whoever started it ends it; Ctrl-C in a terminal tells every process.
  process.on('SIGINT', () => {});
  const watch = `
    const { lastMs, parent } = require('node:worker_threads').workerData;
    const end = () => process.kill(process.pid, 'SIGKILL');
    setTimeout(end, lastMs);
    setInterval(() => process.ppid === parent || end(), 100);`;
  new Worker(watch, { eval: true, workerData: { lastMs, parent: process.ppid } }).unref();
  const tell = (message: object) => process.send?.(message, () => process.disconnect());
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: busyTimeoutMs });
    const statement = database.prepare(sql);
    statement.setReadBigInts(true);
    statement.setReturnArrays(true);
    const found: unknown[] = [];
    for (const row of statement.iterate()) {
      found.push(row);
      if (found.length > rows) break;
    }
    const columns = statement.columns().map(({ name }) => name);
    tell({ columns, rows: found.slice(0, rows), hasMore: found.length > rows });
  } catch (error) {
    const { message, errcode } = Object(error);
    tell({ message: String(message), errcode: Number(errcode ?? 1) });
  }
}
