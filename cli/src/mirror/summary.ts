import { DAILY_SUMMARY_COLUMNS, SLEEP_UNIT_COLUMNS } from '../../../cloud/src/contract/tables.ts';

/** Best first: the person's order, then sources it does not name, by name. */
export const BEST_FIRST = 'coalesce(o.rank, 9223372036854775807), d.source';

/** `column` as the best source says that knows `known`. */
function fromBestSource(column: string, known = column): string {
  return `(
    select d.${column}
    from daily_summary d left join source_order o on o.source = d.source
    where d.datetime = day.datetime and d.${known} is not null
    order by ${BEST_FIRST}
    limit 1
  )`;
}

/** Of a row `d`: whether it knows anything of the night. */
export const KNOWS_NIGHT = `coalesce(${SLEEP_UNIT_COLUMNS.map((column) => `d.${column}`).join(', ')}) is not null`;

/** The best that knows the length of the night, failing that the best that knows anything of it. */
export const NIGHTS_FIRST = `d.sleep_minutes is null, ${BEST_FIRST}`;

/** The source of the night. */
const SLEEP_SOURCE = `(
      select d.source
      from daily_summary d left join source_order o on o.source = d.source
      where d.datetime = known.datetime
        and ${KNOWS_NIGHT}
      order by ${NIGHTS_FIRST}
      limit 1
    )`;

/** Columns that make sense only together: all of them from one source. */
export const NIGHT_COLUMNS: readonly string[] = SLEEP_UNIT_COLUMNS;

function summaryColumn(column: string): string {
  if (NIGHT_COLUMNS.includes(column)) return `night.${column}`;
  // A number and how it was measured come from the same row.
  if (column === 'hrv_method') return fromBestSource(column, 'heart_rate_variability');
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
