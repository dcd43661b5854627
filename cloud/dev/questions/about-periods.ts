import { call, compare, type Question, question, sql, trend, unanswerable } from './question.ts';

const DECEMBER = ['2025-12-01', '2025-12-31'] as const;
const JANUARY = ['2026-01-01', '2026-01-31'] as const;
const FEBRUARY = ['2026-02-01', '2026-02-28'] as const;

/** The mean of a column of one source. */
const meanOf = (column: string, source: string, from: string, to: string) =>
  sql(
    `select avg(${column}) from daily_summary where source = '${source}' and datetime between '${from}' and '${to}'`,
  );

/** Of trends and comparisons. */
export const ABOUT_PERIODS: readonly Question[] = [
  question(
    'How many steps did I take a day in December?',
    'missing days',
    trend('steps', ...DECEMBER),
    { mean: 'result.mean', days: 'result.known_days', missing: 'coverage[0].missing_dates' },
    {
      mean: meanOf('steps', 'apple', ...DECEMBER),
      days: 28,
      missing: ['2025-12-24', '2025-12-25', '2025-12-26'],
    },
  ),
  question(
    'Why are they missing?',
    'missing days',
    trend('steps', ...DECEMBER),
    {
      state: 'coverage[0].why_missing[source=apple].state',
      days: 'coverage[0].why_missing[source=apple].days',
    },
    { state: 'the device had nothing', days: 3 },
  ),
  question(
    'How many steps did I take a day in February?',
    'two devices',
    trend('steps', ...FEBRUARY),
    { mean: 'result.mean', source: 'result.by_source[0].source' },
    { mean: meanOf('steps', 'garmin', ...FEBRUARY), source: 'garmin' },
  ),
  question(
    'How many steps did I take a day in March so far?',
    'a day that is not over',
    trend('steps', '2026-03-01', '2026-03-10'),
    { mean: 'result.mean', days: 'result.known_days', note: 'notes[0]' },
    { mean: meanOf('steps', 'garmin', '2026-03-01', '2026-03-09'), days: 9, note: /2026-03-10 was not over/ },
  ),
  unanswerable(
    'How many steps did I take a day from 1 to 6 March?',
    'too few days',
    trend('steps', '2026-03-01', '2026-03-06'),
    'too_few_values',
  ),
  question(
    'Did my resting heart rate change from December to January?',
    'one device',
    compare('resting_heart_rate', DECEMBER, JANUARY),
    { by: 'result.difference.of_means', unit: 'units.resting_heart_rate' },
    { by: -2, unit: '/min' },
  ),
  question(
    'Did my resting heart rate change from January to February?',
    'a changed device',
    compare('resting_heart_rate', JANUARY, FEBRUARY),
    { note: 'notes[0]', change: 'source_changes[0]' },
    {
      note: /part of the difference may be the devices/,
      change: {
        column: 'resting_heart_rate',
        date: '2026-02-01',
        from: 'apple',
        to: 'oura',
        why: 'another source is shown: it has 13 of the next 14 values',
      },
    },
  ),
  question(
    'Whose is my resting heart rate of 13 to 16 February?',
    'a changed device',
    trend('resting_heart_rate', '2026-02-10', '2026-02-20'),
    { from: 'result.by_source[source=garmin].first_day', until: 'result.by_source[source=garmin].last_day' },
    { from: '2026-02-14', until: '2026-02-15' },
  ),
  unanswerable(
    'Has my heart rate variability become better from January to February?',
    'mixed HRV methods',
    compare('heart_rate_variability', JANUARY, FEBRUARY),
    'hrv_methods_mixed',
  ),
  unanswerable(
    'What is my mean heart rate variability of this year?',
    'mixed HRV methods',
    trend('heart_rate_variability', '2026-01-01', '2026-03-10'),
    'hrv_methods_mixed',
  ),
  question(
    'Which days are measured in which way?',
    'mixed HRV methods',
    trend('heart_rate_variability', '2026-01-15', '2026-02-10'),
    {
      apple: 'result.by_source[source=apple].hrv_method',
      until: 'result.by_source[source=apple].last_day',
      oura: 'result.by_source[source=oura].hrv_method',
      from: 'result.by_source[source=oura].first_day',
    },
    { apple: 'sdnn', until: '2026-01-31', oura: 'rmssd', from: '2026-02-01' },
  ),
  question(
    'Has my heart rate variability changed within February?',
    'one HRV method',
    compare('heart_rate_variability', ['2026-02-01', '2026-02-13'], ['2026-02-16', '2026-02-27']),
    { by: 'result.difference.of_means' },
    {
      by: sql(
        "select avg(heart_rate_variability) filter (where datetime > '2026-02-14') - avg(heart_rate_variability) filter (where datetime < '2026-02-14') from daily_summary where source = 'oura' and datetime between '2026-02-01' and '2026-02-27'",
      ),
    },
  ),
  unanswerable(
    'Am I better recovered in February than in January?',
    'scores of two makers',
    compare('recovery_score', JANUARY, FEBRUARY),
    'device_scores_mixed',
  ),
  unanswerable(
    'How has my strain changed since 15 January?',
    'scores of two makers',
    trend('strain', '2026-01-15', '2026-02-15'),
    'device_scores_mixed',
  ),
  unanswerable(
    'Did I walk more in December than in October?',
    'a date outside of the data',
    compare('steps', ['2025-10-01', '2025-10-31'], DECEMBER),
    'before_the_data',
  ),
  unanswerable(
    'Did I walk more in April than in February?',
    'a date in the future',
    compare('steps', FEBRUARY, ['2026-04-01', '2026-04-30']),
    'after_the_last_sync',
  ),
  question(
    'How many steps in February, from a summary alone?',
    'a view without single days',
    trend('steps', ...FEBRUARY),
    { mean: 'result.mean', best: 'result.highest_day' },
    { mean: meanOf('steps', 'garmin', ...FEBRUARY), best: undefined },
    'summary',
  ),
  question(
    'How many steps on 3 February, from a summary alone?',
    'a view without single days',
    call('day', { date: '2026-02-03' }),
    { code: 'error.code', way: 'error.message' },
    { code: 'not_in_this_view', way: /--view structured/ },
    'summary',
  ),
];
