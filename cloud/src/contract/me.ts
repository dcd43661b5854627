import { z } from 'zod';
import { silence } from './silences.ts';
import { DATED_TABLES } from './tables.ts';

/** How a connection stands. `error` works again by itself or after signing in to the provider anew. */
export const CONNECTION_STATES = [
  'connected',
  'error',
  'deauthenticated',
  'access_revoked',
  'replaced',
] as const;

/** A device or account, active where `deactivated_at` is null. Times are ISO 8601 UTC. */
export const connection = z.object({
  id: z.string(),
  provider: z.string(),
  state: z.enum(CONNECTION_STATES),
  /** What the provider said, where the state is an error. */
  state_message: z.string().nullable(),
  state_at: z.string(),
  scopes: z.array(z.string()),
  connected_at: z.string(),
  deactivated_at: z.string().nullable(),
  /** When it last sent data that nobody asked for, to the hour; null where that is not known. */
  last_received_at: z.string().nullable().default(null),
  /** What is overdue by its own habit, and days that are missing in between. */
  silences: z.array(silence).default([]),
});

export type ConnectionShown = z.infer<typeof connection>;

/** 200 of `GET /v1/me`. */
export const me = z.object({
  user: z.object({ id: z.string(), email: z.string(), created_at: z.string() }),
  /** Active ones first, the latest first; at most 100. */
  connections: z.array(connection),
  /** Rows by table. */
  counts: z.object({
    daily_summary: z.number().int(),
    activities: z.number().int(),
    sleep_sessions: z.number().int(),
    biomarkers_raw: z.number().int(),
    lab_uploads: z.number().int(),
  }),
  /** What each source has brought into each table; `last` is its latest date or start. */
  sources: z.array(
    z.object({
      source: z.string(),
      table: z.enum(DATED_TABLES),
      rows: z.number().int(),
      last: z.string(),
    }),
  ),
});

export type Me = z.infer<typeof me>;
