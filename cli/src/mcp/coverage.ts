import { dateOf, dayNumber, daysIn } from '../dates.ts';
import { MCP_NAMED_MAX } from '../limits.ts';
import type { DateRange } from '../mirror/days-read.ts';
import { type MissingDays, readMissingDays } from '../mirror/reading/missing-days.ts';
import type { Coverage, Insufficient, Known } from './found.ts';

/** `metric` is one of the view `coverage`; `dates` are those with data, each once or more often. */
export function coverageOf(
  { database }: Known,
  metric: string,
  range: DateRange,
  dates: Iterable<string>,
): Coverage {
  const counted = countDays(metric, range, dates);
  const isWhole = counted.days_with_data === counted.days_asked;
  return { ...counted, why_missing: isWhole ? [] : readMissingDays(database, metric, range) };
}

/** The same of what the view knows nothing of. */
export function countDays(of: string, range: DateRange, dates: Iterable<string>): Coverage {
  const known = new Set(dates);
  const first = dayNumber(range.from);
  const all = Array.from({ length: daysIn(range) }, (_, at) => dateOf(first + at));
  const missing = all.filter((date) => !known.has(date));
  return {
    of,
    ...range,
    days_asked: all.length,
    days_with_data: known.size,
    missing_dates: missing.slice(0, MCP_NAMED_MAX),
    missing_dates_left_out: Math.max(0, missing.length - MCP_NAMED_MAX),
    why_missing: [],
  };
}

/** Why a range cannot be answered at all, where it lies outside of what the file knows. */
export function outsideTheData({ extent, lastSyncDate }: Known, range: DateRange): Insufficient | null {
  const { oldestDay, newestDay } = extent;
  if (oldestDay === null || newestDay === null) {
    return {
      reason: 'nothing_known',
      message: 'The file knows nothing of any day.',
      remedy: 'Run `amy sync`; where that brings nothing, `amy connect` and `amy import`.',
    };
  }
  const has = `The file has days from ${oldestDay} to ${newestDay}`;
  if (range.to < oldestDay) {
    return {
      reason: 'before_the_data',
      message: `${has}; all that was asked for is earlier.`,
      remedy: 'Run `amy import --days N` to ask for earlier days, then `amy sync`.',
    };
  }
  if (range.from <= newestDay) return null;
  if (lastSyncDate === null || range.from > lastSyncDate) {
    return {
      reason: 'after_the_last_sync',
      message: `${has} and was last synced on ${lastSyncDate ?? 'no day'}; all that was asked for is later.`,
      remedy: 'Run `amy sync`, if these days are not in the future.',
    };
  }
  return {
    reason: 'after_the_data',
    message: `${has}; all that was asked for is later, though the last sync was on ${lastSyncDate}: the devices have sent nothing of it yet.`,
    remedy:
      'Let the devices upload, then run `amy sync`; `amy status` tells of devices that have fallen silent.',
  };
}

/** What a number needs to say anything. */
export function tooFew(what: string, known: number, needed: number): Insufficient {
  return {
    reason: 'too_few_values',
    message: `${what}: ${known} known, and ${needed} are needed before a mean or a change says anything.`,
    remedy: 'Ask for a longer range, or see in `coverage` why days are missing.',
  };
}

const REMEDIES: Readonly<Record<string, string>> = {
  'not asked for yet': 'Run `amy import --days N` to ask for these days, then `amy sync`.',
  'asked, waiting': 'The devices or Terra have still to answer: run `amy sync` later.',
  'asked, refused': 'Terra or the device’s maker refused: `amy status` and `amy connections` tell why.',
  'the device had nothing': '',
};

/** Nothing is known though the range lies within the data: why, and what brings it, as the view `coverage` knows it. */
export function nothingKnown(what: string, why: readonly MissingDays[]): Insufficient {
  const states = [...new Set(why.map(({ state }) => state))];
  const told = why.map(({ source, state }) => `${source}: ${state}`).join('; ');
  const remedies = states.flatMap((state) => REMEDIES[state] || []);
  return {
    reason: 'nothing_known',
    message: `${what} is not known${told === '' ? '' : ` (${told})`}.`,
    remedy: remedies.length === 0 ? null : remedies.join(' '),
  };
}
