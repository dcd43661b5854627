import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { EXPORT_ROWS_AT_ONCE } from '../limits.ts';
import { EXPORTED_TABLES, type ExportedTable, exportedRows } from '../mirror/export-tables.ts';
import { letInterrupt } from '../under-way.ts';
import { writeNewFolder } from './new-folder.ts';
import type { OpenTableFile } from './table-file.ts';

export type WrittenFile = { readonly path: string; readonly rows: number; readonly bytes: number };

export type TableFormat = { readonly ending: string; readonly open: OpenTableFile };

/** A new folder with a file of each table, from a date on. Throws as `writeNewFolder` does. */
export async function exportTables(
  database: DatabaseSync,
  format: TableFormat,
  folder: string,
  from: string | null,
): Promise<readonly WrittenFile[]> {
  const written = await writeNewFolder(folder, (inside) => writeTables(database, format, inside, from));
  return written.map(({ name, ...counts }) => ({ path: join(folder, name), ...counts }));
}

export type WrittenTable = Omit<WrittenFile, 'path'> & { readonly name: string };

/** The same into a folder that is there. */
export async function writeTables(
  database: DatabaseSync,
  format: TableFormat,
  folder: string,
  from: string | null,
): Promise<readonly WrittenTable[]> {
  const written: WrittenTable[] = [];
  for (const table of EXPORTED_TABLES) {
    written.push(await writeTable(database, format, folder, table, from));
    await letInterrupt();
  }
  return written;
}

async function writeTable(
  database: DatabaseSync,
  { ending, open }: TableFormat,
  folder: string,
  table: ExportedTable,
  from: string | null,
): Promise<WrittenTable> {
  const name = `${table.name}.${ending}`;
  const path = join(folder, name);
  const file = open(path, table);
  let rows = 0;
  try {
    for (const cells of exportedRows(database, table, from)) {
      file.row(cells);
      rows += 1;
      if (rows % EXPORT_ROWS_AT_ONCE === 0) await letInterrupt();
    }
  } finally {
    file.close();
  }
  return { name, rows, bytes: statSync(path).size };
}
