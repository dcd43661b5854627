import { expect, it } from 'vitest';
import { everyPage } from './every-page.ts';

/** Asks a server that leads from one cursor to the next. */
async function walk(next: (cursor: string | undefined) => string | null) {
  let asked = 0;
  const walked = everyPage(async (cursor) => {
    asked += 1;
    if (asked > 20_000) throw new Error('went on without end');
    const next_cursor = next(cursor);
    return { data: [asked], next_cursor, has_more: next_cursor !== null };
  });
  return walked.then(
    (items) => items.length,
    (error: unknown) => error,
  );
}

it('ends where the list does', async () => {
  const pages = ['a', 'b', null];
  expect(await walk(() => pages.shift() ?? null)).toBe(3);
});

it('is not led in a circle, however wide', async () => {
  const circle: Record<string, string> = { start: 'a', a: 'b', b: 'c', c: 'a' };
  expect(await walk((cursor = 'start') => circle[cursor] ?? null)).toMatchObject({
    code: 'unexpected_answer',
  });
});

it('is not led on without end', async () => {
  let page = 0;
  const led = await walk(() => {
    page += 1;
    return String(page);
  });
  expect(led).toMatchObject({ code: 'unexpected_answer', message: expect.stringContaining('10000 pages') });
});
