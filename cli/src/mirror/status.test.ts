import { expect, it } from 'vitest';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily, row, T1, T2 } from '../../test/support/pages.ts';
import { openMirrorForReading } from './mirror.ts';
import { readMirrorStatus } from './status.ts';

function statusOf(path: string) {
  const database = openMirrorForReading(path);
  try {
    return readMirrorStatus(database, path);
  } finally {
    database.close();
  }
}

it('finds the newest date of each source over all tables', () => {
  const path = filledMirror({
    daily_summary: [daily('oura', '2026-02-27'), daily('whoop', '2026-02-28')],
    sleep_sessions: [row('sleep_sessions', { source: 'oura', start_time: T1, end_time: T2 })],
    activities: [row('activities', { source: 'strava', start_time: T1 })],
    biomarkers_raw: [row('biomarkers_raw', { source: 'terra_lab', draw_date: '2026-01-05', code: 'tsh' })],
  });
  expect(statusOf(path).sources).toEqual([
    { source: 'oura', newest: '2026-03-02' },
    { source: 'strava', newest: '2026-03-01' },
    { source: 'whoop', newest: '2026-02-28' },
    { source: 'terra_lab', newest: '2026-01-05' },
  ]);
});

it('still tells of a file of another layout, and that it is one', () => {
  const path = filledMirror({ daily_summary: [daily('oura', '2026-02-27', { steps: 1 })] }, (database) => {
    database.exec('drop table metric_source_order');
    database.exec(`update sync_state set schema_version = 'another'`);
    database.exec('drop table profiles');
  });
  expect(statusOf(path)).toMatchObject({ layout: 'older', rows: { daily_summary: 1 }, metrics: [] });
});
