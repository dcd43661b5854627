import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { DIGEST_ROWS_DEFAULT, DIGEST_ROWS_MAX, DIGEST_TABLES, digest, digestRows } from '../digest.ts';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { wholeNumber } from '../parameters.ts';

const month = z
  .string()
  .max(7, { error: 'must be a month, such as 2026-03' })
  .optional()
  .meta({ description: 'only this one, as an answer names it' });

export const digestRoute = createRoute({
  method: 'get',
  path: '/digest',
  summary: 'A count and a SHA-256 of your rows for each table and month, to compare a mirror by',
  request: {
    query: z.object({
      tables: z
        .string()
        .optional()
        .meta({ description: `comma separated, of ${DIGEST_TABLES.join(', ')}` }),
      month,
    }),
  },
  responses: {
    200: { description: 'the digests', content: { 'application/json': { schema: digest } } },
    400: NOT_AS_DOCUMENTED,
    503: refusal('your rows changed all the while; ask again'),
  },
});

export const digestRowsRoute = createRoute({
  method: 'get',
  path: '/digest/rows',
  summary: 'Your rows of one table and month, to mend a mirror by',
  request: {
    query: z.object({
      table: z.enum(DIGEST_TABLES, { error: `must be one of ${DIGEST_TABLES.join(', ')}` }),
      month,
      cursor: z.string().optional().meta({ description: 'the `next_cursor` of the page before' }),
      limit: wholeNumber(1, DIGEST_ROWS_MAX).default(DIGEST_ROWS_DEFAULT),
    }),
  },
  responses: {
    200: { description: 'a page of rows', content: { 'application/json': { schema: digestRows } } },
    400: NOT_AS_DOCUMENTED,
  },
});
