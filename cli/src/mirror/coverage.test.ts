import type { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import type { AskedRange, SyncRow } from '../../../cloud/src/contract/sync.ts';
import { DAILY_SUMMARY_COLUMNS } from '../../../cloud/src/contract/tables.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily, row } from '../../test/support/pages.ts';
import { rowsOf } from '../../test/support/temporary.ts';
import { COVERAGE_STATES, writeAskedRanges } from './coverage.ts';

const LAST = '2026-02-28';
/** 1,460 days, the last among them. */
const FIRST = '2022-03-02';

function asked(
  source: string,
  state: AskedRange['state'],
  from: string,
  to: string | null,
  resource: AskedRange['resource'] = 'daily',
): AskedRange {
  return { source, resource, from, to, state, reason: null };
}

function mirrorOf(ranges: AskedRange[], rows: Parameters<typeof filledMirror>[0] = {}): string {
  return filledMirror(rows, (database: DatabaseSync) => {
    writeAskedRanges(database, ranges);
    database.exec(`update sync_state set last_sync_at = '${LAST}T09:00:00.000Z'`);
  });
}

/** The days of a metric, as stretches of one state. */
function stretches(path: string, metric: string, source = 'oura'): unknown[] {
  const days = rowsOf(
    path,
    'select datetime, state from coverage where metric = ? and source = ? order by datetime',
    metric,
    source,
  );
  const found: (string | null)[][] = [];
  for (const { datetime, state } of days) {
    const last = found.at(-1);
    if (last !== undefined && last[0] === state) last[2] = String(datetime);
    else found.push([String(state), String(datetime), String(datetime)]);
  }
  return found;
}

const steps = (date: string, values: SyncRow = { steps: 1 }) => daily('oura', date, values);

it('says of each day that has no value why', () => {
  const path = mirrorOf(
    [
      asked('oura', 'asked', '2026-02-01', null),
      asked('oura', 'waiting', '2025-12-01', '2025-12-31'),
      asked('oura', 'refused', '2025-11-15', '2025-12-15'),
    ],
    { daily_summary: [steps('2026-02-10'), steps('2026-02-20'), steps('2025-01-01')] },
  );
  expect(stretches(path, 'steps')).toEqual([
    ['not asked for yet', FIRST, '2024-12-31'],
    ['has a value', '2025-01-01', '2025-01-01'],
    ['not asked for yet', '2025-01-02', '2025-11-14'],
    ['asked, refused', '2025-11-15', '2025-11-30'],
    ['asked, waiting', '2025-12-01', '2025-12-31'],
    ['not asked for yet', '2026-01-01', '2026-01-31'],
    ['the device had nothing', '2026-02-01', '2026-02-09'],
    ['has a value', '2026-02-10', '2026-02-10'],
    ['the device had nothing', '2026-02-11', '2026-02-19'],
    ['has a value', '2026-02-20', '2026-02-20'],
    ['asked, waiting', '2026-02-21', LAST],
  ]);
  expect(stretches(path, 'distance').slice(-2)).toEqual([
    ['the device had nothing', '2026-02-01', '2026-02-20'],
    ['asked, waiting', '2026-02-21', LAST],
  ]);
});

it('waits for nothing of a device that is no longer connected', () => {
  const path = mirrorOf([asked('oura', 'asked', '2026-01-01', '2026-02-20')], {
    daily_summary: [steps('2026-02-10')],
  });
  expect(stretches(path, 'steps').slice(-3)).toEqual([
    ['has a value', '2026-02-10', '2026-02-10'],
    ['the device had nothing', '2026-02-11', '2026-02-20'],
    ['not asked for yet', '2026-02-21', LAST],
  ]);
});

it('asks of each metric what gives it', () => {
  const path = mirrorOf(
    [
      asked('oura', 'asked', '2026-02-01', '2026-02-20', 'sleep'),
      asked('oura', 'waiting', '2026-02-01', '2026-02-20', 'daily'),
      asked('oura', 'refused', '2026-02-01', '2026-02-20', 'activity'),
    ],
    {
      daily_summary: [steps('2026-02-25', { sleep_minutes: 400 })],
      activities: [
        row('activities', { source: 'oura', start_time: '2026-02-26T23:30:00.000Z', utc_offset_minutes: 60 }),
      ],
      biomarkers_raw: [
        row('biomarkers_raw', { source: 'oura_body', draw_date: '2026-02-24', code: 'weight', value: 70 }),
        row('biomarkers_raw', { source: 'terra_lab', draw_date: '2026-02-05', code: 'tsh', value: 2 }),
      ],
    },
  );
  const on = (date: string) =>
    Object.fromEntries(
      rowsOf(path, 'select metric, state from coverage where datetime = ?', date).map(({ metric, state }) => [
        metric,
        state,
      ]),
    );
  expect(on('2026-02-10')).toMatchObject({
    steps: 'asked, waiting',
    sleep_minutes: 'the device had nothing',
    nap_minutes: 'the device had nothing',
    resting_heart_rate: 'asked, waiting',
    activities: 'asked, refused',
    biomarkers_raw: 'not asked for yet',
  });
  expect(on('2026-02-25')).toMatchObject({ sleep_minutes: 'has a value', steps: 'not asked for yet' });
  expect(on('2026-02-27')).toMatchObject({ activities: 'has a value' });
  expect(on('2026-02-24')).toMatchObject({ biomarkers_raw: 'has a value' });
  expect(Object.keys(on(LAST)).sort()).toEqual(
    [...Object.keys(DAILY_SUMMARY_COLUMNS), 'activities', 'biomarkers_raw'].sort(),
  );
});

it('knows a source that has given nothing, and nothing of a file without a sync', () => {
  const path = mirrorOf([asked('whoop', 'asked', '2026-02-27', null)]);
  expect(stretches(path, 'steps', 'whoop')).toEqual([
    ['not asked for yet', FIRST, '2026-02-26'],
    ['the device had nothing', '2026-02-27', '2026-02-27'],
    ['asked, waiting', LAST, LAST],
  ]);
  expect(rowsOf(filledMirror({}), 'select * from coverage')).toEqual([]);
  const states = rowsOf(path, 'select distinct state from coverage').map(({ state }) => String(state));
  expect(COVERAGE_STATES).toEqual(expect.arrayContaining(states));
});
