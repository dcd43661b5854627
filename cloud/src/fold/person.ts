import { durationsOf, timeAsleep } from '../normalize/sleep-durations.ts';
import type {
  ActivityContribution,
  BiomarkerContribution,
  Columns,
  Contribution,
  DailyContribution,
  LabReportContribution,
  SleepContribution,
} from '../normalize/types.ts';
import { unreachable } from '../unreachable.ts';
import { type BiomarkerRow, EMPTY_BIOMARKER_ROW, withMeasurement } from './biomarker-row.ts';
import type { BodyDay } from './body-day.ts';
import { mergeRevisions } from './cells.ts';
import { type DailyRow, EMPTY_DAILY_ROW } from './daily-row.ts';
import { foldItems, type ItemChange, type ItemState } from './items.ts';
import { rowKey } from './keys.ts';
import { foldLabResults, isLabResult, type LabSession } from './lab-results.ts';
import { foldNights } from './nights.ts';

/** The typed rows of one person that a set of events touches. Maps are changed in place by `foldPerson`. */
export type PersonState = {
  /** By `rowKey(source, date)`. */
  readonly daily: Map<string, DailyRow>;
  readonly sleep: ItemState;
  readonly activities: ItemState;
  /** By `rowKey(source, draw_date, code)`. */
  readonly biomarkers: Map<string, BiomarkerRow>;
  /** By `rowKey(source, draw_date)`: as stored. What a fold makes of them follows from `biomarkers`. */
  readonly bodyDays: Map<string, BodyDay>;
  /** By `labSessionKey`. */
  readonly labSessions: Map<string, LabSession>;
};

export function emptyPersonState(): PersonState {
  return {
    daily: new Map(),
    sleep: { rows: new Map(), homes: new Map() },
    activities: { rows: new Map(), homes: new Map() },
    biomarkers: new Map(),
    bodyDays: new Map(),
    labSessions: new Map(),
  };
}

/** A copy that can be folded into while the original stays; the rows themselves are immutable. */
export function copyPersonState(state: PersonState): PersonState {
  return {
    daily: new Map(state.daily),
    sleep: { rows: new Map(state.sleep.rows), homes: new Map(state.sleep.homes) },
    activities: { rows: new Map(state.activities.rows), homes: new Map(state.activities.homes) },
    biomarkers: new Map(state.biomarkers),
    bodyDays: new Map(state.bodyDays),
    labSessions: new Map(state.labSessions),
  };
}

/**
 * Joins contributions into a person's state. `state` must hold every row that the contributions, their items' homes and
 * their lab sessions name, the days of bodies' measurements, and of a sleep what nights.ts says. The result does not
 * depend on their order or on how they are cut into calls.
 */
export function foldPerson(state: PersonState, contributions: readonly Contribution[]): void {
  const sleep: SleepContribution[] = [];
  const activities: ActivityContribution[] = [];
  const biomarkers: BiomarkerContribution[] = [];
  const labReports: LabReportContribution[] = [];
  for (const contribution of contributions) {
    switch (contribution.kind) {
      case 'daily':
        foldDay(state, contribution);
        break;
      case 'sleep':
        sleep.push(contribution);
        break;
      case 'activity':
        activities.push(contribution);
        break;
      case 'biomarker':
        biomarkers.push(contribution);
        break;
      case 'lab_report':
        labReports.push(contribution);
        break;
      case 'connection':
      case 'backfill':
      case 'large_request':
        // Folded elsewhere, or nothing of a person's rows.
        break;
      default:
        unreachable(contribution);
    }
  }
  foldItems(state.activities, activities);
  for (const change of foldNights(state.sleep, sleep)) moveSession(state, change);
  for (const biomarker of biomarkers) if (!isLabResult(biomarker)) foldMeasurement(state, biomarker);
  foldLabResults(state, labReports, biomarkers.filter(isLabResult));
}

function foldDay(state: PersonState, { source, date, order, columns }: DailyContribution): void {
  // Nothing was said, so nothing is to be remembered of it: a row that is not there could not.
  if (Object.keys(columns).length === 0) return;
  const key = rowKey(source, date);
  const row = state.daily.get(key) ?? EMPTY_DAILY_ROW;
  state.daily.set(key, { ...row, daily: mergeRevisions([...row.daily, [order, columns]]) });
}

function foldMeasurement(
  state: PersonState,
  { source, drawDate, code, order, columns }: BiomarkerContribution,
): void {
  const key = rowKey(source, drawDate, code);
  const row = state.biomarkers.get(key) ?? EMPTY_BIOMARKER_ROW;
  state.biomarkers.set(key, withMeasurement(row, order, columns));
}

/** A day's row holds the shown sessions and naps: a changed one leaves its old wake date and enters the new one. */
function moveSession(state: PersonState, { source, item, before, after }: ItemChange): void {
  setSession(state, source, item, before?.wake_date, null);
  if (after !== null && tellsOfDay(after))
    setSession(state, source, item, after.wake_date, sessionFacts(after));
}

function setSession(
  state: PersonState,
  source: string,
  item: string,
  wakeDate: unknown,
  facts: Columns | null,
): void {
  if (typeof wakeDate !== 'string') return;
  const key = rowKey(source, wakeDate);
  const row = state.daily.get(key) ?? EMPTY_DAILY_ROW;
  const others = [...row.sessions].filter(([id]) => id !== item);
  state.daily.set(key, { ...row, sessions: new Map(facts === null ? others : [...others, [item, facts]]) });
}

/**
 * A nap of unknown length says nothing of its day. Where nothing else is known of the day it has no row, in which the
 * nap could be remembered, so no row remembers it.
 */
function tellsOfDay(session: Columns): boolean {
  return session.is_nap !== 1 || timeAsleep(durationsOf(session)) !== null;
}

/** What the day needs to know of a session. `is_nap` stands in naps only. */
function sessionFacts({ raw: _raw, wake_date: _wakeDate, is_nap, ...facts }: Columns): Columns {
  return is_nap === 1 ? { ...facts, is_nap } : facts;
}
