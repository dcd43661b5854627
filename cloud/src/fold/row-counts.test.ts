import { describe, expect, it } from 'vitest';
import { isoText } from '../clock.ts';
import type { PersonChanges, RowChange } from './changes.ts';
import { countsAfter, decodeRowCounts, encodeRowCounts, NO_ROWS } from './row-counts.ts';

const NOW = isoText('2026-03-09T12:00:00.000Z');

function written(table: RowChange['table'], source: string, isNew: boolean): RowChange {
  return {
    table,
    key: [source, '2026-03-08'],
    columns: {},
    cells: null,
    isNew,
    isOnlyCells: false,
    replace: false,
  };
}

function changes(rows: readonly RowChange[], deletions: PersonChanges['deletions'] = []): PersonChanges {
  return { rows, deletions, biomarkerDays: [], homes: [], labSessions: [] };
}

describe('the counts after a fold', () => {
  it('count what is new by table and source, and not what was there', () => {
    const rows = [
      written('daily_summary', 'oura', true),
      written('daily_summary', 'oura', false),
      written('daily_summary', 'garmin', true),
      written('sleep_sessions', 'oura', true),
    ];
    expect(countsAfter(NO_ROWS, changes(rows))).toEqual({
      daily_summary: { oura: 1, garmin: 1 },
      sleep_sessions: { oura: 1 },
    });
    expect(countsAfter({ daily_summary: { oura: 30 } }, changes(rows))).toMatchObject({
      daily_summary: { oura: 31, garmin: 1 },
    });
  });

  it('name no source whose last row went', () => {
    const gone = [{ table: 'activities', key: ['oura', '2026-03-08T10:00:00.000Z'] }] as const;
    const before = { activities: { oura: 1, garmin: 2 } };
    expect(countsAfter(before, changes([], gone))).toEqual({ activities: { garmin: 2 } });
    expect(before).toEqual({ activities: { oura: 1, garmin: 2 } });
  });
});

describe('what is kept of them', () => {
  it('holds at the moment of the clock that they were counted at, and at no other', () => {
    const counts = { daily_summary: { oura: 31 } };
    const kept = encodeRowCounts(counts, NOW);
    expect(kept).toBe('{"clock":"2026-03-09T12:00:00.000Z","counts":{"daily_summary":{"oura":31}}}');
    expect(decodeRowCounts(kept, NOW)).toEqual(counts);
    expect(decodeRowCounts(kept, isoText('2026-03-09T12:00:00.001Z'))).toBeNull();
    expect(decodeRowCounts(null, NOW)).toBeNull();
  });
});
