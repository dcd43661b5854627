import { SYNCED_TABLES } from '../../src/contract/tables.ts';
import { normalize } from '../../src/normalize/normalize.ts';
import type { Contribution, StoredEvent } from '../../src/normalize/types.ts';

/**
 * The typed rows as SPEC words them, the plain way: all revisions at once, latest first, no stored state, no
 * cells. It shares the mapping (`normalize`) with the Worker and nothing of its fold, so that the two can
 * only agree by both being right.
 */
export type ReferenceTables = {
  readonly daily_summary: readonly Row[];
  readonly sleep_sessions: readonly Row[];
  readonly activities: readonly Row[];
  readonly biomarkers_raw: readonly Row[];
};

type Row = Record<string, string | number | null>;
type Of<Kind extends Contribution['kind']> = Extract<Contribution, { kind: Kind }>;
type Revision = {
  readonly order: readonly (number | string)[];
  readonly columns: Readonly<Record<string, unknown>>;
};

const DAILY_ONLY = [
  'steps',
  'active_zone_minutes',
  'fatburn_active_zone_minutes',
  'cardio_active_zone_minutes',
  'peak_active_zone_minutes',
  'stress_management_score',
  'strain',
  'calories_total',
  'calories_active',
  'calories_basal',
  'distance',
  'floors_climbed',
  'elevation_gain',
  'vo2_max',
  'heart_rate_min',
  'heart_rate_max',
  'heart_rate_avg',
  'stress_score',
  'stress_level',
  'body_battery_low',
  'body_battery_high',
  'activity_score',
];
const SLEEP_ONLY = ['respiratory_rate'];
const SLEEP_BEFORE_DAILY = [
  'resting_heart_rate',
  'spo2',
  'sleep_score',
  'recovery_score',
  'skin_temperature',
];
const STAGES = ['deep', 'rem', 'light', 'awake'] as const;
const SLEEP_STAGES = ['deep_seconds', 'rem_seconds', 'light_seconds'] as const;

/** All of one person's events, in any order, duplicates included. */
export function referenceFold(events: readonly { event: StoredEvent; payload: unknown }[]): ReferenceTables {
  const all = events.flatMap(({ event, payload }) => {
    const result = normalize(event, payload);
    return result.state === 'normalized' ? result.contributions : [];
  });
  const kind = <Kind extends Contribution['kind']>(name: Kind) =>
    all.filter((one): one is Of<Kind> => one.kind === name);
  const sessions = shownSleeps(items(kind('sleep')));
  return withEveryColumn({
    daily_summary: dailyRows(kind('daily'), sessions),
    sleep_sessions: itemRows(sessions, isNewerItem, ['end_time', 'utc_offset_minutes', 'raw']),
    activities: itemRows(items(kind('activity')), isLonger, [
      'end_time',
      'activity_name',
      'distance',
      'duration',
      'elevation_gain',
      'average_heart_rate',
      'calories',
      'steps',
      'active_zone_minutes',
      'strain',
      'heart_rate_max',
      'calories_active',
      'utc_offset_minutes',
      'raw',
      'elevation_method',
    ]),
    biomarkers_raw: biomarkerRows(kind('biomarker'), kind('lab_report')),
  });
}

/** A column that nothing above gives is null. */
function withEveryColumn(tables: ReferenceTables): ReferenceTables {
  const names = Object.keys(tables) as (keyof ReferenceTables)[];
  const filled = names.map((table) => {
    const columns = Object.keys(SYNCED_TABLES[table].columns).filter((column) => column !== 'canonical');
    return [table, tables[table].map((row) => pick(row, columns))];
  });
  return Object.fromEntries(filled) as ReferenceTables;
}

/** An item: its newest word on everything, and when it last spoke. */
type Item = { source: string; id: string; newest: Revision['order']; facts: Row };

function items(contributions: readonly (Of<'sleep'> | Of<'activity'>)[]): Item[] {
  const groups = Map.groupBy(contributions, (one) => JSON.stringify([one.source, one.item]));
  return [...groups.values()].flatMap((group) => {
    const isDeletion = (one: Of<'sleep'> | Of<'activity'>) => one.kind === 'activity' && one.deleted;
    const deletions = newestFirst(group.filter(isDeletion));
    const alive = group.filter(
      (one) => !isDeletion(one) && (deletions[0] === undefined || isNewer(one.order, deletions[0].order)),
    );
    const revisions = newestFirst(
      alive.map((one) => ({ order: one.order, columns: { ...one.columns, start_time: one.startTime } })),
    );
    const [first] = group;
    const [newest] = revisions;
    if (first === undefined || newest === undefined) return [];
    return [{ source: first.source, id: first.item, newest: newest.order, facts: firstKnown(revisions) }];
  });
}

const isNewerItem = (a: Item, b: Item) => isNewer(a.newest, b.newest);

/** Of activities with one start: how long is known of all but those that never said it. */
function isLonger(a: Item, b: Item): boolean {
  const [one, other] = [Number(a.facts.duration ?? -1), Number(b.facts.duration ?? -1)];
  return one === other ? isNewerItem(a, b) : one > other;
}

function itemRows(
  all: readonly Item[],
  isShown: (a: Item, b: Item) => boolean,
  columns: readonly string[],
): Row[] {
  const starts = Map.groupBy(all, (item) => JSON.stringify([item.source, item.facts.start_time]));
  return sorted(
    [...starts.values()].flatMap((here) => {
      const shown = here.toSorted((a, b) => (isShown(a, b) ? -1 : 1))[0];
      if (shown === undefined) return [];
      const start_time = shown.facts.start_time ?? null;
      return [{ source: shown.source, start_time, ...pick(shown.facts, columns) }];
    }),
  );
}

function dailyRows(daily: readonly Of<'daily'>[], sessions: readonly Item[]): Row[] {
  const days = new Map<string, { source: string; date: string }>();
  for (const { source, date } of daily) days.set(JSON.stringify([source, date]), { source, date });
  for (const { source, facts } of sessions) {
    const date = String(facts.wake_date);
    days.set(JSON.stringify([source, date]), { source, date });
  }
  return sorted(
    [...days.values()].flatMap(({ source, date }) => {
      const said = firstKnown(newestFirst(daily.filter((one) => one.source === source && one.date === date)));
      const here = sessions.filter(
        (session) => session.source === source && session.facts.wake_date === date,
      );
      const nights = here.filter(({ facts }) => facts.is_nap !== 1);
      const measured = nights.filter(({ facts }) => isMeasured(facts));
      const naps = here.filter(({ facts }) => facts.is_nap === 1).map(({ facts }) => facts);
      const slept = (measured.length > 0 ? measured : nights)
        .toSorted(
          (a, b) =>
            asleep(b.facts) - asleep(a.facts) ||
            compare(String(b.facts.start_time), String(a.facts.start_time)) ||
            compare(b.id, a.id),
        )
        .map(({ facts }) => facts);
      const columns = dailyColumns(said, slept, naps);
      return Object.values(columns).some((value) => value !== null)
        ? [{ source, datetime: date, ...columns }]
        : [];
    }),
  );
}

function dailyColumns(said: Row, slept: readonly Row[], naps: readonly Row[]): Row {
  const main = withoutEmptyWords(slept[0] ?? {});
  const knows = (column: string) => slept.find((night) => night[column] != null);
  const vital = (column: string) => knows(column)?.[column] ?? null;
  const seconds = (stage: string) => (main[`${stage}_seconds`] ?? null) as number | null;
  const parts = STAGES.map(seconds);
  const whole = parts.every((part) => part !== null)
    ? parts.reduce<number>((sum, part) => sum + (part ?? 0), 0)
    : null;
  const minutes = (total: unknown) => (typeof total === 'number' ? total / 60 : null);
  const napped = naps.map(timeAsleep).filter((one) => one !== null);
  const hrvNight = knows('heart_rate_variability');
  const row: Row = {
    nap_minutes: napped.length === 0 ? null : napped.reduce((sum, one) => sum + one, 0) / 60,
    time_in_bed_minutes: minutes(main.in_bed_seconds),
    sleep_efficiency: main.sleep_efficiency ?? null,
    sleep_latency_minutes: minutes(main.latency_seconds),
    awakenings: main.awakenings ?? null,
    sleep_minutes: minutes(timeAsleep(main)),
    bed_time: main.start_time ?? null,
    wake_up_time: main.end_time ?? null,
    heart_rate_variability: hrvNight?.heart_rate_variability ?? said.heart_rate_variability ?? null,
    hrv_method:
      hrvNight !== undefined
        ? (hrvNight.hrv_method ?? null)
        : said.heart_rate_variability == null
          ? null
          : (said.hrv_method ?? null),
    utc_offset_minutes: main.utc_offset_minutes ?? said.utc_offset_minutes ?? null,
  };
  for (const stage of STAGES) {
    const part = seconds(stage);
    const name = stage === 'awake' ? 'awake' : `${stage}_sleep`;
    row[`${name}_minutes`] = part === null ? null : part / 60;
    row[`${name}_percent`] = whole === null || whole === 0 || part === null ? null : (part / whole) * 100;
  }
  for (const column of DAILY_ONLY) row[column] = said[column] ?? null;
  for (const column of SLEEP_ONLY) row[column] = vital(column);
  for (const column of SLEEP_BEFORE_DAILY) row[column] = vital(column) ?? said[column] ?? null;
  return row;
}

const RESULT_COLUMNS = [
  'value',
  'unit',
  'ref_low',
  'ref_high',
  'status',
  'value_text',
  'operator',
  'specimen',
  'loinc',
  'measured_at',
  'raw',
];

/** A body measurement is the newest of its code and date; a lab's is the best that the sessions' newest events say. */
function biomarkerRows(
  contributions: readonly Of<'biomarker'>[],
  reports: readonly Of<'lab_report'>[],
): Row[] {
  const measured = contributions.filter(({ source }) => source !== 'terra_lab');
  const said = newestOfSessions(
    contributions.filter(({ source }) => source === 'terra_lab'),
    reports,
  );
  const groups = Map.groupBy([...measured, ...said], (one) =>
    JSON.stringify([one.source, one.drawDate, one.code]),
  );
  return sorted(
    [...groups.values()].flatMap((group) => {
      const known = (column: string) => group.filter(({ columns }) => columns[column] != null);
      const isLab = group[0]?.source === 'terra_lab';
      const best = [isLab ? known('value') : [], isLab ? known('value_text') : [], group].find(
        (some) => some.length > 0,
      );
      const [shown] = newestFirst(best ?? []);
      if (shown === undefined) return [];
      return [
        {
          source: shown.source,
          draw_date: shown.drawDate,
          code: shown.code,
          ...pick(shown.columns, RESULT_COLUMNS),
        },
      ];
    }),
  );
}

/** What the newest event of each session says; what its earlier events said is gone, wherever it stood. */
function newestOfSessions(
  results: readonly Of<'biomarker'>[],
  reports: readonly Of<'lab_report'>[],
): Of<'biomarker'>[] {
  const ofReport = (one: Of<'lab_report'>) =>
    one.labSessionId !== null
      ? `session:${one.labSessionId}`
      : one.uploadId !== null
        ? `upload:${one.uploadId}`
        : `event:${one.order[2]}`;
  const newest = new Map<string, Revision['order']>();
  for (const report of reports) {
    if (report.outcome.state !== 'parsed') continue;
    const event = report.order.slice(0, 3);
    const known = newest.get(ofReport(report));
    if (known === undefined || isNewer(event, known)) newest.set(ofReport(report), event);
  }
  return results.filter(
    ({ session, order }) => JSON.stringify(newest.get(session ?? '')) === JSON.stringify(order.slice(0, 3)),
  );
}

/** What counts for a night's length: its time asleep, where that is unknown the time from start to end. */
function asleep(facts: Row): number {
  const known = timeAsleep(facts);
  const span = spanOf(facts);
  return known ?? (span === null ? 0 : (span.end - span.start) / 1_000);
}

/** Seconds asleep as measured, or deep, REM and light together where all of them are known. */
function timeAsleep(facts: Row): number | null {
  const said = withoutEmptyWords(facts);
  if (typeof said.asleep_seconds === 'number') return said.asleep_seconds;
  const stages = [said.deep_seconds, said.rem_seconds, said.light_seconds];
  if (!stages.every((stage) => typeof stage === 'number')) return null;
  return stages.reduce<number>((sum, stage) => sum + Number(stage), 0);
}

/** Stages that are all 0 beside a time asleep say nothing, nor does a time asleep of 0 beside stages. */
function withoutEmptyWords(facts: Row): Row {
  const stages = SLEEP_STAGES.filter((stage) => facts[stage] != null);
  const said = { ...facts };
  if (facts.asleep_seconds === 0 && stages.length > 0) said.asleep_seconds = null;
  if (facts.asleep_seconds != null && stages.length > 0 && stages.every((stage) => facts[stage] === 0)) {
    for (const stage of SLEEP_STAGES) said[stage] = null;
    if (facts.awake_seconds === 0) said.awake_seconds = null;
  }
  return said;
}

function isMeasured(facts: Row): boolean {
  const said = withoutEmptyWords(facts);
  return ['asleep_seconds', ...SLEEP_STAGES].some((column) => Number(said[column] ?? 0) > 0);
}

/** Of sessions that are one sleep the one that is shown, and every session that stands alone. */
function shownSleeps(sessions: readonly Item[]): Item[] {
  const groups = sessions.map((session) => new Set([session]));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [i, group] of groups.entries()) {
      for (const [j, other] of groups.entries()) {
        if (j <= i || ![...group].some((a) => [...other].some((b) => isOneSleep(a, b)))) continue;
        for (const member of other) group.add(member);
        other.clear();
        changed = true;
      }
    }
  }
  const isBetter = (a: Item, b: Item) =>
    isMeasured(a.facts) === isMeasured(b.facts) ? isNewer(a.newest, b.newest) : isMeasured(a.facts);
  return groups.flatMap((group) => [...group].toSorted((a, b) => (isBetter(a, b) ? -1 : 1)).slice(0, 1));
}

/** Two records of one source and kind that share more than half of the shorter one. */
function isOneSleep(a: Item, b: Item): boolean {
  if (a.source !== b.source || (a.facts.is_nap === 1) !== (b.facts.is_nap === 1)) return false;
  const [one, other] = [spanOf(a.facts), spanOf(b.facts)];
  if (one === null || other === null || one.isInstant !== other.isInstant) return false;
  const shared = Math.min(one.end, other.end) - Math.max(one.start, other.start);
  return shared > Math.min(one.end - one.start, other.end - other.start) / 2;
}

function spanOf(facts: Row): { start: number; end: number; isInstant: boolean } | null {
  const [start, end] = [String(facts.start_time), String(facts.end_time)];
  if (start.endsWith('Z') !== end.endsWith('Z')) return null;
  const inUtc = (time: string) => Date.parse(time.endsWith('Z') ? time : `${time}Z`);
  return { start: inUtc(start), end: inUtc(end), isInstant: start.endsWith('Z') };
}

function newestFirst<One extends Revision>(revisions: readonly One[]): One[] {
  return revisions.toSorted((a, b) => (isNewer(a.order, b.order) ? -1 : isNewer(b.order, a.order) ? 1 : 0));
}

function isNewer(a: Revision['order'], b: Revision['order']): boolean {
  for (let i = 0; i < a.length; i += 1) {
    const [left, right] = [a[i], b[i]];
    if (left !== undefined && right !== undefined && left !== right) return left > right;
  }
  return false;
}

function firstKnown(revisions: readonly Revision[]): Row {
  const facts: Row = {};
  for (const { columns } of revisions) {
    for (const [column, value] of Object.entries(columns)) {
      if (value !== null && !(column in facts)) facts[column] = value as string | number;
    }
  }
  return facts;
}

function pick(facts: Row, columns: readonly string[]): Row {
  return Object.fromEntries(columns.map((column) => [column, facts[column] ?? null]));
}

function sorted(rows: Row[]): Row[] {
  return rows.toSorted((a, b) => compare(keyOf(a), keyOf(b)));
}

/** What rows are ordered by when two lists are compared. */
export function keyOf(row: Row): string {
  return JSON.stringify([row.source, row.datetime ?? row.start_time ?? row.draw_date, row.code ?? '']);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
