import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { WIDE_BIOMARKERS } from '../../../cloud/src/contract/tables.ts';

const result = z.object({
  source: z.string(),
  value: z.number().nullable(),
  value_text: z.string().nullable(),
  operator: z.string().nullable(),
  unit: z.string().nullable(),
  ref_low: z.number().nullable(),
  ref_high: z.number().nullable(),
  status: z.string().nullable(),
});

/** One result of a code and a date, as the file has it. */
export type LabResult = z.infer<typeof result>;

export function readLabResults(database: DatabaseSync, code: string, date: string): readonly LabResult[] {
  const rows = database
    .prepare(
      `select ${Object.keys(result.shape).join(', ')}
       from biomarkers_raw
       where code = ? and draw_date = ?
       order by source`,
    )
    .all(code, date);
  return rows.map((row) => result.parse(row));
}

/** The latest dates that have a result of a code. */
export function readDatesOf(database: DatabaseSync, code: string, most: number): readonly string[] {
  return database
    .prepare('select distinct draw_date from biomarkers_raw where code = ? order by draw_date desc limit ?')
    .all(code, most)
    .map(({ draw_date }) => String(draw_date));
}

/** A code as the file has it: `hdl` and `HDL cholesterol` are `hdl_cholesterol`. */
export function labCode(text: string): string {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
  return Object.entries(WIDE_BIOMARKERS).find(([column]) => column === name)?.[1] ?? name;
}
