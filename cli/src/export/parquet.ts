import { closeSync, openSync } from 'node:fs';
import { type ColumnSource, fileWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { ColumnType } from '../../../cloud/src/contract/tables.ts';
import { EXPORT_ROW_GROUP } from '../limits.ts';
import type { Cell } from '../mirror/export-tables.ts';
import type { OpenTableFile } from './table-file.ts';

type StoredType = Pick<SchemaElement, 'type' | 'converted_type'>;

/** Types are those of the file, not guessed from its rows: a table without rows has them too. */
const TYPES: Readonly<Record<ColumnType, StoredType>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  real: { type: 'DOUBLE' },
  integer: { type: 'INT64' },
};

/** Every column may be null. So many rows are held at a time as one group of the file has. */
export const openParquet: OpenTableFile = (path, { columns }) => {
  // The writer knows no mode: it empties this file, which its owner alone reads.
  closeSync(openSync(path, 'wx', 0o600));
  const kinds = Object.entries(columns);
  const writer = new ParquetWriter({ writer: fileWriter(path), schema: schemaOf(kinds), createdBy: 'amy' });
  let held: (readonly Cell[])[] = [];
  const flush = () => {
    if (held.length === 0) return;
    const columnData = kinds.map(
      ([name, kind], index): ColumnSource => ({
        name,
        data: held.map((cells) => stored(kind, cells[index] ?? null)),
      }),
    );
    void writer.write({ columnData, rowGroupSize: held.length });
    held = [];
  };
  return {
    row(cells) {
      held.push(cells);
      if (held.length >= EXPORT_ROW_GROUP) flush();
    },
    close() {
      flush();
      // Done when it returns: the file is written at once, without a promise.
      void writer.finish();
    },
  };
};

function schemaOf(kinds: readonly (readonly [string, ColumnType])[]): SchemaElement[] {
  const leaves = kinds.map(
    ([name, kind]): SchemaElement => ({ name, repetition_type: 'OPTIONAL', ...TYPES[kind] }),
  );
  return [{ name: 'root', num_children: leaves.length }, ...leaves];
}

function stored(kind: ColumnType, cell: Cell): Cell | bigint {
  return kind === 'integer' && typeof cell === 'number' ? BigInt(cell) : cell;
}
