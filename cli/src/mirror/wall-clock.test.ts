import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily, row } from '../../test/support/pages.ts';
import { dateIn } from '../dates.ts';
import { askTool } from '../mcp/ask.ts';
import { makeReport } from '../report/make-report.ts';
import { readTimeZone } from './wall-clock.ts';

const profile = (timezone: string | null) => row('profiles', { data: JSON.stringify({ timezone }) });

/** In Kathmandu on the newest day that knows where it was. */
const DAYS = [
  daily('oura', '2026-02-26', { steps: 1, utc_offset_minutes: 60 }),
  daily('garmin', '2026-02-27', { steps: 1, utc_offset_minutes: 345 }),
  daily('oura', '2026-02-28', { steps: 1 }),
];

function zoneOf(rows: Parameters<typeof filledMirror>[0]): string {
  const database = new DatabaseSync(filledMirror(rows), { readOnly: true });
  try {
    return readTimeZone(database, 'America/New_York');
  } finally {
    database.close();
  }
}

describe('the time zone by which today is told', () => {
  it.each([
    ['that of the profile', [profile('Asia/Tokyo')], DAYS, 'Asia/Tokyo'],
    ['the newest known offset where the profile has none', [profile(null)], DAYS, '+05:45'],
    ['the same where nobody knows the one of the profile', [profile('Mars/Olympus')], DAYS, '+05:45'],
    ['one behind UTC', [], [daily('oura', '2026-02-27', { utc_offset_minutes: -210 })], '-03:30'],
    ['that of the machine where nothing is known', [], [daily('oura', '2026-02-27')], 'America/New_York'],
    [
      'that of the machine where the offset is none',
      [],
      [daily('oura', '2026-02-27', { utc_offset_minutes: 9_999 })],
      'America/New_York',
    ],
  ])('is %s', (_, profiles, daily_summary, zone) => {
    expect(zoneOf({ profiles, daily_summary })).toBe(zone);
  });

  it('is one and the same to a report and to an agent', async () => {
    // 18:30 in London is past midnight in Kathmandu, and not in Berlin.
    const now = new Date('2026-03-01T18:30:00Z');
    expect(dateIn('+05:45', now)).toBe('2026-03-02');
    for (const [profiles, today] of [
      [[], '2026-03-02'],
      [[profile('Europe/Berlin')], '2026-03-01'],
    ] as const) {
      const path = filledMirror({ profiles: [...profiles], daily_summary: DAYS });
      const scene = { path, view: 'raw', isDemo: false, now: () => now.getTime(), timeZone: 'UTC' } as const;
      expect(await askTool(scene, 'status', {})).toMatchObject({
        answer: { text: expect.stringContaining(`"today":"${today}"`) },
      });
      const report = await makeReport(path, '0.1.0', { days: 7, now, timeZone: 'UTC' });
      expect(report.today).toBe(today);
      if (profiles.length === 0) expect(report.html).toContain('in the time zone UTC+05:45.');
    }
  });
});
