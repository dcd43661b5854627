import { z } from 'zod';
import { DATED_TABLES } from './tables.ts';

/** The stored event that gave a value. */
export const explainedEvent = z.object({
  id: z.number().int().meta({ description: '`GET /v1/payloads/:id` gives its body' }),
  type: z.string(),
  provider: z.string().nullable(),
  received_at: z.string(),
  order_ms: z.number().meta({ description: 'event order, unix ms: of two events the greater one wins' }),
});

/** What one event gave to a value. */
export const explainedOrigin = z.object({
  event: explainedEvent.nullable().meta({ description: 'null: stored before events were kept' }),
  paths: z.array(z.string()).meta({ description: 'inside its body: `data[0].distance_data.steps`' }),
  reading: z.string().nullable().meta({ description: 'what was done with it; null: taken as it stands' }),
});

const scalar = z.union([z.string(), z.number(), z.null()]);

export const explanation = z.object({
  table: z.enum(DATED_TABLES),
  key: z.record(z.string(), z.string()),
  values: z.array(
    z.object({
      column: z.string(),
      value: scalar,
      unit: z.string().nullable().meta({ description: 'UCUM' }),
      rule: z.string().nullable().meta({ description: 'the rule that chose it; null: nothing is stored' }),
      from: z.array(explainedOrigin).meta({ description: 'one, or each where it was made of several' }),
      others: z
        .array(
          z.object({
            value: scalar,
            unit: z.string().nullable(),
            why: z.string(),
            from: z.array(explainedOrigin),
          }),
        )
        .meta({ description: 'every other value that was known, and why it lost' }),
    }),
  ),
});

export type ExplainedEvent = z.infer<typeof explainedEvent>;
export type ExplainedOrigin = z.infer<typeof explainedOrigin>;
export type Explanation = z.infer<typeof explanation>;
