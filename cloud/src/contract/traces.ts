import { z } from 'zod';

const text = z.string().nullable();

/** One line of what happened, of a trace or of an event's own row. */
export const traceLine = z.object({
  ts: z.string().meta({ description: 'UTC, `2026-03-01 12:00:00.000`' }),
  level: z.string(),
  event: z.string(),
  request_id: text,
  user_id: text,
  terra_user_id: text,
  raw_event_id: z.number().int().nullable(),
  message: text,
  data: text.meta({ description: 'JSON' }),
  duration_ms: z.number().nullable(),
  error_name: text,
  after_ms: z.number().nullable().meta({
    description:
      'since the line before it in time, where one event or request is asked for; null of the first line and of lists',
  }),
});

export type TraceLine = z.infer<typeof traceLine>;

export const traceList = z.object({ rows: z.array(traceLine), next_cursor: text });
