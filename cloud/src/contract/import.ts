import { z } from 'zod';
import { HISTORY_RESOURCES, IMPORT_DAYS_DEFAULT, IMPORT_DAYS_MAX } from './constants.ts';
import { DATED_TABLES, type DatedTable } from './tables.ts';

export { HISTORY_RESOURCES, IMPORT_DAYS_DEFAULT, IMPORT_DAYS_MAX };

export type HistoryResource = (typeof HISTORY_RESOURCES)[number];

const DAYS = 'must be a whole number, at least 1';

export const importRequest = z.object(
  {
    days: z.number({ error: DAYS }).int({ error: DAYS }).min(1, { error: DAYS }).default(IMPORT_DAYS_DEFAULT),
  },
  { error: 'the body must be a JSON object like {"days": 90}, or empty' },
);

/** 202 of `POST /v1/import`. `requests` is how many history requests will go to Terra. */
export const importAccepted = z.object({
  import_id: z.string(),
  days: z.number().int(),
  requests: z.number().int(),
});

export type ImportAccepted = z.infer<typeof importAccepted>;

/**
 * - pending: not sent to Terra yet, or to be sent again
 * - sent: Terra took it, and what it brings is on its way
 * - complete: everything it brings is in the database
 * - silent: Terra took it, and for a while nothing came; what still comes is taken in
 * - failed: Terra or the provider refused it for good
 */
export const REQUEST_STATES = ['pending', 'sent', 'complete', 'silent', 'failed'] as const;

export type RequestState = (typeof REQUEST_STATES)[number];

/**
 * - running: something is still to come
 * - done: every request ended, none of them refused
 * - incomplete: some were refused, the others ended
 * - failed: all were refused
 */
export const IMPORT_STATES = ['running', 'done', 'incomplete', 'failed'] as const;

const count = z.number().int();

/** 200 of `GET /v1/imports/{id}`. */
export const importProgress = z.object({
  import_id: z.string(),
  days: count,
  created_at: z.string(),
  state: z.enum(IMPORT_STATES),
  /** `total` = pending + sent + failed; of those sent, some are complete and some silent. */
  requests: z.object({
    total: count,
    pending: count,
    sent: count,
    complete: count,
    silent: count,
    failed: count,
  }),
  /** Parts of the answers: how many are known to come, and how many of them are in the database. */
  chunks: z.object({ expected: count, received: count }),
  /** Rows within the import's dates, of the sources it asked. */
  rows: z.object(
    Object.fromEntries(DATED_TABLES.map((table) => [table, count])) as Record<DatedTable, typeof count>,
  ),
  /** One entry a request. `reason` says why it failed, waits or is silent. */
  connections: z.array(
    z.object({
      /** Null where the connection is gone altogether. */
      connection_id: z.string().nullable(),
      provider: z.string(),
      resource: z.string(),
      state: z.enum(REQUEST_STATES),
      reason: z.string().nullable(),
      /** When a pending one is tried next, ISO 8601 UTC; past where it is about to be. */
      waits_until: z.string().nullish(),
    }),
  ),
});

export type ImportProgress = z.infer<typeof importProgress>;

/** An import in a list. */
export const importListed = importProgress.pick({ import_id: true, days: true, created_at: true }).extend({
  requests: count,
});

export type ImportListed = z.infer<typeof importListed>;
