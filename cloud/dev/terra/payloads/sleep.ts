import { terraTime } from '../calendar.ts';
import type { JsonObject } from '../json.ts';
import type { SleepSession } from '../life/sleeps.ts';
import { clamped, type Random, rounded, spread } from '../random.ts';
import { heartRateSamples, type Span, sampled } from './samples.ts';
import { deviceData, noiseOf, saturation, summaryIdOf, variability, type Wearing } from './wearing.ts';

const HEART_RATE_SAMPLE_SECONDS = 300;
const HYPNOGRAM_SAMPLE_SECONDS = 1_200;

/** The `sleep` items of a wake date. A device that knows no naps says null, and does not report them. */
export function sleepItems(wearing: Wearing): readonly JsonObject[] {
  return wearing.life.sleeps
    .filter((session) => wearing.device.naps || !session.isNap)
    .map((session) => sleepItem(wearing, session));
}

function sleepItem(wearing: Wearing, session: SleepSession): JsonObject {
  const { device, life } = wearing;
  const noise = noiseOf(wearing, session.part);
  const span: Span = { ...session, offsetMinutes: life.offsetMinutes };
  const asleepSeconds = session.deepSeconds + session.remSeconds + session.lightSeconds;
  const inBedSeconds = session.endSeconds - session.startSeconds;
  const score = session.isNap ? null : sleepScore(asleepSeconds, life.person.sleepNeedSeconds, noise);
  return {
    metadata: {
      start_time: terraTime(session.startSeconds, life.offsetMinutes),
      end_time: terraTime(session.endSeconds, life.offsetMinutes),
      summary_id: device.sleepSummaryId ? summaryIdOf(wearing, session.part) : null,
      is_nap: device.naps ? session.isNap : null,
      upload_type: 2,
    },
    device_data: deviceData(wearing),
    sleep_durations_data: {
      asleep: {
        duration_asleep_state_seconds: asleepSeconds,
        duration_deep_sleep_state_seconds: session.deepSeconds,
        duration_REM_sleep_state_seconds: session.remSeconds,
        duration_light_sleep_state_seconds: session.lightSeconds,
        num_REM_events: session.isNap ? 0 : 3 + Math.round(noise() * 2),
      },
      awake: {
        duration_awake_state_seconds: session.awakeSeconds,
        duration_short_interruption_seconds: Math.round(session.awakeSeconds * 0.3),
        duration_long_interruption_seconds: Math.round(session.awakeSeconds * 0.2),
        num_out_of_bed_events: Math.round(noise() * 2),
        num_wakeup_events: 1 + Math.round(noise() * 3),
        sleep_latency_seconds: Math.round(session.awakeSeconds * 0.35),
        wake_up_latency_seconds: Math.round(session.awakeSeconds * 0.15),
      },
      other: { duration_in_bed_seconds: inBedSeconds, duration_unmeasurable_sleep_seconds: 0 },
      sleep_efficiency: rounded((100 * asleepSeconds) / inBedSeconds, 1),
      hypnogram_samples: wearing.withSamples
        ? sampled(span, HYPNOGRAM_SAMPLE_SECONDS, () => ({
            level: noise() < 0.06 ? 1 : 4 + Math.floor(noise() * 3),
          }))
        : [],
    },
    heart_rate_data: heartRate(wearing, session, span, noise),
    respiration_data: respiration(wearing, noise),
    temperature_data: {
      delta: device.skinTemperature
        ? rounded(life.vitals.skinTemperatureDeltaCelsius + 0.05 * spread(noise), 2)
        : null,
    },
    readiness_data: readiness(wearing, session),
    scores: { sleep: score },
    data_enrichment: {
      sleep_score: score === null ? null : clamped(score - 3, 0, 100),
      sleep_contributors: null,
      readiness_score: session.isNap ? null : rounded(100 * life.vitals.freshness, 1),
      readiness_contributors: null,
    },
  };
}

function sleepScore(asleepSeconds: number, needSeconds: number, noise: Random): number {
  return Math.round(clamped(84 * (asleepSeconds / needSeconds) + 4 * spread(noise), 5, 100));
}

function heartRate(wearing: Wearing, session: SleepSession, span: Span, noise: Random): JsonObject {
  const { device, life, withSamples } = wearing;
  const resting = life.vitals.restingHeartRateBpm + device.restingHeartRateBiasBpm + (session.isNap ? 5 : 0);
  return {
    summary: {
      resting_hr_bpm: Math.round(resting),
      avg_hr_bpm: rounded(resting + 5 + spread(noise), 1),
      min_hr_bpm: Math.round(resting - 3),
      max_hr_bpm: Math.round(resting + 24),
      user_max_hr_bpm: null,
      ...variability(device, life.vitals.heartRateVariabilityMs * (session.isNap ? 0.85 : 1)),
    },
    detailed: withSamples
      ? {
          hr_samples: heartRateSamples(span, HEART_RATE_SAMPLE_SECONDS, resting + 5, noise),
          hrv_samples_rmssd: [],
          hrv_samples_sdnn: [],
        }
      : null,
  };
}

function respiration({ device, life }: Wearing, noise: Random): JsonObject {
  const breaths = life.vitals.breathsPerMinute + 0.1 * spread(noise);
  return {
    breaths_data: {
      avg_breaths_per_min: rounded(breaths, 1),
      min_breaths_per_min: rounded(breaths - 2.5, 1),
      max_breaths_per_min: rounded(breaths + 3.5, 1),
      on_demand_reading: false,
      samples: [],
    },
    oxygen_saturation_data: {
      avg_saturation_percentage: saturation(device, life.vitals.saturationPercentage),
      samples: [],
    },
    snoring_data: null,
  };
}

/** Oura and Whoop give a score; the others Terra's label from 0 to 6, which is no score. */
function readiness({ device, life }: Wearing, session: SleepSession): JsonObject | null {
  if (session.isNap) return null;
  const { freshness } = life.vitals;
  if (!device.readiness) return { readiness: null, recovery_level: 1 + Math.round(freshness * 5) };
  return { readiness: Math.round(freshness * 100), recovery_level: 1 + Math.round(freshness * 5) };
}
