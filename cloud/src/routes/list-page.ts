import { encodeCursor, type Position } from './cursor.ts';

/** One page of a list, and how it goes on. */
export type ListPage<Row> = {
  readonly rows: readonly Row[];
  /** Where the page after begins; null of the last page. */
  readonly next_cursor: string | null;
  readonly has_more: boolean;
};

/**
 * Cuts a page of at most `limit` rows from what was found. The query has to ask for one row more than that:
 * whether it is there tells whether another page follows. `positionOf` is what the cursor says of a page's
 * last row.
 */
export function listPage<Row>(
  found: readonly Row[],
  limit: number,
  positionOf: (last: Row) => Position,
): ListPage<Row> {
  const last = found.length > limit ? found[limit - 1] : undefined;
  return {
    rows: found.slice(0, limit),
    next_cursor: last === undefined ? null : encodeCursor(positionOf(last)),
    has_more: last !== undefined,
  };
}
