import type { DatabaseSync } from 'node:sqlite';
import { addDays, dateIn, datesOf } from '../dates.ts';
import { BASELINE_DAYS, DRAW_DAYS, DRAWS_SHOWN } from '../limits.ts';
import {
  type DateRange,
  type NightTimes,
  readDayValues,
  readNightTimes,
  readSpanOfDays,
} from '../mirror/days-read.ts';
import { type Lab, readBody, readLaboratories } from '../mirror/lab-results.ts';
import { readWorkouts, type Workout } from '../mirror/reading/sessions.ts';
import { readSourceChanges, type SourceChange } from '../mirror/reading/source-changes.ts';
import { type Percentile, type Person, readPercentiles, readPerson } from '../mirror/report-read.ts';
import { readSyncState } from '../mirror/sync-state.ts';
import { readTimeZone } from '../mirror/wall-clock.ts';
import type { DayValues } from './baseline.ts';
import { FIGURE_NAMES, FIGURES, type FigureName } from './figures.ts';

/** Everything a report is made of, read at once. */
export type ReportData = {
  readonly today: string;
  readonly range: DateRange;
  readonly dates: readonly string[];
  readonly timeZone: string;
  readonly lastSyncAt: string | null;
  /** Of all days of the file; null where there is none. */
  readonly span: DateRange | null;
  readonly person: Person;
  /** Of the range and the days before it that its first baseline needs. */
  readonly days: Readonly<Record<FigureName, DayValues>>;
  readonly stages: Readonly<Record<Stage, DayValues>>;
  readonly nightTimes: readonly NightTimes[];
  readonly workouts: readonly Workout[];
  readonly body: readonly Lab[];
  readonly labs: readonly Lab[];
  readonly draws: readonly Draw[];
  readonly sourceChanges: readonly SourceChange[];
  readonly percentiles: Readonly<Record<string, readonly Percentile[]>>;
};

/** A blood draw and the wearable's days around it. */
export type Draw = {
  readonly date: string;
  readonly dates: readonly string[];
  readonly days: Readonly<Record<DrawFigure, DayValues>>;
};

export const STAGES = [
  'deep_sleep_minutes',
  'rem_sleep_minutes',
  'light_sleep_minutes',
  'awake_minutes',
] as const;
export type Stage = (typeof STAGES)[number];

export const DRAW_FIGURES = [
  'resting_heart_rate',
  'heart_rate_variability',
  'sleep_minutes',
  'steps',
] as const satisfies readonly FigureName[];
export type DrawFigure = (typeof DRAW_FIGURES)[number];

/** What scales and cuffs measure. Heart, oxygen and the like of a body are told by the days. */
export const BODY_CODES = [
  'weight',
  'body_fat_percentage',
  'muscle_mass',
  'lean_mass',
  'bmi',
  'systolic_bp',
  'diastolic_bp',
  'glucose',
  'body_temperature',
] as const;

export type Asked = {
  readonly days: number;
  readonly now: Date;
  /** Of this machine, for a file that knows none: see `readTimeZone`. */
  readonly timeZone: string;
};

export function readReportData(database: DatabaseSync, asked: Asked): ReportData {
  const person = readPerson(database);
  const timeZone = readTimeZone(database, asked.timeZone);
  const today = dateIn(timeZone, asked.now);
  const range = { from: addDays(today, 1 - asked.days), to: today };
  const wide = { from: addDays(range.from, -BASELINE_DAYS), to: today };
  const { age, sex } = person;
  const labs = readLaboratories(database);
  return {
    today,
    range,
    dates: datesOf(range),
    timeZone,
    lastSyncAt: readSyncState(database).last_sync_at,
    span: readSpanOfDays(database),
    person,
    days: valuesOf(database, FIGURE_NAMES, wide),
    stages: valuesOf(database, STAGES, wide),
    nightTimes: readNightTimes(database, range),
    workouts: readWorkouts(database, range),
    body: readBody(database, BODY_CODES, range),
    labs,
    draws: drawsOf(database, labs),
    sourceChanges: readSourceChanges(database, FIGURE_NAMES, range),
    percentiles:
      age === null || sex === null
        ? {}
        : Object.fromEntries(
            FIGURE_NAMES.map((name) => [name, readPercentiles(database, name, { sex, age })]),
          ),
  };
}

function valuesOf<Column extends FigureName | Stage>(
  database: DatabaseSync,
  columns: readonly Column[],
  range: DateRange,
): Readonly<Record<Column, DayValues>> {
  const entries = columns.map((column) => [
    column,
    new Map(readDayValues(database, column, range).map((day) => [day.datetime, day])),
  ]);
  // It has the keys that were asked for.
  return Object.fromEntries(entries) as Record<Column, DayValues>;
}

function drawsOf(database: DatabaseSync, labs: readonly Lab[]): readonly Draw[] {
  const dates = [...new Set(labs.map(({ date }) => date))].toSorted().toReversed();
  return dates.slice(0, DRAWS_SHOWN).map((date) => {
    const range = { from: addDays(date, -DRAW_DAYS), to: addDays(date, DRAW_DAYS) };
    return { date, dates: datesOf(range), days: valuesOf(database, DRAW_FIGURES, range) };
  });
}

/** The values of a figure that lie in the range, in order. */
export function shownDays(data: ReportData, name: FigureName) {
  return data.dates.flatMap((date) => data.days[name].get(date) ?? []);
}

export function figureOf(name: FigureName) {
  return FIGURES[name];
}
