import { call, type Question, question, sql, trend, unanswerable } from './question.ts';

const dayOf = (date: string, ...columns: string[]) => call('day', { date, columns });
const STEPS = 'result.values[column=steps].value';

/** Of the file, and of single days. */
export const ABOUT_DAYS: readonly Question[] = [
  question(
    'When was my data last brought up to date?',
    'fresh data',
    call('status'),
    { at: 'freshness.last_sync_at', stale: 'freshness.is_stale' },
    { at: '2026-03-10T11:30:00.000Z', stale: false },
  ),
  question(
    'Is what you know of me up to date?',
    'stale data',
    call('status'),
    { stale: 'freshness.is_stale', remedy: 'freshness.remedy' },
    { stale: true, remedy: /amy sync/ },
    'stale',
  ),
  unanswerable(
    'How many steps have I taken today?',
    'stale data',
    [call('status'), dayOf('2026-03-20', 'steps')],
    'after_the_last_sync',
    'stale',
  ),
  unanswerable(
    'How did my resting heart rate do in the last week?',
    'stale data',
    trend('resting_heart_rate', '2026-03-14', '2026-03-20'),
    'after_the_last_sync',
    'stale',
  ),
  question(
    'How many steps have I taken today?',
    'a day that is not over',
    dayOf('2026-03-10', 'steps'),
    { steps: STEPS, over: 'result.values[column=steps].is_day_over' },
    { steps: 3_100, over: false },
  ),
  question(
    'Which of my devices have stopped telling anything?',
    'a changed device',
    call('status'),
    {
      apple: 'freshness.newest_by_source.apple',
      whoop: 'freshness.newest_by_source.whoop',
      oura: 'freshness.newest_by_source.oura',
    },
    { apple: '2026-01-31', whoop: '2026-01-31', oura: '2026-03-10' },
  ),
  question(
    'On how many days do you know my steps?',
    'two devices',
    call('status', { metric: 'steps' }),
    { days: 'coverage[0].days_with_data', of: 'coverage[0].days_asked' },
    { days: sql('select count(distinct datetime) from daily_summary where steps is not null'), of: 100 },
  ),
  question(
    'How many steps on 3 February?',
    'two devices',
    dayOf('2026-02-03', 'steps'),
    { steps: STEPS, source: 'result.values[column=steps].source' },
    {
      steps: sql("select steps from daily_summary where source = 'garmin' and datetime = '2026-02-03'"),
      source: 'garmin',
    },
  ),
  question(
    'Why do you believe the watch on steps?',
    'two devices',
    call('explain', { date: '2026-02-03', column: 'steps' }),
    { why: 'result.why' },
    { why: /garmin comes before oura in your source order for steps/ },
  ),
  unanswerable(
    'How many steps on Christmas Day?',
    'missing days',
    dayOf('2025-12-25', 'steps'),
    'nothing_known',
  ),
  unanswerable(
    'How many steps on 15 October?',
    'a date outside of the data',
    dayOf('2025-10-15', 'steps'),
    'before_the_data',
  ),
  question(
    'How far did I go on 3 February?',
    'a unit trap: metres, not kilometres',
    dayOf('2026-02-03', 'distance'),
    { distance: 'result.values[column=distance].value', unit: 'result.values[column=distance].unit' },
    { distance: 7_500, unit: 'm' },
  ),
  question(
    'What was my skin temperature on 3 February?',
    'a unit trap: a deviation, no temperature',
    [dayOf('2026-02-03', 'skin_temperature'), call('schema', { table: 'summary' })],
    {
      value: '0:result.values[column=skin_temperature].value',
      unit: '0:units.skin_temperature',
      meaning: '1:result.columns.skin_temperature.meaning',
    },
    { value: 0.4, unit: 'Cel', meaning: /^Deviation .* It is no temperature/ },
  ),
  unanswerable(
    'How was my heart rate at 3 in the morning of 3 February?',
    'no samples',
    call('samples', { metric: 'heart_rate', from: '2026-02-03T02:00:00Z', to: '2026-02-03T03:00:00Z' }),
    'no_samples',
  ),
  unanswerable(
    'What was my blood oxygen on 3 February?',
    'nobody measures it',
    dayOf('2026-02-03', 'spo2'),
    'nothing_known',
  ),
];
