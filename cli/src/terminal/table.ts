import Table from 'cli-table3';
import { escapeLine } from './escape.ts';
import type { Lines } from './output.ts';

/** Rows under a head, for people. A cell is escaped before its width is measured. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colAligns: ('left' | 'right')[] = [],
): Lines {
  const table = new Table({ head: [...head], colAligns, style: { head: [], border: [] } });
  table.push(...rows.map((row) => row.map(escapeLine)));
  return table.toString().split('\n');
}
