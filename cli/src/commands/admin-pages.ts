import { type Command, InvalidArgumentError } from 'commander';
import { pageWalk } from '../api/every-page.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { OPERATOR_ROWS_SHOWN } from '../limits.ts';
import { renderCounted } from '../terminal/counts.ts';
import { noticeScreen } from '../terminal/output.ts';
import type { CommandContext } from './context.ts';

/** How far a list is read, and from where. */
export type PageOptions = {
  readonly limit?: number;
  readonly all?: boolean;
  readonly cursor?: string;
};

export type Rows<Row> = { readonly rows: readonly Row[]; readonly next_cursor: string | null };

/** The options of every list below `amy admin`. */
export function addPageOptions(command: Command): Command {
  return command
    .option('--limit <n>', `rows at most (default: ${OPERATOR_ROWS_SHOWN})`, parseCount)
    .option('--all', 'to the end of the list, however long')
    .option('--cursor <cursor>', 'go on where an earlier call ended');
}

/**
 * Reads a list page by page, up to what the options say. A page may be empty and yet have one after it; progress is
 * shown meanwhile. `fetchPage` is asked for at most `pageRows` rows at a time.
 */
export async function readRows<Page extends Rows<unknown>>(
  context: CommandContext,
  options: PageOptions,
  pageRows: number,
  fetchPage: (page: { limit: string; cursor: string | undefined }) => Promise<Page>,
  onPage: (page: Page) => void = () => {},
): Promise<Rows<Page['rows'][number]>> {
  if (options.all === true && options.limit !== undefined)
    throw new AmyError('usage', 'say --all or --limit, not both', { exitCode: EXIT_USAGE });
  const most = options.all === true ? Number.POSITIVE_INFINITY : (options.limit ?? OPERATOR_ROWS_SHOWN);
  const nextCursor = pageWalk();
  const screen = context.json ? null : noticeScreen();
  const rows: Page['rows'][number][] = [];
  let cursor = options.cursor;
  try {
    for (;;) {
      const limit = String(Math.min(pageRows, most - rows.length));
      const page = await fetchPage({ limit, cursor });
      onPage(page);
      rows.push(...page.rows);
      const next = nextCursor({ has_more: page.next_cursor !== null, next_cursor: page.next_cursor });
      if (next === null || rows.length >= most) return { rows, next_cursor: next };
      cursor = next;
      screen?.draw(`${renderCounted(rows.length, 'row')} so far, still looking ...`);
    }
  } finally {
    screen?.draw('');
  }
}

/** Tells how a list goes on that was not read to its end. */
export function tellMore(context: CommandContext, nextCursor: string | null): void {
  if (nextCursor === null) return;
  context.notice(`There is more: --all shows all of it, \`--cursor ${nextCursor}\` what comes next.`);
}

/** A count that somebody typed. */
export function parseCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
