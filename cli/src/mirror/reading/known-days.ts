import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DailyColumn } from '../chosen-source.ts';
import type { DateRange } from '../days-read.ts';

const spanOfSource = z.object({ source: z.string(), days: z.number(), first: z.string(), last: z.string() });

/** What one source tells of a range: on how many days anything, and on how many days each column. */
export type KnownDays = z.infer<typeof spanOfSource> & {
  readonly of: Readonly<Record<string, number>>;
};

/** Of each source that tells anything of the range: its own days, whichever source `summary` shows. */
export function readKnownDays(
  database: DatabaseSync,
  columns: readonly DailyColumn[],
  { from, to }: DateRange,
): readonly KnownDays[] {
  const counts = columns.map((column) => `count(${column}) as ${column}`);
  return database
    .prepare(
      `select source, count(*) as days, min(datetime) as first, max(datetime) as last, ${counts.join(', ')}
       from daily_summary
       where datetime between ? and ?
       group by source
       order by source`,
    )
    .all(from, to)
    .map((row) => ({
      ...spanOfSource.parse(row),
      of: Object.fromEntries(columns.map((column) => [column, z.number().parse(row[column])])),
    }));
}
