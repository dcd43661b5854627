import { unreachable } from '../unreachable.ts';
import { ACTIVITY_RULES } from './activity-rules.ts';
import { BODY_RULES, type BodyRule } from './body-rules.ts';
import { DAILY_RULES } from './daily-rules.ts';
import { type FieldReader, fieldReader } from './field-reader.ts';
import { entriesAt } from './json-path.ts';
import { LAB_SOURCE } from './lab-report.ts';
import { SLEEP_RULES } from './sleep-rules.ts';
import { storableText } from './text.ts';
import { elapsedSeconds } from './time.ts';
import type { Told, ToldColumns } from './told-columns.ts';
import { toldByResult } from './told-lab.ts';
import type {
  ActivityContribution,
  BiomarkerContribution,
  DailyContribution,
  SleepContribution,
} from './types.ts';
import { firstFound, readByRules, type ValueRule } from './value-rule.ts';

/** What becomes a row. */
export type RowContribution =
  | DailyContribution
  | SleepContribution
  | ActivityContribution
  | BiomarkerContribution;

const BODY_SUFFIX = '_body';

/** Where each column of a contribution stands in the payload that gave it, by the rules it was read by. */
export function toldBy(contribution: RowContribution, payload: unknown): ToldColumns {
  switch (contribution.kind) {
    case 'daily':
      return toldByDay(contribution, itemReader(payload, contribution));
    case 'sleep':
      return toldBySleep(contribution, itemReader(payload, contribution));
    case 'activity':
      return toldByActivity(contribution, itemReader(payload, contribution));
    case 'biomarker':
      return contribution.source === LAB_SOURCE
        ? toldByResult(contribution, payload)
        : toldByBody(contribution, itemReader(payload, contribution));
    default:
      return unreachable(contribution);
  }
}

/** Reads the item at the position that the contribution's order ends with, without a notice. */
function itemReader(payload: unknown, { order }: RowContribution): FieldReader {
  const index = order[3];
  return fieldReader(entriesAt(payload, 'data')[index], `data[${index}]`, []);
}

function toldByDay({ source }: DailyContribution, fields: FieldReader): ToldColumns {
  return {
    ...byRules(DAILY_RULES, fields, source),
    utc_offset_minutes: told(fields, 'the offset of the time', 'metadata.start_time'),
  };
}

function toldBySleep({ source }: SleepContribution, fields: FieldReader): ToldColumns {
  return {
    ...byRules(SLEEP_RULES, fields, source),
    start_time: told(fields, IN_UTC, 'metadata.start_time'),
    end_time: told(fields, IN_UTC, 'metadata.end_time'),
    utc_offset_minutes: told(fields, 'the offset of the time', 'metadata.end_time'),
    raw: wholeItem(fields),
  };
}

function toldByActivity(
  { source, startTime, columns }: ActivityContribution,
  fields: FieldReader,
): ToldColumns {
  const ruled = byRules(ACTIVITY_RULES, fields, source);
  const elapsed =
    startTime === null || typeof columns.end_time !== 'string'
      ? null
      : elapsedSeconds(startTime, columns.end_time);
  const duration =
    elapsed === null
      ? ruled.duration
      : told(fields, 'from start to end', 'metadata.start_time', 'metadata.end_time');
  const isNamed = storableText(fields.value('metadata.name')) !== null;
  return {
    ...ruled,
    ...(duration === undefined
      ? {}
      : { duration, active_zone_minutes: { ...duration, reading: 'the duration in whole minutes' } }),
    start_time: told(fields, IN_UTC, 'metadata.start_time'),
    end_time: told(fields, IN_UTC, 'metadata.end_time'),
    activity_name: isNamed
      ? told(fields, null, 'metadata.name')
      : told(fields, 'the title of the type', 'metadata.type'),
    utc_offset_minutes: told(fields, 'the offset of the time', 'metadata.start_time'),
    raw: wholeItem(fields),
  };
}

function toldByBody({ source, code }: BiomarkerContribution, fields: FieldReader): ToldColumns {
  const rules: Readonly<Record<string, BodyRule>> = BODY_RULES;
  const rule = Object.hasOwn(rules, code) ? rules[code] : undefined;
  if (rule === undefined) return {};
  const found = firstFound(rule.sources, fields, source.slice(0, -BODY_SUFFIX.length));
  if (found === null) return {};
  const [path = ''] = found.paths;
  const [samples] = rule.samples;
  const sample = path.slice(0, path.lastIndexOf('.'));
  return {
    value: { paths: found.paths, reading: found.source.rule },
    unit: { paths: found.paths, reading: 'the unit of this field' },
    ...(samples === undefined
      ? {}
      : {
          measured_at: { paths: [`${sample}.${samples.timeField}`], reading: IN_UTC },
          raw: { paths: rule.samples.map(({ array }) => fields.pathOf(array)), reading: 'all samples' },
        }),
  };
}

const IN_UTC = 'in UTC, where it names an offset or its item says that its times are';

function byRules(
  rules: Readonly<Record<string, ValueRule>>,
  fields: FieldReader,
  provider: string,
): Record<string, Told> {
  const columns: Record<string, Told> = {};
  for (const [column, found] of Object.entries(readByRules(rules, fields, provider))) {
    if (found === null) continue;
    columns[column] = { paths: found.paths, reading: found.source.rule };
    const method = METHOD_COLUMNS.get(column);
    if (method !== undefined) columns[method] = { paths: found.paths, reading: `which field gave ${column}` };
  }
  return columns;
}

/** Columns that say how the value of another one was measured. */
const METHOD_COLUMNS: ReadonlyMap<string, string> = new Map([
  ['heart_rate_variability', 'hrv_method'],
  ['elevation_gain', 'elevation_method'],
]);

function told(fields: FieldReader, reading: string | null, ...paths: readonly string[]): Told {
  const there = paths.filter((path) => (fields.value(path) ?? null) !== null);
  return { paths: there.map((path) => fields.pathOf(path)), reading };
}

/** The item itself; its path is what stands before the paths of its fields. */
function wholeItem(fields: FieldReader): Told {
  return { paths: [fields.pathOf('').slice(0, -1)], reading: 'the item as it was delivered' };
}
