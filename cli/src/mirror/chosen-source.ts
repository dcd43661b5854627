import type { DatabaseSync } from 'node:sqlite';
import { DAILY_SUMMARY_COLUMNS } from '../../../cloud/src/contract/tables.ts';
import {
  BEST_OF_METRIC_FIRST,
  KNOWS_NIGHT,
  metricOf,
  NIGHT_COLUMNS,
  NIGHT_METRIC,
  NIGHTS_FIRST,
  rankedRows,
} from './summary.ts';

export type DailyColumn = keyof typeof DAILY_SUMMARY_COLUMNS;

export type Cell = string | number | null;

/** What a source says of a column of a date. */
type Said = {
  readonly source: string;
  readonly value: Cell;
  /** Its place in the person's source order; null where it is not in it. */
  readonly rank: number | null;
  /** Its place in the person's order of this metric; null where it is not in it, or where there is none. */
  readonly metricRank: number | null;
  readonly knowsLength: boolean;
};

/** Which source's value `summary` shows of a column, and what the other sources of the date say. */
export type Choice = {
  readonly column: DailyColumn;
  readonly value: Cell;
  readonly source: string;
  /** A sentence without its end. */
  readonly why: string;
  readonly others: readonly { readonly source: string; readonly value: Cell; readonly why: string }[];
};

export function isDailyColumn(name: string): name is DailyColumn {
  return Object.hasOwn(DAILY_SUMMARY_COLUMNS, name);
}

/** Every column that `summary` knows of the date, or the one that is named; none where no source knows anything. */
export function readChoices(
  database: DatabaseSync,
  date: string,
  column: DailyColumn | null,
): readonly Choice[] {
  const names = column === null ? Object.keys(DAILY_SUMMARY_COLUMNS).filter(isDailyColumn) : [column];
  return names.flatMap((name) => readChoice(database, date, name) ?? []);
}

function readChoice(database: DatabaseSync, date: string, column: DailyColumn): Choice | null {
  const isNight = NIGHT_COLUMNS.includes(column);
  const said = isNight ? saidOfNight(database, date, column) : saidOf(database, date, column);
  const [night] = column === 'utc_offset_minutes' ? saidOfNight(database, date, column) : [];
  const chosen = night !== undefined && night.value !== null ? night : said[0];
  // A night's column that its source does not know is null, whatever others say.
  if (chosen === undefined || chosen.value === null) return null;
  const rest = said.filter(({ source, value }) => source !== chosen.source && value !== null);
  const whyNot = (other: Said) =>
    chosen === night
      ? 'the offset is that of the source of the night'
      : whyLost(chosen, other, metricOf(column));
  return {
    column,
    value: chosen.value,
    source: chosen.source,
    why:
      rest[0] === undefined ? `only ${chosen.source} knows it` : whyChosen(chosen, rest[0], metricOf(column)),
    others: rest.map((other) => ({ source: other.source, value: other.value, why: whyNot(other) })),
  };
}

/** Best first, as `summary` takes them. */
function saidOf(database: DatabaseSync, date: string, column: DailyColumn): readonly Said[] {
  const metric = metricOf(column);
  return readSaid(database, { date, column, metric }, `d.${metric} is not null`, BEST_OF_METRIC_FIRST);
}

function saidOfNight(database: DatabaseSync, date: string, column: DailyColumn): readonly Said[] {
  return readSaid(database, { date, column, metric: NIGHT_METRIC }, KNOWS_NIGHT, NIGHTS_FIRST);
}

function readSaid(
  database: DatabaseSync,
  { date, column, metric }: { readonly date: string; readonly column: DailyColumn; readonly metric: string },
  condition: string,
  order: string,
): readonly Said[] {
  return database
    .prepare(
      `select d.source, d.${column} as value, o.rank, m.rank as metric_rank, d.sleep_minutes is not null as knows_length
       from ${rankedRows(metric)}
       where d.datetime = ? and ${condition}
       order by ${order}`,
    )
    .all(date)
    .map(({ source, value, rank, metric_rank, knows_length }) => ({
      source: String(source),
      value: typeof value === 'string' || typeof value === 'number' ? value : null,
      rank: typeof rank === 'number' ? rank : null,
      metricRank: typeof metric_rank === 'number' ? metric_rank : null,
      knowsLength: knows_length === 1,
    }));
}

function whyChosen(chosen: Said, next: Said, metric: string): string {
  const isNight = metric === NIGHT_METRIC;
  const together = isNight ? 'all of a night comes from one source, and ' : '';
  if (isNight && chosen.knowsLength && !next.knowsLength) {
    return `${together}${chosen.source} knows how long it was`;
  }
  const all = chosen.rank === null ? 'by name, since your source order has neither' : 'in your source order';
  const order = chosen.metricRank === null ? all : `in ${orderOf(metric)}`;
  return `${together}${chosen.source} comes before ${next.source} ${order}`;
}

function whyLost(chosen: Said, other: Said, metric: string): string {
  if (metric === NIGHT_METRIC && chosen.knowsLength && !other.knowsLength)
    return 'it does not know how long the night was';
  if (chosen.metricRank !== null) {
    return other.metricRank === null
      ? `it is not in ${orderOf(metric)}`
      : `it comes later in ${orderOf(metric)}`;
  }
  if (other.rank !== null) return 'it comes later in your source order';
  return chosen.rank === null ? 'its name comes later' : 'it is not in your source order';
}

function orderOf(metric: string): string {
  return metric === NIGHT_METRIC ? 'your source order for nights' : `your source order for ${metric}`;
}
