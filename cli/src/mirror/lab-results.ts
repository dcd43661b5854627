import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { z } from 'zod';
import { WIDE_BIOMARKERS } from '../../../cloud/src/contract/tables.ts';
import type { DateRange } from './days-read.ts';

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

const ofCodeAndDate = lab.omit({ code: true, date: true, specimen: true });

/** One of a code and a date that whoever asks knows. */
export type LabResult = z.infer<typeof ofCodeAndDate>;

/** Of one code, or of all; in order of code and date. */
export function readLabs(
  database: DatabaseSync,
  code: string | null,
  { from, to }: DateRange,
): readonly Lab[] {
  return readWhere(database, 'draw_date between ? and ? and (? is null or code = ?)', from, to, code, code);
}

export function readLabResults(database: DatabaseSync, code: string, date: string): readonly LabResult[] {
  return readWhere(database, 'code = ? and draw_date = ?', code, date).map((one) => ofCodeAndDate.parse(one));
}

/** Results of laboratories alone, of all time: there are few of them, and they are read over years. */
export function readLaboratories(database: DatabaseSync): readonly Lab[] {
  return readWhere(database, `not ${IS_OF_BODY}`);
}

/** What scales and cuffs measured of these codes, in exact numbers. */
export function readBody(
  database: DatabaseSync,
  codes: readonly string[],
  { from, to }: DateRange,
): readonly Lab[] {
  const condition = `${IS_OF_BODY} and value is not null and operator is null
    and draw_date between ? and ? and code in (select value from json_each(?))`;
  return readWhere(database, condition, from, to, JSON.stringify(codes));
}

const IS_OF_BODY = "(source like '%\\_body' escape '\\')";

function readWhere(
  database: DatabaseSync,
  condition: string,
  ...values: readonly SQLInputValue[]
): readonly Lab[] {
  const { date: _date, ...columns } = lab.shape;
  return database
    .prepare(
      `select draw_date as date, ${Object.keys(columns).join(', ')}
       from biomarkers_raw
       where ${condition}
       order by code, draw_date, source`,
    )
    .all(...values)
    .map((row) => lab.parse(row));
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
