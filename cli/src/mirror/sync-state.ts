import type { DatabaseSync } from 'node:sqlite';
import { AmyError } from '../errors.ts';
import { type Fields, isText, isTextOrNull } from '../shape.ts';
import { tableOf } from './own-table.ts';

export const SYNC_STATE_COLUMNS = {
  id: 'integer primary key check (id = 1)',
  schema_version: 'text not null',
  server: 'text',
  person: 'text',
  since: 'text',
  last_sync_at: 'text',
  last_verify_at: 'text',
  rows_received: 'integer not null default 0',
  rows_deleted: 'integer not null default 0',
} as const;

/** One row. `since` is the `now` of the last finished sync; counts are those of that sync. */
export const SYNC_STATE_SCHEMA = tableOf('sync_state', SYNC_STATE_COLUMNS);

/** Whose data the file holds. Every layout has had these columns. */
export type Owner = {
  /** Null before the first sync. */
  readonly server: string | null;
  /** The token's subject; null where the token told none. */
  readonly person: string | null;
};

export type SyncState = Owner & {
  readonly schema_version: string;
  readonly since: string | null;
  readonly last_sync_at: string | null;
  readonly rows_received: number;
  readonly rows_deleted: number;
};

export function readSyncState(database: DatabaseSync): SyncState {
  const row = readRow(database);
  return {
    ...ownerOf(row),
    schema_version: checked(row, 'schema_version', isText),
    since: checked(row, 'since', isTextOrNull),
    last_sync_at: checked(row, 'last_sync_at', isTextOrNull),
    rows_received: checked(row, 'rows_received', isNumber),
    rows_deleted: checked(row, 'rows_deleted', isNumber),
  };
}

function readRow(database: DatabaseSync): Fields {
  return database.prepare('select * from sync_state').get() ?? {};
}

function ownerOf(row: Fields): Owner {
  return { server: checked(row, 'server', isTextOrNull), person: checked(row, 'person', isTextOrNull) };
}

function checked<Value>(row: Fields, column: string, is: (value: unknown) => value is Value): Value {
  const value = row[column];
  if (is(value)) return value;
  throw new Error(`sync_state.${column} is ${JSON.stringify(value)}`);
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/** Layouts of before `amy doctor` have no column for the last comparison. */
export function readLastTimes(database: DatabaseSync): {
  readonly lastSyncAt: string | null;
  readonly lastVerifyAt: string | null;
} {
  const row = readRow(database);
  const hasVerify = Object.hasOwn(row, 'last_verify_at');
  return {
    lastSyncAt: checked(row, 'last_sync_at', isTextOrNull),
    lastVerifyAt: hasVerify ? checked(row, 'last_verify_at', isTextOrNull) : null,
  };
}

/** For use inside the transaction that compared the file with the server, and mended what differed. */
export function recordVerify(database: DatabaseSync, verifiedAt: string): void {
  database.prepare('update sync_state set last_verify_at = ?').run(verifiedAt);
}

export function readOwner(database: DatabaseSync): Owner {
  return ownerOf(readRow(database));
}

/** Two people's rows, or two servers', in one file could never be told apart again. */
export function refuseOtherOwner(database: DatabaseSync, asked: Owner, path: string): void {
  const found = readOwner(database);
  const remedy = 'use another file with --db, or delete this one with `amy reset`';
  if (found.server !== null && found.server !== asked.server) {
    throw new AmyError('other_server', `${path} mirrors ${found.server}, not ${asked.server}; ${remedy}`);
  }
  if (found.person !== null && asked.person !== null && found.person !== asked.person) {
    throw new AmyError(
      'other_person',
      `${path} holds the data of another person than the one your token is for; ${remedy}`,
    );
  }
}

type FinishedSync = {
  readonly server: string;
  readonly person: string | null;
  readonly since: string;
  readonly finishedAt: string;
  readonly received: number;
  readonly deleted: number;
};

/** For use inside the transaction that wrote the rows: both commit or neither. */
export function recordSync(database: DatabaseSync, finished: FinishedSync): void {
  const { server, person, since, finishedAt, received, deleted } = finished;
  database
    .prepare(
      `update sync_state
       set server = ?, person = coalesce(?, person), since = ?, last_sync_at = ?,
         rows_received = ?, rows_deleted = ?`,
    )
    .run(server, person, since, finishedAt, received, deleted);
}
