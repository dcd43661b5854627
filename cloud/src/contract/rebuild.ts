import { z } from 'zod';

const value = z.union([z.string(), z.number(), z.null()]);

/** What a rebuild changed, or would. */
export const rebuildResult = z.object({
  /** By table: rows, and by column how many of the changed rows differ there. */
  tables: z.record(
    z.string(),
    z.object({
      added: z.number().int(),
      changed: z.number().int(),
      removed: z.number().int(),
      columns: z.record(z.string(), z.number().int()),
    }),
  ),
  /** Some of these rows: each column that differs, as before and after. Of `raw` it is only told that it differs. */
  samples: z.array(
    z.object({
      table: z.string(),
      key: z.record(z.string(), value),
      kind: z.enum(['added', 'changed', 'removed']),
      columns: z.record(z.string(), z.array(value)),
    }),
  ),
});

/** How a person's rebuild stands. */
export const rebuildShown = z.object({
  rebuild_id: z.string(),
  state: z.enum(['seeding', 'folding', 'finishing', 'done', 'failed']),
  dry_run: z.boolean(),
  /** The version of the rules it makes the rows by. */
  rules: z.number().int(),
  events_folded: z.number().int(),
  /** Of those found so far. */
  events_waiting: z.number().int(),
  started_at: z.string(),
  finished_at: z.string().nullable(),
  /** Why it failed. */
  error: z.string().nullable(),
  /** What differs, once it is done. */
  result: rebuildResult.nullable(),
});

export type RebuildShown = z.infer<typeof rebuildShown>;

/** A call for one person: the rebuild that is now under way. */
export const rebuildStarted = rebuildShown.extend({ ok: z.literal(true) });

/** A call for everybody: people whose rebuild began, and how many were left before that. */
export const rebuildsStarted = z.object({
  ok: z.literal(true),
  started: z.number().int(),
  left: z.number().int(),
});
