import { SECONDS_PER_DAY, terraTime } from '../calendar.ts';
import type { JsonObject } from '../json.ts';
import { clamped, rounded, spread } from '../random.ts';
import { heartRateSamples } from './samples.ts';
import { deviceData, noiseOf, saturation, variability, type Wearing } from './wearing.ts';

const HEART_RATE_SAMPLE_SECONDS = 900;

/** One item of a `daily` payload: the running summary of a local date. */
export function dailyItem(wearing: Wearing): JsonObject {
  const { device, life } = wearing;
  const noise = noiseOf(wearing, 'daily');
  const steps = Math.round((life.steps * device.stepsPerThousand * (1 + 0.02 * spread(noise))) / 1_000);
  const floors = Math.round(steps / 900 + noise() * 4);
  const activity = intensity(wearing);
  return {
    metadata: {
      start_time: terraTime(life.day * SECONDS_PER_DAY, life.offsetMinutes),
      end_time: terraTime((life.day + 1) * SECONDS_PER_DAY, life.offsetMinutes),
      upload_type: 1,
    },
    device_data: deviceData(wearing),
    distance_data: {
      steps,
      distance_meters: rounded(steps * 0.74, 1),
      floors_climbed: device.floors ? floors : null,
      elevation: null,
      swimming: null,
      detailed: null,
    },
    calories_data: calories(wearing, steps),
    active_durations_data: {
      activity_seconds: activity.lowSeconds + activity.moderateSeconds + activity.vigorousSeconds,
      low_intensity_seconds: activity.lowSeconds,
      moderate_intensity_seconds: device.namedZones ? null : activity.moderateSeconds,
      vigorous_intensity_seconds: device.namedZones ? null : activity.vigorousSeconds,
      inactivity_seconds: 34_000 - Math.round(steps / 2),
      rest_seconds: 27_000,
      num_continuous_inactive_periods: Math.round(noise() * 4),
    },
    MET_data: {
      avg_level: rounded(1.15 + steps / 40_000, 2),
      num_inactive_minutes: 560 - Math.round(steps / 120),
      num_low_intensity_minutes: Math.round(activity.lowSeconds / 60),
      num_moderate_intensity_minutes: Math.round(activity.moderateSeconds / 60),
      num_high_intensity_minutes: Math.round(activity.vigorousSeconds / 60),
    },
    heart_rate_data: heartRate(wearing, activity),
    oxygen_data: {
      avg_saturation_percentage: saturation(device, life.vitals.saturationPercentage + 0.3 * spread(noise)),
      saturation_samples: [],
      vo2max_ml_per_min_per_kg: rounded(life.vitals.vo2maxMlPerMinPerKg, 1),
    },
    scores: {
      activity: Math.round(clamped(55 + steps / 350, 0, 100)),
      recovery: device.readiness ? Math.round(life.vitals.freshness * 100) : null,
      sleep: null,
    },
    strain_data: { strain_level: device.strain ? strainOf(wearing) : null },
    stress_data: device.stress ? stress(wearing) : null,
    data_enrichment: enrichment(wearing),
  };
}

/** Whoop's scale, 0 to 21: effort adds up, each bit more with less effect. */
function strainOf({ life }: Wearing): number {
  const effort =
    life.workouts.reduce((sum, one) => sum + one.durationSeconds * (0.5 + one.vigour), 0) / 2_400;
  return rounded(21 * (1 - Math.exp(-(0.28 + life.steps / 40_000 + effort * 0.5))), 1);
}

type Intensity = {
  readonly lowSeconds: number;
  readonly moderateSeconds: number;
  readonly vigorousSeconds: number;
};

function intensity({ life }: Wearing): Intensity {
  let moderate = life.steps * 0.12;
  let vigorous = 0;
  for (const workout of life.workouts) {
    vigorous += workout.durationSeconds * workout.vigour;
    moderate += workout.durationSeconds * (1 - workout.vigour) * 0.8;
  }
  return {
    lowSeconds: Math.round(life.steps * 0.45),
    moderateSeconds: Math.round(moderate),
    vigorousSeconds: Math.round(vigorous),
  };
}

function heartRate(wearing: Wearing, activity: Intensity): JsonObject {
  const { device, life, withSamples } = wearing;
  const noise = noiseOf(wearing, 'heart');
  const resting = life.vitals.restingHeartRateBpm + device.restingHeartRateBiasBpm + 0.5 * spread(noise);
  const highest = life.workouts.reduce((most, one) => Math.max(most, one.maximumHeartRateBpm), 118);
  const span = {
    startSeconds: life.day * SECONDS_PER_DAY,
    endSeconds: (life.day + 1) * SECONDS_PER_DAY,
    offsetMinutes: life.offsetMinutes,
  };
  return {
    summary: {
      resting_hr_bpm: Math.round(resting),
      avg_hr_bpm: rounded(resting + 14 + life.steps / 2_000, 1),
      max_hr_bpm: highest,
      min_hr_bpm: Math.round(resting - 4),
      user_max_hr_bpm: Math.round(life.person.maximumHeartRateBpm),
      ...variability(device, life.vitals.heartRateVariabilityMs * (1 + 0.03 * spread(noise))),
      hr_zone_data: device.namedZones ? namedZones(activity) : [],
    },
    detailed: withSamples
      ? {
          hr_samples: heartRateSamples(span, HEART_RATE_SAMPLE_SECONDS, resting + 16, noise),
          hrv_samples_rmssd: [],
          hrv_samples_sdnn: [],
        }
      : null,
  };
}

function namedZones(activity: Intensity): JsonObject[] {
  const peak = Math.round(activity.vigorousSeconds * 0.25);
  return [
    zone(1, 'Fat Burn', 50, 69, activity.moderateSeconds),
    zone(2, 'Cardio', 70, 84, activity.vigorousSeconds - peak),
    zone(3, 'Peak', 85, 100, peak),
  ];
}

function zone(number: number, name: string, from: number, to: number, seconds: number): JsonObject {
  return { zone: number, name, start_percentage: from, end_percentage: to, duration_seconds: seconds };
}

function calories({ life }: Wearing, steps: number): JsonObject {
  const bmr = 10 * life.vitals.weightKg + 6.25 * life.person.heightCm - 130;
  const active = life.workouts.reduce((sum, one) => sum + one.caloriesKcal, steps * 0.035);
  return {
    BMR_calories: rounded(bmr, 1),
    net_activity_calories: rounded(active, 1),
    total_burned_calories: rounded(bmr + active, 1),
    net_intake_calories: null,
  };
}

function stress({ life }: Wearing): JsonObject {
  const level = life.vitals.stress;
  return {
    avg_stress_level: rounded(level * 100, 1),
    max_stress_level: Math.round(clamped(level * 100 + 35, 0, 100)),
    rest_stress_duration_seconds: Math.round(26_000 * (1 - level)),
    low_stress_duration_seconds: Math.round(14_000 * (1 - level)),
    medium_stress_duration_seconds: Math.round(12_000 * level),
    high_stress_duration_seconds: Math.round(5_000 * level),
    stress_duration_seconds: Math.round(14_000 * (1 - level) + 17_000 * level),
    stress_rating: Math.round(1 + 3 * level),
  };
}

/** Terra's own scores come late, or not at all; of stress a higher one is more. */
function enrichment(wearing: Wearing): JsonObject {
  const known = noiseOf(wearing, 'enrichment')() < 0.85;
  const level = wearing.life.vitals.stress;
  return {
    total_stress_score: known ? rounded(100 * level, 1) : null,
    stress_contributors: known ? { hrv: rounded(60 * level, 1), rhr: rounded(40 * level, 1) } : null,
    respiratory_score: null,
    immune_index: known ? Math.round(100 * (1 - wearing.life.vitals.illness)) : null,
    resilience_score: null,
  };
}
