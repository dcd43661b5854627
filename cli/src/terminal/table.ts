import Table from 'cli-table3';

/** Rows under a head, for people. What a cell holds came from elsewhere: nothing in it steers the terminal. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colAligns: ('left' | 'right')[] = [],
): string {
  const table = new Table({ head: [...head], colAligns, style: { head: [], border: [] } });
  table.push(...rows.map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, ' '))));
  return table.toString();
}
