import { z } from 'zod';

/** What `/admin` answers: the lists of events, and what an action counts. */

const text = z.string().nullable();

/** What keeps an event, in words. */
export const eventExplanation = z.object({
  code: text.meta({ description: 'the name of the error; null where there is none' }),
  says: z.string().meta({ description: 'what is the matter' }),
  waits_for: z
    .enum(['operator', 'connection', 'upload', 'attempt', 'nothing'])
    .meta({ description: 'what lets the event go on' }),
  tried_next_at: text.meta({
    description: 'when the drain takes it next at the earliest; null where it does not by itself',
  }),
});

export type EventExplanation = z.infer<typeof eventExplanation>;

/** A row of raw_events in a list. */
export const eventRow = z.object({
  id: z.number().int(),
  received_at: z.string(),
  event_type: z.string(),
  provider: text,
  terra_user_id: text,
  reference_id: text,
  user_id: text,
  attempts: z.number().int(),
  next_attempt_at: text,
  processed_at: text,
  process_error: text,
  dead_lettered_at: text,
  resolved_at: text,
  dead_lettered: z.boolean(),
  explanation: eventExplanation,
});

export const eventList = z.object({
  rows: z.array(eventRow),
  next_cursor: text,
});

/** Every action answers this, and counts of what it did. */
export const action = z.looseObject({ ok: z.literal(true) });
