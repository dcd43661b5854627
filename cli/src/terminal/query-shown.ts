import type { Cell, QueryAnswer } from '../mirror/query-process.ts';
import { csvField } from './csv-field.ts';
import type { Lines } from './output.ts';
import { renderTable } from './table.ts';

/** A blob is written as SQL has it, `x'0A'`; an empty text as `''`, since an empty cell is a null. */
export function renderQuery({ columns, rows }: QueryAnswer): Lines {
  if (columns.length === 0) return [];
  const aligns = columns.map((_, at) => (isOfNumbers(rows.map((row) => row[at] ?? null)) ? 'right' : 'left'));
  const cells = rows.map((row) => row.map((cell) => (cell === '' ? "''" : textOf(cell))));
  return renderTable(columns, cells, aligns);
}

type QueryDocument = {
  readonly columns: readonly string[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly has_more: boolean;
};

/** An integer that a program may round is a text of its digits, a blob `{"hex": "0A"}`. */
export function queryDocument({ columns, rows, hasMore }: QueryAnswer): QueryDocument {
  const names = uniqueNames(columns);
  return {
    columns: names,
    rows: rows.map((row) => Object.fromEntries(row.map((cell, at) => [names[at], jsonOf(cell)]))),
    has_more: hasMore,
  };
}

/** Records without their line ends (RFC 4180). A null is an empty field, an empty text a quoted one. */
export function csvRecords({ columns, rows }: QueryAnswer): readonly string[] {
  const fields = rows.map((row) => row.map((cell) => (cell === null ? '' : csvField(textOf(cell)))));
  return [columns.map(csvField), ...fields].map((record) => record.join(','));
}

function textOf(cell: Cell): string {
  if (cell instanceof Uint8Array) return `x'${hexOf(cell)}'`;
  return cell === null ? '' : String(cell);
}

function jsonOf(cell: Cell): unknown {
  if (cell instanceof Uint8Array) return { hex: hexOf(cell) };
  // JSON has no infinity.
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell);
  if (typeof cell !== 'bigint') return cell;
  const number = Number(cell);
  return Number.isSafeInteger(number) ? number : String(cell);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').toUpperCase();
}

function isOfNumbers(cells: readonly Cell[]): boolean {
  const known = cells.filter((cell) => cell !== null);
  return known.length > 0 && known.every((cell) => typeof cell === 'number' || typeof cell === 'bigint');
}

/** `a, a_2` of two columns with one name, which would be one member of an object. */
function uniqueNames(columns: readonly string[]): readonly string[] {
  const taken = new Set<string>(columns);
  return columns.map((name, at) => {
    if (columns.indexOf(name) === at) return name;
    let count = 2;
    while (taken.has(`${name}_${count}`)) count += 1;
    taken.add(`${name}_${count}`);
    return `${name}_${count}`;
  });
}
