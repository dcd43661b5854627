import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { readStats } from '../store/stats.ts';
import { readUnknownFields } from '../store/unknown-fields.ts';
import { documentedRouter } from './documented-router.ts';

const stats = z.object({
  backlog: z.number(),
  oldest_unprocessed: z.string().nullable(),
  events: z.number(),
  normalized: z.number(),
  skipped: z.number(),
  errors: z.record(z.string(), z.number()),
  dead_lettered: z.number(),
  /** Requests to Terra that are not sent yet, those that wait among them. */
  outbox_pending: z.number(),
  /** Those that Terra put off, and those whose time lies far ahead. */
  outbox_waiting: z.number(),
  /** When the first of the waiting is sent again. */
  outbox_next_attempt_at: z.string().nullable(),
  /** Why that one waits: `http 429: ...`, Terra's own words, or `network: ...`. */
  outbox_waiting_error: z.string().nullable(),
  /** People whose rows are by older rules, and are made anew in the background. */
  rebuilds_left: z.number(),
  rebuilds_running: z.number(),
  /** Given up: the person's rows stay as they were. */
  rebuilds_failed: z.number(),
  rebuilds_last_finished_at: z.string().nullable(),
  database_bytes: z.number(),
  /** Fields of deliveries that no published schema of Terra's has: how often, never what they held. */
  unknown_fields: z.object({
    /** Of how many unknown fields events of a type told, an event as often as it has them. */
    by_event_type: z.record(z.string(), z.number()),
    /** The most frequent. `path` stands in an item; `(other)` is a key that is no plain name. */
    top: z.array(
      z.object({
        event_type: z.string(),
        path: z.string(),
        count: z.number(),
        first_seen: z.string(),
        last_seen: z.string(),
      }),
    ),
  }),
});

const route = createRoute({
  method: 'get',
  path: '/stats',
  summary: 'How the ingest stands',
  responses: { 200: { description: 'figures', content: { 'application/json': { schema: stats } } } },
});

export const adminStats = documentedRouter<App>().serve(route, async (c) =>
  c.json(
    { ...(await readStats(c.env.DB, Date.now())), unknown_fields: await readUnknownFields(c.env.DB) },
    200,
  ),
);
