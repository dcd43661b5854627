import type { Cell } from '../mirror/export-tables.ts';
import { csvField } from '../terminal/csv-field.ts';
import { openLineFile } from './line-file.ts';
import type { OpenTableFile } from './table-file.ts';

/** RFC 4180 with a header, in UTF-8; a line ends with LF. Null is nothing, an empty text is "". */
export const openCsv: OpenTableFile = (path, { columns }) => {
  const file = openLineFile(path);
  file.line(csvLine(Object.keys(columns)));
  return {
    row: (cells) => file.line(csvLine(cells)),
    close: () => file.close(),
  };
};

export function csvLine(cells: readonly Cell[]): string {
  return cells.map(csvCell).join(',');
}

function csvCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  return csvField(isFormula(cell) ? `'${cell}` : cell);
}

/** Whether a spreadsheet would run a text instead of showing it. Laboratories print numbers with a sign: they stay as they are. */
function isFormula(text: string): boolean {
  return /^[=+\-@\t\r]/.test(text) && !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text);
}
