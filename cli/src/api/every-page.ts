import { AmyError } from '../errors.ts';

type Page<Item> = {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
  readonly has_more: boolean;
};

/** Everything a list of the API holds, page by page. Throws `unexpected_answer` where it leads nowhere. */
export async function everyPage<Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page<Item>>,
): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await fetchPage(cursor);
    found.push(...page.data);
    if (!page.has_more) return found;
    if (page.next_cursor === null || page.next_cursor === cursor) {
      throw new AmyError(
        'unexpected_answer',
        'the server announced another page and did not say where it is',
      );
    }
    cursor = page.next_cursor;
  }
}
