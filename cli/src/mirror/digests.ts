import { createHash, type Hash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import {
  type DigestGroup,
  digestLineText,
  monthColumn,
  NO_MONTH,
} from '../../../cloud/src/contract/digest.ts';
import type { SyncedTableName } from '../../../cloud/src/contract/tables.ts';
import { MIRRORED } from './tables.ts';

/** The month of a row, as an expression of SQLite's. */
export function monthText(table: SyncedTableName): string {
  const column = monthColumn(table);
  // In a damaged file even a key may be null.
  return column === null ? `'${NO_MONTH}'` : `coalesce(substr(${column}, 1, 7), '')`;
}

/**
 * The digests of a table's rows, the earliest month first, as `GET /v1/digest` gives the server's; of one month where one
 * is named.
 */
export function digestsOf(
  database: DatabaseSync,
  table: SyncedTableName,
  month: string | null = null,
): readonly DigestGroup[] {
  const rows = database.prepare(
    `select ${monthText(table)} as month, ${digestLineText(table)} as line
     from ${table}
     where ?1 is null or ${monthText(table)} = ?1
     order by month${MIRRORED[table].key.map((column) => `, ${column}`).join('')}`,
  );
  const groups: { readonly month: string; readonly hash: Hash; rows: number }[] = [];
  for (const row of rows.iterate(month)) {
    const rowMonth = String(row.month);
    let group = groups.at(-1);
    if (group?.month !== rowMonth) {
      group = { month: rowMonth, hash: createHash('sha256'), rows: 0 };
      groups.push(group);
    }
    group.rows += 1;
    group.hash.update(String(row.line));
  }
  return groups.map(({ hash, ...group }) => ({ ...group, sha256: hash.digest('hex') }));
}
