import { DAILY_SUMMARY_COLUMNS, SLEEP_UNIT_COLUMNS } from '../contract/tables.ts';
import { DAILY_RULES } from '../normalize/daily-rules.ts';
import { durationsOf } from '../normalize/sleep-durations.ts';
import { SLEEP_RULES } from '../normalize/sleep-rules.ts';
import type { Columns } from '../normalize/types.ts';
import { type Slice, winningColumns } from './cells.ts';
import type { DailyRow } from './daily-row.ts';
import { hiddenRecord, whyHidden } from './explain-nights.ts';
import {
  type ExplainedColumn,
  explainColumn,
  legacySpeaker,
  lostRevisions,
  plainView,
  type Revisions,
  type Speaker,
  said,
  type View,
} from './explanation.ts';
import type { ItemRow } from './item-row.ts';
import { longestFirst, napMinutes, sleepUnit, VITAL_COLUMNS } from './main-session.ts';
import { nightsInRow } from './nights.ts';

const UNIT_COLUMNS: ReadonlySet<string> = new Set(SLEEP_UNIT_COLUMNS);
const VITALS: ReadonlySet<string> = new Set(VITAL_COLUMNS);

/** All who may know a column of a date. */
type Speakers = {
  /** The date's sleeps, the main one first. */
  readonly sleeps: readonly Speaker[];
  readonly naps: readonly Speaker[];
  /** Stays in bed beside a measured sleep, and other records of the same nights. */
  readonly hidden: readonly Speaker[];
  readonly hiddenNaps: readonly Speaker[];
  readonly daily: Speaker;
  readonly legacy: readonly Speaker[];
};

/** Every column of a row of `daily_summary`. `nights` are the rows of `sleep_sessions` where its sessions live. */
export function explainDaily(
  source: string,
  row: DailyRow,
  nights: readonly ItemRow[],
  revisions: Revisions,
): readonly ExplainedColumn[] {
  const speakers = speakersOf(source, row, nights);
  return Object.keys(DAILY_SUMMARY_COLUMNS).map((column) => {
    if (column === 'nap_minutes') return explainNaps(row, speakers, revisions);
    return explainColumn(column, viewOf(column), rankedFor(column, speakers), revisions);
  });
}

/** Who may give a column, in the order in which they are asked, and who is never asked. */
function rankedFor(
  column: string,
  { sleeps, naps, hidden, daily, legacy }: Speakers,
): { readonly shown: readonly Speaker[]; readonly hidden: readonly Speaker[] } {
  const [main, ...shorter] = sleeps;
  if (UNIT_COLUMNS.has(column)) {
    const beside = shorter.map((one) => ({ ...one, lost: 'of a shorter sleep of the same date' }));
    return main === undefined
      ? { shown: legacy, hidden }
      : {
          shown: [{ ...main, rule: "of the night's main sleep, as a unit" }],
          hidden: [...beside, ...legacy, ...hidden],
        };
  }
  if (column === 'hrv_method') {
    const known = [...sleeps, daily, ...legacy];
    const owner = known.findIndex(({ columns }) => (columns.heart_rate_variability ?? null) !== null);
    return { shown: known.slice(owner, owner + 1), hidden: [...known.slice(owner + 1), ...hidden, ...naps] };
  }
  if (VITALS.has(column)) {
    return { shown: [...sleeps, daily, ...legacy], hidden: [...hidden, ...naps] };
  }
  if (column === 'utc_offset_minutes') {
    const ofMain = main === undefined ? [] : [{ ...main, rule: "of the night's main sleep" }];
    return { shown: [...ofMain, daily, ...legacy], hidden: [...sleeps.slice(1), ...hidden] };
  }
  return { shown: [daily, ...legacy], hidden: [] };
}

/** The naps of a date count together, so their value has as many origins. */
function explainNaps(
  { sessions }: DailyRow,
  { naps, hiddenNaps, legacy }: Speakers,
  revisions: Revisions,
): ExplainedColumn {
  const column = 'nap_minutes';
  const value = napMinutes(sessions);
  const fromLegacy = legacy.flatMap((one) => said(one, plainView(column, 'min'), one.rule) ?? []);
  const together = naps.flatMap((nap) => said(nap, NAP, '') ?? []);
  const stored =
    value === null
      ? (fromLegacy[0] ?? null)
      : {
          value,
          unit: 'min',
          why: 'the naps of the date together',
          reading: 'seconds / 60',
          origins: together.flatMap(({ origins }) => origins),
        };
  return {
    column,
    stored,
    others: [
      ...(value === null ? [] : legacy.flatMap((one) => said(one, plainView(column, 'min'), one.lost) ?? [])),
      ...hiddenNaps.flatMap((one) => said(one, NAP, one.lost) ?? []),
      ...[...naps, ...hiddenNaps].flatMap((one) => lostRevisions(one, NAP, revisions)),
    ],
  };
}

function speakersOf(source: string, row: DailyRow, nights: readonly ItemRow[]): Speakers {
  const records = new Map(nights.flatMap(({ items }) => [...items]));
  const itemOf = new Map([...row.sessions].map(([item, columns]) => [columns, item]));
  const session = (columns: Columns, rule: string, lost: string): Speaker => ({
    columns,
    slices: records.get(itemOf.get(columns) ?? '') ?? [],
    rule,
    lost,
  });
  const longest = longestFirst(row.sessions);
  const others = [...row.sessions.values()].filter((columns) => !longest.includes(columns));
  const isNap = ({ columns }: Speaker) => columns.is_nap === 1;
  const beside = hiddenRecords(source, row, nights);
  const rest = others.map((columns) =>
    columns.is_nap === 1
      ? session(columns, '', 'of a nap: only sleeps give it')
      : session(columns, '', 'of a stay in bed: a sleep of the date was measured'),
  );
  return {
    sleeps: longest.map((columns) =>
      session(
        columns,
        "of the longest sleep of the date that knows it, which comes before the day's own events",
        'a longer sleep of the date knows it',
      ),
    ),
    naps: rest.filter(isNap),
    hidden: [...rest, ...beside].filter((one) => !isNap(one)),
    hiddenNaps: beside.filter(isNap),
    daily: {
      columns: winningColumns(row.daily),
      slices: row.daily,
      rule: "the day's latest event that knows it",
      lost: 'a sleep of the date knows it, which comes before the day',
    },
    legacy: row.legacy === null ? [] : [legacySpeaker(row.legacy)],
  };
}

/** Records of the date's nights that their nights do not show. */
function hiddenRecords(source: string, row: DailyRow, nights: readonly ItemRow[]): readonly Speaker[] {
  return nights.flatMap((one) =>
    nightsInRow(source, one).flatMap(([shown = '', ...hidden]) => {
      const best: readonly Slice[] = one.items.get(shown) ?? [];
      if (!row.sessions.has(shown)) return [];
      return hidden.map((item) => {
        const slices = one.items.get(item) ?? [];
        return hiddenRecord(slices, whyHidden(best, slices));
      });
    }),
  );
}

const SECONDS_OF: Readonly<Record<string, readonly string[]>> = {
  bed_time: ['start_time'],
  wake_up_time: ['end_time'],
  deep_sleep_minutes: ['deep_seconds'],
  rem_sleep_minutes: ['rem_seconds'],
  light_sleep_minutes: ['light_seconds'],
  awake_minutes: ['awake_seconds'],
  time_in_bed_minutes: ['in_bed_seconds'],
  sleep_efficiency: ['sleep_efficiency'],
  sleep_latency_minutes: ['latency_seconds'],
  awakenings: ['awakenings'],
};
const STAGES = ['deep_seconds', 'rem_seconds', 'light_seconds'] as const;

function viewOf(column: string): View {
  const unit = UNITS[column] ?? null;
  if (UNIT_COLUMNS.has(column)) return unitView(column, unit);
  if (column !== 'hrv_method') return plainView(column, unit);
  // The method belongs to the value that is shown: who does not know the one does not give the other.
  return {
    ...plainView(column, unit),
    value: ({ heart_rate_variability, hrv_method }) =>
      (heart_rate_variability ?? null) === null ? null : (hrv_method ?? null),
  };
}

/** A column of the sleep's unit, as a session's columns give it; a row from before cells has it under its own name. */
function unitView(column: string, unit: string | null): View {
  const isSession = ({ start_time }: Columns) => (start_time ?? null) !== null;
  return {
    value: (columns) =>
      isSession(columns)
        ? (new Map(Object.entries(sleepUnit(columns))).get(column) ?? null)
        : (columns[column] ?? null),
    names: (columns) => (isSession(columns) ? unitNames(column, columns) : [column]),
    reading: unitReading(column),
    unit: () => unit,
  };
}

function unitNames(column: string, columns: Columns): readonly string[] {
  if (column.endsWith('_percent')) return [...STAGES, 'awake_seconds'];
  if (column !== 'sleep_minutes') return SECONDS_OF[column] ?? [];
  return durationsOf(columns).asleep_seconds === null ? STAGES : ['asleep_seconds'];
}

function unitReading(column: string): string | null {
  if (column.endsWith('_percent')) return 'computed from deep, REM, light and awake, of which it is a share';
  if (column === 'sleep_minutes')
    return 'seconds / 60, or deep, REM and light together where no total is known';
  return column.endsWith('_minutes') ? 'seconds / 60' : null;
}

const NAP: View = {
  value: (columns) => napMinutes(new Map([['nap', { ...columns, is_nap: 1 }]])),
  names: (columns) => unitNames('sleep_minutes', columns),
  reading: 'seconds / 60',
  unit: () => 'min',
};

const UNITS: Readonly<Record<string, string>> = {
  ...unitsOf(SLEEP_RULES),
  ...unitsOf(DAILY_RULES),
  ...Object.fromEntries(
    Object.keys(DAILY_SUMMARY_COLUMNS)
      .filter((column) => column.endsWith('_minutes') || column.endsWith('_percent'))
      .map((column) => [column, column.endsWith('_minutes') ? 'min' : '%']),
  ),
};

function unitsOf(rules: Readonly<Record<string, { readonly unit: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(rules).map(([column, { unit }]) => [column, unit]));
}
