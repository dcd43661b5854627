import { z } from 'zod';
import { HISTORY_RESOURCES } from './import.ts';

/**
 * - overdue: nothing came for longer than this connection's own habit explains
 * - gap: days without any row between days with rows
 */
export const SILENCE_KINDS = ['overdue', 'gap'] as const;

export type SilenceKind = (typeof SILENCE_KINDS)[number];

/**
 * - waits: its days are asked for when the connection's turn comes
 * - pending: the request for its days is in the outbox
 * - sent: Terra took the request
 * - failed: Terra or the provider refused it
 */
export const CATCH_UP_STATES = ['waits', 'pending', 'sent', 'failed'] as const;

const time = z.string().nullable();

/** What is known of a silence, and what was done about it. Times are ISO 8601 UTC. */
export const silence = z.object({
  kind: z.enum(SILENCE_KINDS),
  resource: z.enum(HISTORY_RESOURCES),
  last_received_at: time.meta({ description: 'the last delivery that nobody asked for; null of a gap' }),
  silent_seconds: z.number().int().nullable().meta({ description: 'the time since then' }),
  usual_gap_seconds: z.number().int().nullable().meta({
    description: 'how long this connection usually takes between two deliveries; null of a gap',
  }),
  from_date: z.string().meta({ description: 'the first day that is missing, or asked for' }),
  to_date: z.string().meta({ description: 'the last one' }),
  found_at: z.string(),
  compared_at: time.meta({
    description: 'when Terra was asked whether the connection still stands, and it did',
  }),
  asked_at: time.meta({ description: 'when the days were asked for again; null where they were not yet' }),
  catch_up: z.enum(CATCH_UP_STATES).meta({ description: 'how that request stands' }),
  catch_up_reason: z
    .string()
    .nullable()
    .meta({ description: 'why it was refused or waits, where Terra said so' }),
});

export type Silence = z.infer<typeof silence>;

/** A row of `GET /admin/silences`. */
export const silenceRow = silence.extend({
  id: z.number().int(),
  user_id: z.string(),
  connection_id: z.string(),
  terra_user_id: z.string(),
  provider: z.string(),
  says: z.string().meta({
    description:
      'all of it in words: `no sleep for 26 h, usually every 9 h; asked again at 2026-03-01T12:00:00.000Z`',
  }),
});

export type SilenceRow = z.infer<typeof silenceRow>;

/** 200 of `GET /admin/silences`. */
export const silenceList = z.object({ rows: z.array(silenceRow), next_cursor: z.string().nullable() });
