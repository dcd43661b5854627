import type { Table } from './layout.ts';

/** Rows under a head. How they stand is for `layOut`, which knows how wide the page is. */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  aligns: readonly ('left' | 'right')[] = [],
): readonly [Table] {
  return [{ head, rows, aligns }];
}
