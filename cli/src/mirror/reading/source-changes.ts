import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DailyColumn } from '../chosen-source.ts';
import type { DateRange } from '../days-read.ts';

const change = z.object({
  column: z.string(),
  date: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  why: z.string().nullable(),
});

/** The first date on which a column comes from another source than before, and why where that is known. */
export type SourceChange = z.infer<typeof change>;

export function readSourceChanges(
  database: DatabaseSync,
  columns: readonly DailyColumn[],
  range: DateRange,
): readonly SourceChange[] {
  return database
    .prepare(
      `select "column", datetime as date, "from", "to", why
       from source_changes
       where "column" in (select value from json_each(?)) and datetime between ? and ?
       order by "column", datetime`,
    )
    .all(JSON.stringify(columns), range.from, range.to)
    .map((row) => change.parse(row));
}
