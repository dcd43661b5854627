import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { readStats } from '../store/stats.ts';
import { validatingRouter } from './validation.ts';

const stats = z.object({
  backlog: z.number(),
  oldest_unprocessed: z.string().nullable(),
  events: z.number(),
  normalized: z.number(),
  skipped: z.number(),
  errors: z.record(z.string(), z.number()),
  dead_lettered: z.number(),
  outbox_pending: z.number(),
  database_bytes: z.number(),
});

const route = createRoute({
  method: 'get',
  path: '/stats',
  summary: 'How the ingest stands',
  responses: { 200: { description: 'figures', content: { 'application/json': { schema: stats } } } },
});

export const adminStats = validatingRouter<App>().openapi(route, async (c) =>
  c.json(await readStats(c.env.DB), 200),
);
