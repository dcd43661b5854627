/** The window: this many calendar days, the row's own included. */
export const WINDOW_DAYS = 30;
/** With fewer known values than this in the window a mean or a spread says nothing. */
export const KNOWN_VALUES_MIN = 7;

/** What is averaged: a name, and how one day's value is had from `summary`. */
const MEASURES = {
  sleep: 'sleep_minutes',
  bedtime: localHour('bed_time', 12),
  wake: localHour('wake_up_time', 0),
  rhr: 'resting_heart_rate',
  steps: 'steps',
} as const;

type Measure = keyof typeof MEASURES;

const measures = Object.keys(MEASURES) as readonly Measure[];

/**
 * Hours (0..24) since `startHour` on the person's clock. A time with Z is UTC and is shifted by the day's
 * offset, unknown where that is; a time without Z is the person's wall clock already.
 */
function localHour(column: string, startHour: number): string {
  const offset = `case when ${column} like '%Z' then utc_offset_minutes * 60 else 0 end`;
  return `(strftime('%s', ${column}) + ${offset} - ${startHour * 3_600}) % 86400 / 3600.0`;
}

/**
 * Square root by Newton's method. The function sqrt() is missing from SQLite builds without math functions,
 * and one unknown function would make the whole view unreadable there. From (1 + v) / 2, which is never
 * below the root, every step is smaller until the precision of a double is reached.
 */
function squareRoot(value: string): string {
  return `case
    when ${value} > 0 then (
      with recursive newton(x) as (
        select (1 + ${value}) / 2
        union all
        select (x + ${value} / x) / 2 from newton where (x + ${value} / x) / 2 < x
      )
      select min(x) from newton
    )
    when ${value} = 0 then 0.0
  end`;
}

/** Those of which a spread is shown. */
const SPREADS = ['sleep', 'bedtime', 'rhr', 'steps'] as const satisfies readonly Measure[];

const enough = (measure: Measure, then: string) =>
  `case when ${measure}_known >= ${KNOWN_VALUES_MIN} then ${then} end`;

/** Over the rows of the last days, a date without a row counting as a day. */
const WINDOW = `over (order by number range between ${WINDOW_DAYS - 1} preceding and current row)`;

/** Near the mean: taken from a sum that days enter and leave, whose last digits are lost where the days before were large. */
const near = (measure: Measure) => `avg(${measure}) ${WINDOW} as ${measure}_near`;

const known = (measure: Measure) => `count(${measure}) ${WINDOW} as ${measure}_known`;

const means = (measure: Measure) => `${enough(measure, `avg(past.${measure})`)} as ${measure}_mean`;

/** Sample variance from squared distances to what is near the mean: sums of squares would lose a small spread. */
function variance(measure: Measure): string {
  const distance = `(past.${measure} - ${measure}_near)`;
  const off = `(avg(past.${measure}) - ${measure}_near)`;
  const squares = `sum(${distance} * ${distance}) - ${measure}_known * ${off} * ${off}`;
  return `${enough(measure, `max(${squares}, 0.0) / (${measure}_known - 1)`)} as ${measure}_variance`;
}

const deviation = (measure: (typeof SPREADS)[number]) => squareRoot(`${measure}_variance`);

/** The columns of the view, and how each is had. */
export const COMPOSITES = {
  cardio_fitness_index: 'cardio_fitness_index',
  hrv_rhr_ratio: 'hrv_rhr_ratio',
  sleep_duration_sd_30d: deviation('sleep'),
  sleep_duration_cv_30d: `${deviation('sleep')} / sleep_mean`,
  bedtime_hour_sd_30d: deviation('bedtime'),
  wake_hour_mean_30d: 'wake_mean',
  rhr_sd_30d: deviation('rhr'),
  rhr_mean_30d: 'rhr_mean',
  steps_mean_30d: 'steps_mean',
  steps_cv_30d: `${deviation('steps')} / steps_mean`,
} as const;

const composites = Object.entries(COMPOSITES).map(([column, value]) => `  ${value} as ${column}`);

/**
 * Computed when read, never stored. The window is of calendar days, not of rows: a date without data
 * counts as unknown. sleep spreads in minutes, bedtime in hours after local noon, wake in local hours.
 * Every day is read from `summary` once, and only the days that are asked for are compared with those before them.
 */
export const SUMMARY_COMPOSITES_VIEW = `create view summary_composites as
with recursive
  back(days) as (select 0 union all select days + 1 from back where days < ${WINDOW_DAYS - 1}),
  day as materialized (
    select
      datetime,
      cast(julianday(datetime) as integer) as number,
      steps / resting_heart_rate as cardio_fitness_index,
      heart_rate_variability / resting_heart_rate as hrv_rhr_ratio,
${measures.map((measure) => `      ${MEASURES[measure]} as ${measure}`).join(',\n')}
    from summary
  ),
  counted as (
    select
      datetime, number, cardio_fitness_index, hrv_rhr_ratio,
${[...measures.map(known), ...SPREADS.map(near)].map((column) => `      ${column}`).join(',\n')}
    from day
  ),
  spread as (
    select
      counted.*,
${[...measures.map(means), ...SPREADS.map(variance)].map((column) => `      ${column}`).join(',\n')}
    from counted
    cross join back
    join day past on past.number = counted.number - back.days
    group by counted.datetime
  )
select
  datetime,
${composites.join(',\n')}
from spread`;
