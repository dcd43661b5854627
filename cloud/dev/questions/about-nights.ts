import { call, type Question, question, sql, unanswerable } from './question.ts';

const sleep = (from: string, to: string, rows = false) =>
  call('sleep', rows ? { from, to, rows } : { from, to });

/** Of nights, naps and clocks. */
export const ABOUT_NIGHTS: readonly Question[] = [
  question(
    'How long did I sleep in the night to 5 February?',
    'the date of waking up',
    sleep('2026-02-05', '2026-02-05', true),
    { minutes: 'rows[0].sleep_minutes', unit: 'units.sleep_minutes' },
    {
      minutes: sql(
        "select sleep_minutes from daily_summary where source = 'oura' and datetime = '2026-02-05'",
      ),
      unit: 'min',
    },
  ),
  unanswerable(
    'How long did I sleep in the night to 14 February?',
    'missing days',
    sleep('2026-02-14', '2026-02-14', true),
    'nothing_known',
  ),
  question(
    'How long did I sleep on average in February?',
    'missing days',
    sleep('2026-02-01', '2026-02-28'),
    { mean: 'result.means.sleep_minutes.mean' },
    {
      mean: sql(
        "select avg(sleep_minutes) from daily_summary where source = 'oura' and datetime like '2026-02-%'",
      ),
    },
  ),
  unanswerable(
    'How long did I sleep on average in January?',
    'the watch tells no sleep',
    sleep('2026-01-01', '2026-01-31'),
    'nothing_known',
  ),
  unanswerable(
    'How long did I sleep on average from 1 to 5 March?',
    'too few nights',
    sleep('2026-03-01', '2026-03-05'),
    'too_few_values',
  ),
  question(
    'When did I go to bed in the night to 12 February?',
    'travel',
    sleep('2026-02-12', '2026-02-12', true),
    { bed: 'rows[0].local_bed_time', up: 'rows[0].local_wake_up_time' },
    { bed: /^2026-02-11T23:40/, up: /^2026-02-12T07:30/ },
  ),
  question(
    'When do I go to bed at the end of February?',
    'times around midnight',
    sleep('2026-02-18', '2026-02-28'),
    { bed: 'result.mean_bed_time.wall_clock', up: 'result.mean_wake_up_time.wall_clock' },
    { bed: '23:58', up: '07:30' },
  ),
  question(
    'In which time zones was I since February?',
    'travel',
    sleep('2026-02-01', '2026-03-10'),
    { offsets: 'time.utc_offsets[*].utc_offset_minutes', since: 'time.utc_offsets[*].from' },
    {
      offsets: [60, -300, 60, 345, 60],
      since: ['2026-02-01', '2026-02-10', '2026-02-18', '2026-03-05', '2026-03-07'],
    },
  ),
  question(
    'How long was my nap on 7 February?',
    'a nap',
    call('day', { date: '2026-02-07' }),
    { nap: 'result.values[column=nap_minutes].value', night: 'result.values[column=sleep_minutes].value' },
    {
      nap: 45,
      night: sql("select sleep_minutes from daily_summary where source = 'oura' and datetime = '2026-02-07'"),
    },
  ),
  question(
    'How much did I nap in February?',
    'a nap',
    sleep('2026-02-01', '2026-02-28'),
    { days: 'result.naps.days_with_a_nap', minutes: 'result.naps.minutes_in_all' },
    { days: 2, minutes: 75 },
  ),
  question(
    'How often did I sleep on 7 February?',
    'a nap',
    sleep('2026-02-07', '2026-02-07', true),
    { sleeps: 'rows[0].sleeps[*].local_start' },
    { sleeps: ['2026-02-07T00:20:00.000', '2026-02-07T14:00:00.000'] },
  ),
  question(
    'In which time zone was I on 20 January?',
    'an offset that nobody knows',
    call('day', { date: '2026-01-20' }),
    {
      offset: 'time.utc_offsets[0].utc_offset_minutes',
      told: 'result.values[column=utc_offset_minutes].value',
    },
    { offset: null, told: undefined },
  ),
];
