import type { Cell, ExportedTable } from '../mirror/export-tables.ts';

/** The file of one table: each row is given once, in the order of the columns. */
export type TableFile = {
  row(cells: readonly Cell[]): void;
  close(): void;
};

export type OpenTableFile = (path: string, table: ExportedTable) => TableFile;
