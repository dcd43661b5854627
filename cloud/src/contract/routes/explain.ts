import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { explanation } from '../explain.ts';
import { DATED_TABLES } from '../tables.ts';

export const explainQuery = z.object({
  table: z.enum(DATED_TABLES, { error: `must be one of ${DATED_TABLES.join(', ')}` }),
  key: z.string({ error: 'must be the JSON of the primary key without user_id' }).meta({
    description: 'JSON of the primary key without user_id: `{"source":"oura","datetime":"2026-03-01"}`',
  }),
  column: z
    .string()
    .optional()
    .meta({ description: 'only this one, also where it is null; `raw` comes only when it is named' }),
});

export const explainRoute = createRoute({
  method: 'get',
  path: '/explain',
  summary: 'Which events gave the values of one of your rows, by which rules, and what else was known',
  request: { query: explainQuery },
  responses: {
    200: { description: 'the values', content: { 'application/json': { schema: explanation } } },
    400: NOT_AS_DOCUMENTED,
    404: refusal('not_found: you have no row with this key'),
  },
});
