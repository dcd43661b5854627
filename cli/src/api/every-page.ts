import { AmyError } from '../errors.ts';
import { PAGES_MAX } from '../limits.ts';

type PageEnd = { readonly next_cursor: string | null; readonly has_more: boolean };

type Page<Item> = PageEnd & { readonly data: readonly Item[] };

/** Everything a list of the API holds, page by page. Throws `unexpected_answer` where it leads nowhere. */
export async function everyPage<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const found: Item[] = [];
  const nextCursor = pageWalk();
  let cursor: string | undefined;
  for (;;) {
    const page = await fetchPage(cursor);
    found.push(...page.data);
    const next = nextCursor(page);
    if (next === null) return found;
    cursor = next;
  }
}

/**
 * Walks through one list or sync: where the page after a page is, null where that was the last. A server that leads
 * back to where it was, or on without end, would keep the person waiting and fill their disk for ever: both throw
 * `unexpected_answer`.
 */
export function pageWalk(pagesMax = PAGES_MAX): (page: PageEnd) => string | null {
  const seen = new Set<string>();
  return ({ has_more, next_cursor }) => {
    if (!has_more) return null;
    if (next_cursor === null || seen.has(next_cursor)) {
      throw new AmyError(
        'unexpected_answer',
        'the server announced another page and did not say where it is',
      );
    }
    if (seen.size >= pagesMax) {
      throw new AmyError('unexpected_answer', `the server announced more than ${pagesMax} pages`);
    }
    seen.add(next_cursor);
    return next_cursor;
  };
}
