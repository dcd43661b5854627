import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import { DAILY_SUMMARY_COLUMNS } from '../../../cloud/src/contract/tables.ts';
import { PROPERTY } from '../../../cloud/test/support/properties.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily } from '../../test/support/pages.ts';
import { rowsOf } from '../../test/support/temporary.ts';
import { readChoices } from './chosen-source.ts';
import { DEFAULT_SOURCE_ORDER, writeMetricOrder, writeSourceOrder } from './source-order.ts';
import { metricOf, NIGHT_COLUMNS, NIGHT_METRIC } from './summary.ts';

const DAY = '2026-02-28';
const SUMMARY = 'select * from summary order by datetime';

type MetricOrders = Readonly<Record<string, readonly string[]>>;

function mirrorOf(rows: SyncRow[], order: readonly string[], metrics: MetricOrders): string {
  return filledMirror({ daily_summary: rows }, (database) => {
    writeSourceOrder(database, order);
    for (const [metric, sources] of Object.entries(metrics)) writeMetricOrder(database, metric, sources);
  });
}

function summaryOf(
  rows: SyncRow[],
  order: readonly string[] = DEFAULT_SOURCE_ORDER,
  metrics: MetricOrders = {},
) {
  return rowsOf(mirrorOf(rows, order, metrics), SUMMARY);
}

describe('summary', () => {
  it('has one row per date, with every daily column', () => {
    const [first, second, ...more] = summaryOf([
      daily('oura', DAY, { steps: 1 }),
      daily('whoop', DAY, { steps: 2, strain: 12 }),
      daily('whoop', '2026-03-01', { steps: 3 }),
    ]);
    expect(Object.keys(first ?? {})).toEqual(['datetime', ...Object.keys(DAILY_SUMMARY_COLUMNS)]);
    expect(first).toMatchObject({ datetime: DAY, steps: 1, strain: 12 });
    expect(second).toMatchObject({ datetime: '2026-03-01', steps: 3, strain: null });
    expect(more).toEqual([]);
  });

  it('takes the whole night from the best source that knows its length', () => {
    const [night] = summaryOf([
      daily('oura', DAY, { bed_time: 'oura bed', deep_sleep_minutes: 60, sleep_score: 80 }),
      daily('whoop', DAY, { sleep_minutes: 400, bed_time: 'whoop bed', sleep_score: 70, awake_minutes: 9 }),
      daily('garmin', DAY, { sleep_minutes: 410, rem_sleep_minutes: 70 }),
    ]);
    expect(night).toMatchObject({
      sleep_minutes: 400,
      bed_time: 'whoop bed',
      awake_minutes: 9,
      deep_sleep_minutes: null,
      rem_sleep_minutes: null,
      sleep_score: 80,
    });
  });

  it('takes the night from the best source that knows anything of it, where none knows its length', () => {
    const [night] = summaryOf([
      daily('oura', DAY, { steps: 5 }),
      daily('whoop', DAY, { deep_sleep_minutes: 60 }),
      daily('garmin', DAY, { bed_time: 'garmin bed' }),
    ]);
    expect(night).toMatchObject({ deep_sleep_minutes: 60, bed_time: null, steps: 5 });
  });

  it('names the method of the heart rate variability it shows', () => {
    const [day] = summaryOf([
      daily('oura', DAY, { hrv_method: 'rmssd' }),
      daily('apple', DAY, { heart_rate_variability: 44, hrv_method: 'sdnn' }),
    ]);
    expect(day).toMatchObject({ heart_rate_variability: 44, hrv_method: 'sdnn' });
  });

  it('takes the offset of the night, else the best known', () => {
    const whoop = { sleep_minutes: 400, utc_offset_minutes: 120 };
    expect(
      summaryOf([daily('oura', DAY, { utc_offset_minutes: 60 }), daily('whoop', DAY, whoop)]),
    ).toMatchObject([{ utc_offset_minutes: 120 }]);
    expect(
      summaryOf([
        daily('oura', DAY, { utc_offset_minutes: 60 }),
        daily('whoop', DAY, { ...whoop, utc_offset_minutes: null }),
      ]),
    ).toMatchObject([{ utc_offset_minutes: 60 }]);
  });

  it('follows the person’s order, and the name for sources it does not list', () => {
    const rows = ['withings', 'zepp', 'oura', 'coros'].map((source, index) =>
      daily(source, DAY, { steps: index }),
    );
    expect(summaryOf(rows)).toMatchObject([{ steps: 2 }]);
    expect(summaryOf(rows, ['zepp', 'oura'])).toMatchObject([{ steps: 1 }]);
    expect(summaryOf(rows, [])).toMatchObject([{ steps: 3 }]);
  });

  it('follows the person’s order of a metric in that metric alone, and never mixes a night', () => {
    const rows = [
      daily('oura', DAY, { steps: 1, sleep_minutes: 400, awake_minutes: 9, heart_rate_variability: 40 }),
      daily('garmin', DAY, { steps: 2, sleep_minutes: 410, rem_sleep_minutes: 70, hrv_method: 'sdnn' }),
      daily('zepp', DAY, { steps: 3, heart_rate_variability: 60, hrv_method: 'rmssd', strain: 4 }),
    ];
    const metrics = { steps: ['zepp'], heart_rate_variability: ['coros', 'zepp', 'oura'], strain: ['oura'] };
    const shown = summaryOf(rows, ['oura'], metrics);
    expect(shown).toMatchObject([
      { steps: 3, heart_rate_variability: 60, hrv_method: 'rmssd', strain: 4, sleep_minutes: 400 },
    ]);
    // What stands of a part of the night, by hand, changes nothing.
    const byHand = { night: ['garmin'], awake_minutes: ['oura'], hrv_method: ['garmin'] };
    expect(summaryOf(rows, ['oura'], byHand)).toMatchObject([
      { sleep_minutes: 410, rem_sleep_minutes: 70, awake_minutes: null, hrv_method: null, steps: 1 },
    ]);
  });

  it('looks at every device of a day, however many there are', () => {
    const sources = ['oura', 'whoop', 'garmin', 'fitbit', 'apple', 'zepp'];
    const rows = sources.map((source, place) => daily(source, DAY, { steps: place < 4 ? null : place }));
    expect(summaryOf(rows)).toMatchObject([{ steps: 4, strain: null }]);
    expect(summaryOf(rows, ['zepp'])).toMatchObject([{ steps: 5 }]);
  });

  it('equals a plain reading of its rules, whatever the rows', () => {
    const sources = ['oura', 'whoop', 'apple', 'coros', 'zepp'];
    const cell = fc.option(fc.integer({ min: 0, max: 9 }));
    const columns = Object.entries(DAILY_SUMMARY_COLUMNS);
    const values = fc.record(
      Object.fromEntries(
        columns.map(([name, type]) => [
          name,
          type === 'text' ? cell.map((n) => (n === null ? null : `${n}`)) : cell,
        ]),
      ),
    );
    const rows = fc.uniqueArray(
      fc.record({ source: fc.constantFrom(...sources), date: fc.constantFrom(DAY, '2026-03-01'), values }),
      { selector: ({ source, date }) => `${source} ${date}`, maxLength: 8 },
    );
    const order = fc.shuffledSubarray(sources);
    const ordered = ['night', 'steps', 'heart_rate_variability', 'utc_offset_minutes', 'sleep_minutes'];
    const metrics = fc.dictionary(fc.constantFrom(...ordered), order, { noNullPrototype: true });
    fc.assert(
      fc.property(rows, order, metrics, (generated, ranked, own) => {
        const given = generated.map((one) => daily(one.source, one.date, one.values));
        const path = mirrorOf(given, ranked, own);
        const shown = rowsOf(path, SUMMARY);
        expect(shown).toEqual(plainSummary(given, ranked, own));
        expect(choicesOf(path, given, shown)).toEqual(shown);
      }),
      { ...PROPERTY, numRuns: 40, endOnFailure: true },
    );
  });
});

/** What is chosen of each date, as the summary has it; each value is that of the source that is named. */
function choicesOf(path: string, rows: SyncRow[], shown: readonly SyncRow[]): SyncRow[] {
  const database = new DatabaseSync(path, { readOnly: true });
  const nothing = Object.fromEntries(Object.keys(DAILY_SUMMARY_COLUMNS).map((column) => [column, null]));
  const chosen = shown.map(({ datetime }) => {
    const choices = readChoices(database, String(datetime), null);
    for (const { source, column, value, others } of choices) {
      const saysOf = (name: string) =>
        rows.find((row) => row.source === name && row.datetime === datetime)?.[column];
      expect(saysOf(source)).toBe(value);
      expect(others.map((one) => saysOf(one.source))).toEqual(others.map((one) => one.value));
    }
    return {
      ...nothing,
      datetime: datetime ?? null,
      ...Object.fromEntries(choices.map(({ column, value }) => [column, value])),
    };
  });
  database.close();
  return chosen;
}

/** The rules of the summary, read one by one. */
function plainSummary(rows: SyncRow[], order: readonly string[], metrics: MetricOrders): SyncRow[] {
  const place = (among: readonly string[], source: unknown) =>
    (among.indexOf(String(source)) + 1 || 99).toString().padStart(2, '0');
  const dates = [...new Set(rows.map((row) => String(row.datetime)))].sort();
  return dates.map((datetime) => {
    const bestOf = (metric: string) => {
      const rank = ({ source }: SyncRow) =>
        place(metrics[metric] ?? [], source) + place(order, source) + source;
      return rows.filter((row) => row.datetime === datetime).sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
    };
    const nights = bestOf(NIGHT_METRIC);
    const night =
      nights.find((row) => row.sleep_minutes !== null) ??
      nights.find((row) => NIGHT_COLUMNS.some((column) => row[column] !== null));
    const summary: SyncRow = { datetime };
    for (const column of Object.keys(DAILY_SUMMARY_COLUMNS)) {
      const metric = metricOf(column);
      const fallback = bestOf(metric).find((row) => row[metric] !== null)?.[column] ?? null;
      if (NIGHT_COLUMNS.includes(column)) summary[column] = night?.[column] ?? null;
      else if (column === 'utc_offset_minutes') summary[column] = night?.[column] ?? fallback;
      else summary[column] = fallback;
    }
    return summary;
  });
}
