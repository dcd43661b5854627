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

function perMeasure(render: (measure: Measure) => string, indent = '    '): string {
  return measures.map((measure) => indent + render(measure)).join(',\n');
}

const enough = (measure: Measure, then: string) =>
  `case when mean.${measure}_known >= ${KNOWN_VALUES_MIN} then ${then} end`;

/** Sample variance from squared distances to the mean: sums of squares would lose a small spread. */
const variance = (measure: Measure) =>
  `${enough(measure, `sum((span.${measure} - mean.${measure}) * (span.${measure} - mean.${measure})) / (mean.${measure}_known - 1)`)} as ${measure}`;

/** The columns of the view, and how each is had. */
export const COMPOSITES = {
  cardio_fitness_index: 'day.cardio_fitness_index',
  hrv_rhr_ratio: 'day.hrv_rhr_ratio',
  sleep_duration_sd_30d: 'deviation.sleep',
  sleep_duration_cv_30d: 'deviation.sleep / mean.sleep',
  bedtime_hour_sd_30d: 'deviation.bedtime',
  wake_hour_mean_30d: enough('wake', 'mean.wake'),
  rhr_sd_30d: 'deviation.rhr',
  rhr_mean_30d: enough('rhr', 'mean.rhr'),
  steps_mean_30d: enough('steps', 'mean.steps'),
  steps_cv_30d: 'deviation.steps / mean.steps',
} as const;

const composites = Object.entries(COMPOSITES).map(([column, value]) => `  ${value} as ${column}`);

/**
 * Computed when read, never stored. The window is of calendar days, not of rows: a date without data
 * counts as unknown. sleep spreads in minutes, bedtime in hours after local noon, wake in local hours.
 */
export const SUMMARY_COMPOSITES_VIEW = `create view summary_composites as
with recursive
  back(days) as (select 0 union all select days + 1 from back where days < ${WINDOW_DAYS - 1}),
  day as materialized (
    select
      datetime,
      steps / resting_heart_rate as cardio_fitness_index,
      heart_rate_variability / resting_heart_rate as hrv_rhr_ratio,
${perMeasure((measure) => `${MEASURES[measure]} as ${measure}`, '      ')}
    from summary
  ),
  span as materialized (
    select
      day.datetime,
${perMeasure((measure) => `past.${measure}`, '      ')}
    from day
    cross join back
    join day past on past.datetime = date(day.datetime, printf('-%d days', back.days))
  ),
  mean as materialized (
    select
      datetime,
${perMeasure((measure) => `count(${measure}) as ${measure}_known, avg(${measure}) as ${measure}`, '      ')}
    from span
    group by datetime
  ),
  variance as materialized (
    select
      mean.datetime,
${perMeasure(variance, '      ')}
    from mean
    join span on span.datetime = mean.datetime
    group by mean.datetime
  ),
  deviation as materialized (
    select
      datetime,
${perMeasure((measure) => `${squareRoot(`variance.${measure}`)} as ${measure}`, '      ')}
    from variance
  )
select
  day.datetime,
${composites.join(',\n')}
from day
join mean on mean.datetime = day.datetime
join deviation on deviation.datetime = day.datetime`;
