import type { DatabaseSync } from 'node:sqlite';
import { exportedDevices } from '../mirror/export-read.ts';
import type { Lab } from '../mirror/lab-results.ts';
import { type KnownDays, readKnownDays } from '../mirror/reading/known-days.ts';
import { FIGURE_NAMES, type FigureName } from '../report/figures.ts';
import { type ReportData, shownDays } from '../report/report-data.ts';

/** How much of one kind of number there is. */
export type KnownFigure = {
  readonly name: FigureName;
  /** Days with a value in the report. */
  readonly days: number;
  /** Methods of heart rate variability, such as rmssd; empty of all else. */
  readonly methods: readonly string[];
  /** Days of each source that knows it, whichever of them the report shows. */
  readonly sources: readonly DaysOf[];
};

export type DaysOf = { readonly source: string; readonly days: number };

export type KnownSource = Pick<KnownDays, 'source' | 'days' | 'first' | 'last'> & {
  /** Its models, where the file knows them. */
  readonly devices: readonly string[];
};

/** What was measured of the body on some days, in one unit. */
export type KnownBody = {
  readonly code: string;
  readonly unit: string;
  readonly days: number;
  readonly sources: readonly DaysOf[];
};

/** What the page beside the report tells of the days that were asked for. */
export type Known = {
  readonly data: ReportData;
  readonly sources: readonly KnownSource[];
  readonly figures: readonly KnownFigure[];
  readonly body: readonly KnownBody[];
  readonly workouts: readonly { readonly source: string; readonly count: number }[];
  /** Results of laboratories from the first day on, as the FHIR file and the tables have them. */
  readonly labs: readonly Lab[];
};

export function readKnown(database: DatabaseSync, data: ReportData): Known {
  const { range } = data;
  const known = readKnownDays(database, FIGURE_NAMES, range);
  const devices = Map.groupBy(exportedDevices(database, range.from), ({ source }) => source);
  return {
    data,
    sources: known.map(({ of: _, ...source }) => ({
      ...source,
      devices: distinct((devices.get(source.source) ?? []).flatMap(({ device }) => device ?? [])),
    })),
    figures: FIGURE_NAMES.map((name) => knownFigure(data, known, name)),
    body: bodyOf(data.body),
    workouts: [...Map.groupBy(data.workouts, ({ source }) => source)]
      .map(([source, workouts]) => ({ source, count: workouts.length }))
      .toSorted((a, b) => b.count - a.count),
    labs: data.labs
      .filter(({ date }) => date >= range.from)
      .toSorted((a, b) => (a.date < b.date ? 1 : a.date > b.date ? -1 : 0)),
  };
}

function knownFigure(data: ReportData, known: readonly KnownDays[], name: FigureName): KnownFigure {
  const days = shownDays(data, name);
  return {
    name,
    days: days.length,
    methods: distinct(days.flatMap(({ hrv_method }) => hrv_method ?? [])),
    sources: known
      .map(({ source, of }) => ({ source, days: of[name] ?? 0 }))
      .filter((one) => one.days > 0)
      .toSorted((a, b) => b.days - a.days),
  };
}

function bodyOf(measurements: readonly Lab[]): readonly KnownBody[] {
  const groups = Map.groupBy(measurements, ({ code, unit }) => JSON.stringify([code, unit]));
  return [...groups.values()].flatMap((some) => {
    const [any] = some;
    if (any === undefined) return [];
    const daysIn = (ones: readonly Lab[]) => new Set(ones.map(({ date }) => date)).size;
    return {
      code: any.code,
      unit: any.unit ?? '',
      days: daysIn(some),
      sources: [...Map.groupBy(some, ({ source }) => source)].map(([source, ones]) => ({
        source: source.replace(/_body$/, ''),
        days: daysIn(ones),
      })),
    };
  });
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].toSorted();
}
