import type { DatabaseSync } from 'node:sqlite';
import { DAILY_SUMMARY_COLUMNS } from '../../../cloud/src/contract/tables.ts';
import { isOfTheBody, metricOf, NIGHT_METRIC, SUMMARY_FROM, summarySource } from './summary.ts';

/** The dates that are looked at: so many up to the newest. */
export const RECENT_DAYS = 30;

/** Of one metric, on how many of the recent dates `summary` shows which source; the most dates first. */
export type MetricSources = {
  readonly metric: string;
  readonly sources: readonly { readonly source: string; readonly dates: number }[];
};

/** What one has an order of sources for. */
const METRICS = [...new Set(Object.keys(DAILY_SUMMARY_COLUMNS).filter(isOfTheBody).map(metricOf))];

const sourceOf = (metric: string) => (metric === NIGHT_METRIC ? 'day.sleep_source' : summarySource(metric));

const RECENT_SOURCES = `
select told.key as place, told.value as source, count(*) as dates
from (
  select json_array(${METRICS.map(sourceOf).join(', ')}) as sources
  ${SUMMARY_FROM}
  where day.datetime > date((select max(datetime) from daily_summary), '-${RECENT_DAYS} days')
)
cross join json_each(sources) told
where told.value is not null
group by told.key, told.value
order by told.key, dates desc, source`;

/** Metrics of which `summary` has a recent value, in the order of its columns. For a file of today's layout. */
export function readMetricSources(database: DatabaseSync): readonly MetricSources[] {
  const found = database.prepare(RECENT_SOURCES).all();
  return METRICS.flatMap((metric, place) => {
    const sources = found
      .filter((row) => row.place === place)
      .map(({ source, dates }) => ({ source: String(source), dates: Number(dates) }));
    return sources.length === 0 ? [] : [{ metric, sources }];
  });
}
