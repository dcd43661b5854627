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

export type EventList = z.infer<typeof eventList>;

/** A page of a search. */
export const eventsFound = eventList.extend({ bodies_not_searched: z.number().int().optional() });

const value = z.union([z.string(), z.number(), z.null()]);

/** A row as it is stored, by column. */
export const storedRow = z.record(z.string(), value);

/** One event: what keeps it, and beside that every column and its bodies as a `storedRow`. */
export const storedEvent = z.looseObject({ explanation: eventExplanation });

/** Every action answers this, and counts of what it did. */
export const action = z.looseObject({ ok: z.literal(true) });

/** The receipt of a wipe: beside these the rows by table, objects and keys that went, and what Terra took. */
export const wiped = action.extend({
  remaining: z.number().int().meta({ description: 'what the same ids still find: looked up, and 0' }),
});

/** What became of one event that an operator named. */
export const eventReplayed = action.extend({ enqueued: z.number().int() });
export const eventResolved = action.extend({ resolved: z.number().int() });

/** What a drain sent to the queue. */
export const drained = action.extend({ enqueued: z.number().int(), ids: z.array(z.number().int()) });

/** What one call of a bulk act found and did. */
export const bulkDone = z.object({
  ok: z.literal(true),
  dry_run: z.boolean(),
  matched: z.number().int().meta({ description: 'events that this call found' }),
  done: z.number().int().meta({ description: 'of them, those that were enqueued or resolved' }),
  next_cursor: z.string().nullable().meta({ description: 'where to go on; null once everything is done' }),
  bodies_not_searched: z.number().int().optional(),
});

export type BulkDone = z.infer<typeof bulkDone>;

/** What is kept of a person. */
export const personOverview = z.object({
  /** Null where there is nobody of this id. */
  user: storedRow.nullable(),
  /** When they were erased, if they were. */
  erased_at: z.string().nullable(),
  /** Rows by table. */
  counts: z.record(z.string(), z.number().int()),
  connections: z.array(storedRow),
  /** The newest first. */
  events: z.array(eventRow),
});

export type PersonOverview = z.infer<typeof personOverview>;

/** An import that an operator asked for. */
export const importAsked = z.object({
  ok: z.literal(true),
  import_id: z.string(),
  days: z.number().int(),
  requests: z.number().int(),
});

export const ownerSettled = z.object({
  ok: z.literal(true),
  moved: z.number().int().meta({ description: '0 where it was theirs already' }),
  released: z
    .number()
    .int()
    .meta({ description: 'events that waited as `owner_conflict` and are tried again' }),
});

export const outboundSet = z.object({ ok: z.literal(true), paused: z.boolean() });
