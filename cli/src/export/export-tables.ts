import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { EXPORTED_TABLES, type ExportedTable, exportedRows, readAtOnce } from '../mirror/export-tables.ts';
import { writeNewFolder } from './new-folder.ts';
import type { OpenTableFile } from './table-file.ts';

export type WrittenFile = { readonly path: string; readonly rows: number; readonly bytes: number };

export type TableFormat = { readonly ending: string; readonly open: OpenTableFile };

/** A new folder with a file of each table, from a date on. Throws as `writeNewFolder` does. */
export function exportTables(
  database: DatabaseSync,
  format: TableFormat,
  folder: string,
  from: string | null,
): readonly WrittenFile[] {
  const written = writeNewFolder(folder, (inside) =>
    readAtOnce(database, () =>
      EXPORTED_TABLES.map((table) => writeTable(database, format, inside, table, from)),
    ),
  );
  return written.map(({ name, ...counts }) => ({ path: join(folder, name), ...counts }));
}

function writeTable(
  database: DatabaseSync,
  { ending, open }: TableFormat,
  folder: string,
  table: ExportedTable,
  from: string | null,
) {
  const name = `${table.name}.${ending}`;
  const path = join(folder, name);
  const file = open(path, table);
  let rows = 0;
  try {
    for (const cells of exportedRows(database, table, from)) {
      file.row(cells);
      rows += 1;
    }
  } finally {
    file.close();
  }
  return { name, rows, bytes: statSync(path).size };
}
