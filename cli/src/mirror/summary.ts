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

/** `column` as the best source says that knows the metric. */
function fromBestSource(column: string): string {
  const metric = metricOf(column);
  return `(
    select d.${column}
    from ${rankedRows(metric)}
    where d.datetime = day.datetime and d.${metric} is not null
    order by ${BEST_OF_METRIC_FIRST}
    limit 1
  )`;
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

function summaryColumn(column: string): string {
  if (NIGHT_COLUMNS.includes(column)) return `night.${column}`;
  // The night's times are read with the night's own offset.
  if (column === 'utc_offset_minutes') return `coalesce(night.${column}, ${fromBestSource(column)})`;
  return fromBestSource(column);
}

const columns = Object.keys(DAILY_SUMMARY_COLUMNS).map((column) => `  ${summaryColumn(column)} as ${column}`);

/**
 * One row per date over all sources. A view, so that it follows every change of the tables and of the
 * source order by itself. Nothing here is newer than SQLite 3.40.
 */
export const SUMMARY_VIEW = `create view summary as
select
  day.datetime,
${columns.join(',\n')}
from (
  select
    known.datetime,
    ${SLEEP_SOURCE} as sleep_source
  from (select distinct datetime from daily_summary) known
) day
left join daily_summary night on night.source = day.sleep_source and night.datetime = day.datetime`;
