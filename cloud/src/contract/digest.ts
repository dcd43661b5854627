import { z } from 'zod';
import { SYNC_DEFAULT_TABLES, syncRow } from './sync.ts';
import {
  type ColumnType,
  DATED_TABLES,
  SYNCED_TABLES,
  type SyncedTable,
  type SyncedTableName,
  timeColumn,
} from './tables.ts';

/**
 * The one fixed form of rows that server and mirror compare by: docs/digest.md says it for whoever recomputes it. Of a
 * group, a table's rows of one month, the digest is the SHA-256 of a line for each row in the order of its primary key.
 */

/** Tables that have a digest: all that a sync sends by itself. */
export const DIGEST_TABLES = SYNC_DEFAULT_TABLES;

/** Rows per page of `GET /v1/digest/rows`. */
export const DIGEST_ROWS_DEFAULT = 1_000;
export const DIGEST_ROWS_MAX = 5_000;

/** The columns of a line, in order: all that a sync sends. `raw` is none of them. */
export function digestColumns(table: SyncedTableName): readonly string[] {
  const columns = Object.keys(SYNCED_TABLES[table].columns).filter((column) => column !== 'raw');
  return [...columns, 'updated_at'];
}

/** The column whose first seven characters are the month of a row; null where rows have no date of their own. */
export function monthColumn(table: SyncedTableName): string | null {
  if (table === 'lab_uploads') return 'uploaded_at';
  const dated = DATED_TABLES.find((name) => name === table);
  return dated === undefined ? null : timeColumn(dated);
}

/**
 * A column as text that every version of SQLite writes alike, as an expression of SQLite's. Nothing is `-`, a text the
 * hex of its UTF-8, an integer its digits. A real is its whole part, and what is left in units of 2^-62: its decimals
 * would differ from version to version in the last digit, and this is exact.
 */
export function digestText(table: SyncedTableName, column: string, of = ''): string {
  const name = `${of}${column}`;
  return `case when ${name} is null then '-' else ${knownText(name, typeOf(table, column))} end`;
}

function knownText(name: string, type: ColumnType): string {
  switch (type) {
    case 'text':
      return `hex(${name})`;
    case 'integer':
      return `cast(${name} as text)`;
    case 'real':
      return `printf('%d:%d', ${name}, (${name} - cast(${name} as integer)) * (1 << 62))`;
  }
}

function typeOf(table: SyncedTableName, column: string): ColumnType {
  const { columns }: SyncedTable = SYNCED_TABLES[table];
  return columns[column] ?? 'text';
}

/** The line of a row, from the texts of its columns in their order. */
export function digestLine(texts: readonly string[]): string {
  return `${texts.join(',')}\n`;
}

/** The same, as an expression of SQLite's: a line is one value to hand over, and not one for each column. */
export function digestLineText(table: SyncedTableName): string {
  const texts = digestColumns(table).map((column) => digestText(table, column));
  return `${texts.join(" || ',' || ")} || char(10)`;
}

/** The month of rows that have no date: they are one group. */
export const NO_MONTH = '';

const group = z.object({
  month: z.string().meta({ description: '`2026-03`; empty where rows have no date' }),
  rows: z.number().int(),
  sha256: z.string(),
});

export const digest = z.object({
  now: z.string().meta({ description: "the person's clock: all of it is of this moment, as a sync's `now`" }),
  tables: z.partialRecord(
    z.enum(DIGEST_TABLES),
    z.object({
      columns: z.array(z.string()).meta({ description: 'of a line, in order' }),
      months: z.array(group).meta({ description: 'those that have rows, the earliest first' }),
    }),
  ),
});

/** A page of a group's rows, in the order of the primary key. Pages with the same `now` are of one moment. */
export const digestRows = z.object({
  rows: z.array(syncRow),
  now: z.string(),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});

export type DigestGroup = z.infer<typeof group>;
export type Digest = z.infer<typeof digest>;
export type DigestRows = z.infer<typeof digestRows>;
