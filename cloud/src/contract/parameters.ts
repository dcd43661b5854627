import { z } from 'zod';

/** Rows of one page of a list. */
export const LIST_LIMIT_DEFAULT = 20;
export const LIST_LIMIT_MAX = 100;

/** A whole number of a query or path, in digits. */
export function wholeNumber(least: number, most: number) {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number<string>({ error }).int({ error }).min(least, { error }).max(most, { error });
}

/** What every list of `/v1` takes. */
export const listQuery = z.object({
  limit: wholeNumber(1, LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
  cursor: z.string().optional().meta({ description: 'the `next_cursor` of the page before' }),
});

/** A page of a list of `/v1`. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z.object({ data: z.array(item), next_cursor: z.string().nullable(), has_more: z.boolean() });
}
