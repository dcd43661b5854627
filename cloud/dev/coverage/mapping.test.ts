import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { eventsOf } from '../../../cli/src/mirror/coverage.ts';
import { DICTIONARY } from '../../../cli/src/mirror/dictionary/dictionary.ts';
import type { ColumnEntry } from '../../../cli/src/mirror/dictionary/entry.ts';
import { DAILY_SUMMARY_COLUMNS, WIDE_BIOMARKERS } from '../../src/contract/tables.ts';
import { SKIN_TEMPERATURE_CEL, SPO2_PERCENT, strainRange } from '../../src/normalize/ranges.ts';
import { canonicalUnit } from '../../src/normalize/units.ts';
import type { ValueRule } from '../../src/normalize/value-rule.ts';
import { COLUMNS_FILE, columnsText } from './columns.ts';
import { describeRange } from './describe-range.ts';
import { MAPPING_FILE, mappingText } from './mapping.ts';
import { MODELS } from './models.ts';

it('docs/mapping.md says what the code does: `npm run mapping` writes it', async () => {
  expect(await readFile(MAPPING_FILE, 'utf8')).toBe(mappingText());
});

it('docs/columns.md says what the file says of itself: `npm run columns` writes it', async () => {
  expect(await readFile(COLUMNS_FILE, 'utf8')).toBe(columnsText());
});

it('the file tells the units in which values are stored', () => {
  const { daily_summary, activities, biomarkers_wide } = DICTIONARY;
  const told = (columns: Readonly<Record<string, ColumnEntry>>, names: readonly string[]) =>
    names.map((name) => [name, columns[name]?.unit ?? '1']);
  const stored = (rules: Readonly<Record<string, ValueRule>>, names = Object.keys(rules)) =>
    names.map((name) => [name, rules[name]?.unit]);
  const days = { ...MODELS.sleep.rules, ...MODELS.daily.rules };
  const ofDays = Object.keys(days).filter((name) => Object.hasOwn(DAILY_SUMMARY_COLUMNS, name));
  expect(told(daily_summary.columns, ofDays)).toEqual(stored(days, ofDays));
  const ofActivities = Object.keys(MODELS.activity.rules);
  expect(told(activities.columns, ofActivities)).toEqual(stored(MODELS.activity.rules));
  for (const [column, code] of Object.entries(WIDE_BIOMARKERS)) {
    expect([column, ...told(biomarkers_wide.columns, [column])]).toEqual([
      column,
      [column, canonicalUnit(code)],
    ]);
  }
  expect(ofDays.length + ofActivities.length).toBeGreaterThan(35);
});

it('the file and its document name every metric of samples, each of one unit', async () => {
  const document = await readFile(new URL('../../../docs/local-file.md', import.meta.url), 'utf8');
  const units = new Map<string, string>();
  for (const [metric, { unit }] of Object.values(MODELS).flatMap(({ samples }) => Object.entries(samples))) {
    expect([metric, units.get(metric) ?? unit]).toEqual([metric, unit]);
    units.set(metric, unit);
  }
  const unnamed = (text: string) => [...units.keys()].filter((metric) => !text.split(/\W/).includes(metric));
  expect(unnamed(DICTIONARY.samples.columns.metric.meaning)).toEqual([]);
  expect(unnamed(document)).toEqual([]);
  expect(units.size).toBeGreaterThan(20);
});

it('the file knows which kinds of event give a column of a day', () => {
  const given = (column: string) => [
    Object.hasOwn(MODELS.sleep.rules, column) ? 'sleep' : null,
    Object.hasOwn(MODELS.daily.rules, column) ? 'daily' : null,
  ];
  for (const column of Object.keys(DAILY_SUMMARY_COLUMNS)) {
    const kinds = given(column).filter((kind) => kind !== null);
    // What a night's durations give has no rule of its own name.
    if (kinds.length > 0) expect([column, eventsOf(column)]).toEqual([column, kinds.join('_or_')]);
  }
});

it('ranges are told in words', () => {
  expect(describeRange({ low: 0, high: Number.MAX_VALUE })).toBe('0 or more');
  expect(describeRange({ low: Number.MIN_VALUE, high: Number.MAX_VALUE })).toBe('above 0');
  expect(describeRange({ low: -Number.MAX_VALUE, high: Number.MAX_VALUE })).toBe('any number');
  expect(describeRange(SPO2_PERCENT)).toBe('50 to 100; 1 and less is a fraction, x 100');
  expect(describeRange(SKIN_TEMPERATURE_CEL)).toBe('15 to 45; above 45 is Fahrenheit');
  expect(describeRange(strainRange)).toBe('whoop: 0 to 21; else 0 or more');
});
