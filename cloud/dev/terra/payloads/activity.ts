import { terraTime } from '../calendar.ts';
import type { JsonObject } from '../json.ts';
import type { Workout } from '../life/workouts.ts';
import { rounded } from '../random.ts';
import { heartRateSamples } from './samples.ts';
import { deviceData, noiseOf, summaryIdOf, type Wearing } from './wearing.ts';

const HEART_RATE_SAMPLE_SECONDS = 30;
const METERS_PER_FLOOR = 3;

/** The `activity` items of the date they started on. */
export function activityItems(wearing: Wearing): readonly JsonObject[] {
  return wearing.life.workouts.map((workout, index) => activityItem(wearing, workout, index));
}

function activityItem(wearing: Wearing, workout: Workout, index: number): JsonObject {
  const { device, life } = wearing;
  const endSeconds = workout.startSeconds + workout.durationSeconds;
  return {
    metadata: {
      name: workout.name,
      summary_id: summaryIdOf(wearing, `workout ${index}`),
      start_time: terraTime(workout.startSeconds, life.offsetMinutes),
      end_time: terraTime(endSeconds, life.offsetMinutes),
      type: workout.type,
      upload_type: 1,
      city: null,
      state: null,
      country: null,
    },
    device_data: deviceData(wearing),
    distance_data: distance(wearing, workout),
    active_durations_data: {
      activity_seconds: workout.durationSeconds,
      vigorous_intensity_seconds: Math.round(workout.durationSeconds * workout.vigour),
      moderate_intensity_seconds: Math.round(workout.durationSeconds * (1 - workout.vigour)),
      rest_seconds: null,
    },
    calories_data: {
      total_burned_calories: workout.caloriesKcal,
      net_activity_calories: rounded(workout.caloriesKcal * 0.84, 1),
    },
    heart_rate_data: {
      summary: {
        avg_hr_bpm: workout.averageHeartRateBpm,
        max_hr_bpm: workout.maximumHeartRateBpm,
        min_hr_bpm: Math.round(workout.averageHeartRateBpm - 35),
        resting_hr_bpm: null,
        avg_hrv_rmssd: null,
        avg_hrv_sdnn: null,
        hr_zone_data: [],
      },
      detailed: wearing.withSamples
        ? {
            hr_samples: heartRateSamples(
              { startSeconds: workout.startSeconds, endSeconds, offsetMinutes: life.offsetMinutes },
              HEART_RATE_SAMPLE_SECONDS,
              workout.averageHeartRateBpm,
              noiseOf(wearing, `workout ${index}`),
            ),
          }
        : null,
    },
    movement_data: {
      avg_speed_meters_per_second:
        workout.distanceMeters === null ? null : rounded(workout.distanceMeters / workout.durationSeconds, 3),
    },
    strain_data: { strain_level: device.strain ? strainOf(workout) : null },
    polyline_map_data: { summary_polyline: null },
    data_enrichment: null,
  };
}

function distance({ device }: Wearing, { distanceMeters, climbMeters, steps }: Workout): JsonObject {
  const floors = climbMeters === null ? null : Math.round(climbMeters / METERS_PER_FLOOR);
  const inMeters = device.climb === 'meters';
  return {
    summary: {
      distance_meters: distanceMeters,
      steps,
      floors_climbed: inMeters ? null : floors,
      elevation: inMeters
        ? { gain_actual_meters: climbMeters, loss_actual_meters: climbMeters, avg_meters: null }
        : null,
      swimming: null,
    },
    detailed: null,
  };
}

function strainOf(workout: Workout): number {
  return rounded(21 * (1 - Math.exp((-workout.durationSeconds * (0.4 + workout.vigour)) / 5_400)), 1);
}
