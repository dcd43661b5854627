import { type COMPOSITES, KNOWN_VALUES_MIN, WINDOW_DAYS } from '../composites.ts';
import type { POPULATION_COLUMNS } from '../population.ts';
import type { METRIC_SOURCE_ORDER_COLUMNS, SOURCE_ORDER_COLUMNS } from '../source-order.ts';
import type { SYNC_STATE_COLUMNS } from '../sync-state.ts';
import { type ColumnEntry, DATE, entriesFrom, TIME } from './entry.ts';
import type { DICTIONARY_COLUMNS } from './table.ts';

const composite = entriesFrom('computed when read, from summary', '0.1.0');

const WINDOW = `over the ${WINDOW_DAYS} calendar days up to and including the row’s; null with fewer than ${KNOWN_VALUES_MIN} known values`;
const SPREAD = 'Sample standard deviation';

/** What the composites mean: their formula, their window, and when they are null. */
export const COMPOSITE_ENTRIES: Readonly<Record<'datetime' | keyof typeof COMPOSITES, ColumnEntry>> = {
  datetime: composite('The date, one row each, as in summary.', DATE),
  cardio_fitness_index: composite('steps / resting_heart_rate of the date; null where either is unknown.'),
  hrv_rhr_ratio: composite(
    'heart_rate_variability / resting_heart_rate of the date; null where either is unknown. Compare it only within one hrv_method.',
  ),
  sleep_duration_sd_30d: composite(`${SPREAD} of sleep_minutes, ${WINDOW}.`, 'min'),
  sleep_duration_cv_30d: composite(`Standard deviation / mean of sleep_minutes, ${WINDOW}.`),
  bedtime_hour_sd_30d: composite(
    `${SPREAD} of the local bed time, as hours after noon, ${WINDOW}. A bed time whose offset is unknown is not known.`,
    'h',
  ),
  wake_hour_mean_30d: composite(
    `Mean local hour of waking up, 6.5 is half past six, ${WINDOW}. A time whose offset is unknown is not known.`,
    'h',
  ),
  rhr_sd_30d: composite(`${SPREAD} of resting_heart_rate, ${WINDOW}.`, '/min'),
  rhr_mean_30d: composite(`Mean of resting_heart_rate, ${WINDOW}.`, '/min'),
  steps_mean_30d: composite(`Mean of steps, ${WINDOW}.`),
  steps_cv_30d: composite(`Standard deviation / mean of steps, ${WINDOW}.`),
};

const published = entriesFrom('published studies', '0.1.0');

/** What the columns of the published percentiles mean. */
export const POPULATION_ENTRIES: Readonly<Record<keyof typeof POPULATION_COLUMNS, ColumnEntry>> = {
  metric: published('Which column of summary the row is about.'),
  sex: published('female or male.'),
  age_low: published('Youngest age of the group, itself included.', 'a'),
  age_high: published('Oldest age of the group, itself included.', 'a'),
  percentile: published('So many percent of the group have value or less.', '%'),
  value: published('The metric at that percentile, in unit.'),
  unit: published('The unit of value, as UCUM.'),
  source: published('The study, in short.'),
  caveat: published(
    'What the number must not be mistaken for: how it was measured and on whom. Read it before comparing.',
  ),
};

const yours = entriesFrom('you', '0.1.0');

/** What the columns of the order of sources mean. */
export const SOURCE_ORDER_ENTRIES: Readonly<Record<keyof typeof SOURCE_ORDER_COLUMNS, ColumnEntry>> = {
  source: yours('A source, as in daily_summary.'),
  rank: yours(
    '1 is believed first in summary. Sources that are not listed come after, by name. The order outlives every sync; `amy sources order` sets it.',
  ),
};

/** What the columns of the orders of single metrics mean. */
export const METRIC_SOURCE_ORDER_ENTRIES: Readonly<
  Record<keyof typeof METRIC_SOURCE_ORDER_COLUMNS, ColumnEntry>
> = {
  metric: yours(
    'A column of summary; of the columns of a night, which all come from one source, `night`. That of hrv_method is heart_rate_variability.',
  ),
  source: yours('A source, as in daily_summary.'),
  rank: yours(
    '1 is believed first for the metric. Sources that are not listed for it come after, by source_order. `amy sources order --for` sets it.',
  ),
};

const sync = entriesFrom('amy sync', '0.1.0');

/** What the columns of the state of the sync mean. */
export const SYNC_STATE_ENTRIES: Readonly<Record<keyof typeof SYNC_STATE_COLUMNS, ColumnEntry>> = {
  id: sync('Always 1: there is one row.'),
  schema_version: sync(
    'Which layout the file has. The next sync after an update of amy brings it up to date; an amy whose number, before the dot, is lower changes nothing in the file.',
  ),
  server: sync('The server that is mirrored. Null before the first sync.'),
  person: sync('The id of the person whose data this is.'),
  since: sync(
    'The person’s clock on the server at which file and server were equal; the next sync asks from here.',
    TIME,
  ),
  last_sync_at: sync('When the last sync ended, by this machine’s clock.', TIME),
  last_verify_at: entriesFrom('amy verify', '0.1.0')(
    'When `amy verify` last found the file equal to the server, by this machine’s clock. Null where it never did.',
    TIME,
  ),
  rows_received: sync('Rows that the last sync brought.'),
  rows_deleted: sync('Rows that the last sync took away.'),
};

const amy = entriesFrom('amy', '0.1.0');

/** What the columns of the dictionary itself mean. */
export const DICTIONARY_ENTRIES: Readonly<Record<keyof typeof DICTIONARY_COLUMNS, ColumnEntry>> = {
  table_name: amy('A table or view of this file. Those that a person should start with stand first.'),
  column_name: amy('One of its columns, in the order the table has them.'),
  meaning: amy('What the column says, and what null means where that is not plain.'),
  unit: amy(
    'The unit as UCUM ("/min" is a minute, "Cel" degrees Celsius), or the form of a date or time. Null of what has none.',
  ),
  source: amy('Which kind of event or file gives it, or who else.'),
  since: amy('The version of amy that brought the column.'),
};
