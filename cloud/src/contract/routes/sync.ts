import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { wholeNumber } from '../parameters.ts';
import { SYNC_LIMIT_DEFAULT, SYNC_LIMIT_MAX, syncPage } from '../sync.ts';

const query = z.object({
  since: z
    .string()
    .optional()
    .meta({ description: 'the `now` of a finished sync, or any ISO time; none means everything' }),
  cursor: z.string().optional().meta({ description: 'the `next_cursor` of the page before' }),
  limit: wholeNumber(1, SYNC_LIMIT_MAX)
    .default(SYNC_LIMIT_DEFAULT)
    .meta({ description: 'rows in all; a page may hold fewer' }),
  tables: z
    .string()
    .optional()
    .meta({ description: 'comma separated; biomarkers_wide comes only when named' }),
  total: z
    .literal('true', { error: 'may only be `true`' })
    .optional()
    .meta({ description: 'tells on the first page, where others follow, how many rows all of them bring' }),
  include: z.literal('raw', { error: 'may only be `raw`' }).optional(),
});

export const syncRoute = createRoute({
  method: 'get',
  path: '/sync',
  summary: "A page of the person's changes",
  request: { query },
  responses: {
    200: { description: 'one page', content: { 'application/json': { schema: syncPage } } },
    400: NOT_AS_DOCUMENTED,
    410: refusal('`since` is too long ago, or from before a restore: sync in full, without it'),
  },
});
