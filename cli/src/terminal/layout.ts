import { escapeLine } from './escape.ts';
import { textWidth } from './text-width.ts';

export type Table = {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  readonly aligns: readonly ('left' | 'right')[];
};

/** What commands give to be shown: lines, and tables among them. */
export type Lines = readonly (string | Table)[];

/** Where lines are laid out. */
export type Page = {
  /** Cells in a row of a terminal; null where there is none, such as in a pipe: no line is broken there. */
  readonly width: number | null;
  /** Whether heads may be bold. */
  readonly isStyled: boolean;
};

const BETWEEN_COLUMNS = '  ';
const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';

/** Stands for nothing, so that every row of a table has as many columns as its head. */
const EMPTY_CELL = '-';

/**
 * Lines as they are written: each escaped, so that none steers the terminal or begins a line of its own, and on a
 * terminal broken between words. A table is one line a row, columns two spaces apart; where that is wider than the
 * terminal, a row becomes a block with one line a column.
 */
export function layOut(lines: string | Lines, page: Page): string[] {
  return [lines]
    .flat()
    .flatMap((line) =>
      typeof line === 'string' ? wrapLine(escapeLine(line), page.width) : layTable(line, page),
    );
}

function layTable(table: Table, page: Page): string[] {
  const rows = table.rows.map((row) => row.map((cell) => (cell === '' ? EMPTY_CELL : escapeLine(cell))));
  const all = [table.head, ...rows];
  const widths = table.head.map((_, column) => Math.max(...all.map((row) => textWidth(row[column] ?? ''))));
  const total = widths.reduce((sum, width) => sum + width, BETWEEN_COLUMNS.length * (widths.length - 1));
  if (page.width !== null && total > page.width) return layBlocks(table.head, rows, page);
  const [head = '', ...body] = all.map((row) => layRow(row, widths, table.aligns));
  return [page.isStyled ? `${BOLD}${head}${PLAIN}` : head, ...body];
}

function layRow(
  cells: readonly string[],
  widths: readonly number[],
  aligns: readonly ('left' | 'right')[],
): string {
  return cells
    .map((cell, column) => {
      const pad = ' '.repeat(Math.max(0, (widths[column] ?? 0) - textWidth(cell)));
      return aligns[column] === 'right' ? pad + cell : cell + pad;
    })
    .join(BETWEEN_COLUMNS)
    .trimEnd();
}

/** A row as `name  value` lines, an empty line between rows. */
function layBlocks(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { width, isStyled }: Page,
): string[] {
  const names = Math.max(...head.map(textWidth));
  return rows.flatMap((row, position) => [
    ...(position === 0 ? [] : ['']),
    ...head.flatMap((name, column) => {
      const before = name.padEnd(names) + BETWEEN_COLUMNS;
      const room = width === null ? null : Math.max(1, width - before.length);
      const [first = '', ...more] = wrapLine(row[column] ?? '', room);
      const named = isStyled ? `${BOLD}${name}${PLAIN}${before.slice(name.length)}` : before;
      return [named + first, ...more.map((line) => ' '.repeat(before.length) + line)];
    }),
  ]);
}

/** A line broken between words, its indent kept. What stands in backticks is a command, and copied as a whole. */
function wrapLine(line: string, width: number | null): string[] {
  if (width === null || textWidth(line) <= width) return [line];
  const indent = /^ */.exec(line)?.[0] ?? '';
  const words = line.slice(indent.length).match(/(?:`[^`]*`|[^ `]|`)+| +/g) ?? [];
  const wrapped: string[] = [];
  let current = indent;
  for (const word of words) {
    if (current !== indent && textWidth(current + word.trimEnd()) > width) {
      wrapped.push(current.trimEnd());
      current = indent;
      if (word.startsWith(' ')) continue;
    }
    current += word;
  }
  return [...wrapped, current.trimEnd()].filter((part) => part !== '');
}
