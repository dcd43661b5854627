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

/** A part of an address that names one thing: where it is told, and what one looks like. */
export function named(description: string, example: string) {
  return z.string().meta({ description, examples: [example] });
}

/** The id of something in every example. */
export const EXAMPLE_UUID = '8f14e45f-ceea-467f-a0e6-1f2a3b4c5d6e';

/** A part of an address that is the id of something, as `of` tells it. */
export function idFrom(of: string) {
  return named(of, EXAMPLE_UUID);
}

/** Whose data is meant, in an address of the operator. */
export const personPath = z.object({
  userId: z
    .string()
    .min(1)
    .meta({
      description: 'the id of a person, as they have it in every row',
      examples: ['user_demo'],
    }),
});
