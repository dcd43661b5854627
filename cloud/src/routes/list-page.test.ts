import { expect, it } from 'vitest';
import { z } from 'zod';
import { decodeCursor } from './cursor.ts';
import { listPage } from './list-page.ts';

const ROWS = [
  { id: 'c', at: 3 },
  { id: 'b', at: 2 },
  { id: 'a', at: 1 },
];
const positionOf = ({ id, at }: { id: string; at: number }) => [at, id];
const position = z.tuple([z.number(), z.string()]);

it('a page with more behind it ends at its last row, which the cursor names', () => {
  const { next_cursor, ...page } = listPage(ROWS, 2, positionOf);
  expect(page).toEqual({ rows: ROWS.slice(0, 2), has_more: true });
  expect(decodeCursor(position, next_cursor ?? undefined)).toEqual([2, 'b']);
});

it.each([
  ['as many rows as the page holds', ROWS, 3],
  ['fewer', ROWS, 4],
  ['none', [], 1],
])('a page of %s is the last', (_, found, limit) => {
  expect(listPage(found, limit, positionOf)).toEqual({ rows: found, next_cursor: null, has_more: false });
});
