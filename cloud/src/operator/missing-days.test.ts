import { expect, it } from 'vitest';
import type { HistoryResource } from '../contract/import.ts';
import { DAY_MS } from '../limits.ts';
import { missingDays } from './missing-days.ts';

const TODAY = '2026-03-01';

const before = (days: number) => new Date(Date.parse(TODAY) - days * DAY_MS).toISOString().slice(0, 10);

/** Days so many before today, from the first to the last. */
const range = (from: number, to: number, every = 1) =>
  Array.from({ length: Math.floor((from - to) / every) + 1 }, (_, n) => before(from - n * every));

const USED = [...range(60, 31), ...range(27, 0)];
const GAP = { from: before(30), to: before(28) };

it.each<[string, Partial<Record<HistoryResource, readonly string[]>>, unknown[]]>([
  ['of what is used every day, between days with rows', { daily: USED }, [{ ...GAP, resources: ['daily'] }]],
  [
    'but for a resource that has few',
    { daily: USED, sleep: USED, activity: [before(40), before(20)] },
    [{ ...GAP, resources: ['daily', 'sleep'] }],
  ],
  ['never where another resource has rows', { daily: USED, body: [...range(30, 28)] }, []],
  ['never of a scale', { body: range(60, 0, 7) }, []],
  ['never of the last days', { daily: [...range(60, 4), before(0)] }, []],
  ['never of a break', { daily: [...range(160, 100), ...range(30, 0)] }, []],
  ['never before the first day', { daily: range(10, 0) }, []],
  ['never of nothing', {}, []],
])('days are missing: %s', (_, days, expected) => {
  const byResource = new Map(Object.entries(days) as [HistoryResource, readonly string[]][]);
  expect(missingDays(byResource, TODAY)).toEqual(expected);
});
