import { AmyError } from '../errors.ts';

type PageEnd = { readonly next_cursor: string | null; readonly has_more: boolean };

type Page<Item> = PageEnd & { readonly data: readonly Item[] };

/** Everything a list of the API holds, page by page. Throws `unexpected_answer` where it leads nowhere. */
export async function everyPage<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await fetchPage(cursor);
    found.push(...page.data);
    const next = nextCursor(page, cursor);
    if (next === null) return found;
    cursor = next;
  }
}

/** Where the page after the one at `cursor` is, null where that was the last. Throws `unexpected_answer`. */
export function nextCursor({ has_more, next_cursor }: PageEnd, cursor: string | undefined): string | null {
  if (!has_more) return null;
  if (next_cursor === null || next_cursor === cursor) {
    throw new AmyError('unexpected_answer', 'the server announced another page and did not say where it is');
  }
  return next_cursor;
}
