import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DateRange } from '../days-read.ts';

const workout = z.object({
  source: z.string(),
  date: z.string(),
  local_start: z.string().nullable(),
  local_end: z.string().nullable(),
  start_time: z.string(),
  end_time: z.string().nullable(),
  offset_from: z.string().nullable(),
  utc_offset_minutes: z.number().nullable(),
  activity_name: z.string().nullable(),
  duration: z.number().nullable(),
  distance: z.number().nullable(),
  calories: z.number().nullable(),
  average_heart_rate: z.number().nullable(),
  heart_rate_max: z.number().nullable(),
  strain: z.number().nullable(),
  elevation_gain: z.number().nullable(),
  elevation_method: z.string().nullable(),
});

/** An activity of a source; `date` is the local date of its start, where that is unknown the date as it was written. */
export type Workout = z.infer<typeof workout>;

/** Every recording: one that several devices recorded stands there once for each of them. */
export function readRecordings(database: DatabaseSync, range: DateRange): readonly Workout[] {
  return readActivities(database, range, 'true');
}

/** One that several devices recorded stands there once, as in `activities_merged`. */
export function readWorkouts(database: DatabaseSync, range: DateRange): readonly Workout[] {
  const isShown = '(source, start_time) in (select source, start_time from activities_merged)';
  return readActivities(database, range, isShown);
}

function readActivities(
  database: DatabaseSync,
  { from, to }: DateRange,
  condition: string,
): readonly Workout[] {
  const { date: _date, ...columns } = workout.shape;
  return database
    .prepare(
      `select coalesce(local_date, substr(start_time, 1, 10)) as date, ${Object.keys(columns).join(', ')}
       from activities_local
       where coalesce(local_date, substr(start_time, 1, 10)) between ? and ? and ${condition}
       order by start_time, source`,
    )
    .all(from, to)
    .map((row) => workout.parse(row));
}

/**
 * How many workouts these recordings are. One counts by the recording that `activities_merged` shows or by its twin, since
 * a search for a name may have found only one of the two.
 */
export function countWorkouts(database: DatabaseSync, recordings: readonly Workout[]): number {
  const keys = JSON.stringify(recordings.map(({ source, start_time }) => [source, start_time]));
  const row = database
    .prepare(
      `with recording(source, start_time) as materialized (
         select value ->> 0, value ->> 1 from json_each(?)
       )
       select count(*) as workouts
       from activities_merged
       where (source, start_time) in (select source, start_time from recording)
         or (twin_source, twin_start_time) in (select source, start_time from recording)`,
    )
    .get(keys);
  return z.object({ workouts: z.number() }).parse(row).workouts;
}

const sleep = z.object({
  source: z.string(),
  date: z.string(),
  local_start: z.string().nullable(),
  local_end: z.string().nullable(),
  start_time: z.string(),
  end_time: z.string(),
});

/** A sleep of a source, naps included; `date` is the local date of its end. */
export type Sleep = z.infer<typeof sleep>;

export function readSleeps(database: DatabaseSync, { from, to }: DateRange): readonly Sleep[] {
  return database
    .prepare(
      `select source, coalesce(local_date, substr(end_time, 1, 10)) as date, local_start, local_end, start_time, end_time
       from sleep_local
       where coalesce(local_date, substr(end_time, 1, 10)) between ? and ?
       order by start_time, source`,
    )
    .all(from, to)
    .map((row) => sleep.parse(row));
}

const night = z.object({
  date: z.string(),
  sleep_minutes: z.number().nullable(),
  local_bed_time: z.string().nullable(),
  local_wake_up_time: z.string().nullable(),
  deep_sleep_minutes: z.number().nullable(),
  rem_sleep_minutes: z.number().nullable(),
  light_sleep_minutes: z.number().nullable(),
  awake_minutes: z.number().nullable(),
  time_in_bed_minutes: z.number().nullable(),
  sleep_efficiency: z.number().nullable(),
  sleep_latency_minutes: z.number().nullable(),
  awakenings: z.number().nullable(),
  nap_minutes: z.number().nullable(),
});

/** A night as `summary_local` shows it, by the date of waking up. */
export type Night = z.infer<typeof night>;

export function readNights(database: DatabaseSync, { from, to }: DateRange): readonly Night[] {
  const { date: _date, ...columns } = night.shape;
  return database
    .prepare(
      `select datetime as date, ${Object.keys(columns).join(', ')}
       from summary_local
       where datetime between ? and ?
       order by datetime`,
    )
    .all(from, to)
    .map((row) => night.parse(row))
    .filter(({ date: _day, ...values }) => Object.values(values).some((value) => value !== null));
}
