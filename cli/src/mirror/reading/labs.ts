import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DateRange } from '../days-read.ts';

const lab = z.object({
  code: z.string(),
  date: z.string(),
  source: z.string(),
  value: z.number().nullable(),
  value_text: z.string().nullable(),
  operator: z.string().nullable(),
  unit: z.string().nullable(),
  ref_low: z.number().nullable(),
  ref_high: z.number().nullable(),
  status: z.string().nullable(),
  specimen: z.string().nullable(),
});

/** A result of a laboratory, or a measurement of a body, as the file has it. */
export type Lab = z.infer<typeof lab>;

/** Of one code, or of all; in order of code and date. */
export function readLabs(
  database: DatabaseSync,
  code: string | null,
  { from, to }: DateRange,
): readonly Lab[] {
  const { date: _date, ...columns } = lab.shape;
  return database
    .prepare(
      `select draw_date as date, ${Object.keys(columns).join(', ')}
       from biomarkers_raw
       where draw_date between ? and ? and (? is null or code = ?)
       order by code, draw_date, source`,
    )
    .all(from, to, code, code)
    .map((row) => lab.parse(row));
}
