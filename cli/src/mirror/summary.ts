import { DAILY_SUMMARY_COLUMNS, SLEEP_UNIT_COLUMNS } from '../../../cloud/src/contract/tables.ts';

/** Columns that make sense only together: all of them from one source. */
export const NIGHT_COLUMNS: readonly string[] = SLEEP_UNIT_COLUMNS;

/** The metric that all of `NIGHT_COLUMNS` are: they have one order, so that none of them gives a night mixed parts. */
export const NIGHT_METRIC = 'night';

/** What a column's source is chosen by. */
export function metricOf(column: string): string {
  if (NIGHT_COLUMNS.includes(column)) return NIGHT_METRIC;
  // A number and how it was measured come from the same row.
  return column === 'hrv_method' ? 'heart_rate_variability' : column;
}

/** Whether a column says something of the body: a traveller's offset from UTC comes from a device too, and changes with the place alone. */
export function isOfTheBody(column: string): boolean {
  return column !== 'utc_offset_minutes';
}

/** Best first of all metrics: the person's order, then sources it does not name, by name. */
export const BEST_FIRST = 'coalesce(o.rank, 9223372036854775807), d.source';

/** Best first of one metric: the person's order of the metric, then as of all. For use with `rankedRows`. */
export const BEST_OF_METRIC_FIRST = 'coalesce(m.rank - 1000000000, o.rank, 9223372036854775807), d.source';

/**
 * Rows `d`, with their source's rank of all metrics `o`, and of one `m`. Each rank is read from one index alone: two more
 * to open for every column of every day made `summary` take twice as long.
 */
export function rankedRows(metric: string): string {
  return `daily_summary d
    left join source_order o indexed by source_order_ranks on o.source = d.source
    left join metric_source_order m on m.metric = '${metric}' and m.source = d.source`;
}

/** `shown` of the row of the best source that knows the metric. */
function fromBestSource(metric: string, shown: string): string {
  return `(
    select d.${shown}
    from ${rankedRows(metric)}
    where d.datetime = day.datetime and d.${metric} is not null
    order by ${BEST_OF_METRIC_FIRST}
    limit 1
  )`;
}

/** A date's rows in the order of all metrics, the first of them: joined once a date, instead of sorted once a column. */
const PLACES = ['first', 'second', 'third'] as const;

/**
 * The same, fast: a metric without an order of its own is that of the first row that knows it. Only where none of the
 * places does and there are more, or where the metric has its own order, all rows are looked at.
 */
function bestOf(column: string, shown = column): string {
  const metric = metricOf(column);
  const places = PLACES.map((place) => `${place}.${metric}`).join(', ');
  const known = PLACES.map((place) => `when ${place}.${metric} is not null then ${place}.${shown}`);
  return `case
    when exists (select 1 from metric_source_order where metric = '${metric}')
      or (length(day.ids) > ${PLACES.length * ROWID_DIGITS} and coalesce(${places}) is null)
    then ${fromBestSource(metric, shown)}
    ${known.join(' ')}
  end`;
}

/** Digits of a rowid as text, so that the rows of a date lie side by side in one. */
const ROWID_DIGITS = 20;

/** The rows of a date in the order of all metrics: one sort for all places. */
const ROWS_IN_ORDER = `(
      select group_concat(printf('%0${ROWID_DIGITS}d', id), '')
      from (
        select d.rowid as id
        from daily_summary d left join source_order o indexed by source_order_ranks on o.source = d.source
        where d.datetime = known.datetime
        order by ${BEST_FIRST}
      )
    )`;

/** No row has the number 0, which an empty text is cast to. */
function joinPlace(name: string, place: number): string {
  const rowid = `cast(substr(day.ids, ${place * ROWID_DIGITS + 1}, ${ROWID_DIGITS}) as integer)`;
  return `left join daily_summary ${name} on ${name}.rowid = ${rowid}`;
}

/** Of a row `d`: whether it knows anything of the night. */
export const KNOWS_NIGHT = `coalesce(${SLEEP_UNIT_COLUMNS.map((column) => `d.${column}`).join(', ')}) is not null`;

/** The best that knows the length of the night, failing that the best that knows anything of it. */
export const NIGHTS_FIRST = `d.sleep_minutes is null, ${BEST_OF_METRIC_FIRST}`;

/** The source of the night. */
const SLEEP_SOURCE = `(
      select d.source
      from ${rankedRows(NIGHT_METRIC)}
      where d.datetime = known.datetime
        and ${KNOWS_NIGHT}
      order by ${NIGHTS_FIRST}
      limit 1
    )`;

export function summaryColumn(column: string): string {
  if (NIGHT_COLUMNS.includes(column)) return `night.${column}`;
  // The night's times are read with the night's own offset.
  if (column === 'utc_offset_minutes') return `coalesce(night.${column}, ${bestOf(column)})`;
  return bestOf(column);
}

/** The source of `summaryColumn`; of a row that knows the metric, and of a column that goes with it perhaps nothing. */
export function summarySource(column: string): string {
  const night = `when night.${column} is not null then night.source`;
  if (NIGHT_COLUMNS.includes(column)) return `case ${night} end`;
  if (column === 'utc_offset_minutes') return `case ${night} else ${bestOf(column, 'source')} end`;
  return bestOf(column, 'source');
}

const columns = Object.keys(DAILY_SUMMARY_COLUMNS).map((column) => `  ${summaryColumn(column)} as ${column}`);

/** Each date, with the rows that `summaryColumn` chooses from. */
export const SUMMARY_FROM = `from (
  select
    known.datetime,
    ${ROWS_IN_ORDER} as ids,
    ${SLEEP_SOURCE} as sleep_source
  from daily_summary known
  group by known.datetime
) day
${PLACES.map(joinPlace).join('\n')}
left join daily_summary night on night.source = day.sleep_source and night.datetime = day.datetime`;

/**
 * One row per date over all sources. A view, so that it follows every change of the tables and of the
 * source order by itself. Nothing here is newer than SQLite 3.40.
 */
export const SUMMARY_VIEW = `create view summary as
select
  day.datetime,
${columns.join(',\n')}
${SUMMARY_FROM}`;
