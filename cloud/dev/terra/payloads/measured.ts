import type { LifeDay } from '../life/day.ts';
import type { SleepSession } from '../life/sleeps.ts';
import type { Vitals } from '../life/vitals.ts';
import type { Workout } from '../life/workouts.ts';
import { clamped, type Random, randomFrom, rounded, seedOf, spread } from '../random.ts';
import type { Device } from './devices.ts';

/**
 * How a device measures: what it always makes of the truth, and how far it scatters around that from day to day. Two
 * devices of one person see one body and one life, and each says of it what it can.
 */
export type Measuring = {
  /** Share of the true variability that it shows, and its scatter as a share. */
  readonly variabilityShare: number;
  readonly variabilityScatter: number;
  readonly restingScatterBpm: number;
  readonly breathsBias: number;
  readonly saturationBias: number;
  /** Of scores from 0 to 1. */
  readonly freshnessBias: number;
  readonly stressBias: number;
  readonly vo2maxBias: number;
  /** It takes somebody for asleep so long before (-) or after they are in bed; at most `SHIFT_MAX_S` with the scatter. */
  readonly bedTimeBiasSeconds: number;
  readonly wakeUpBiasSeconds: number;
  /** Shares of what was truly awake, deep and REM that it takes for such. */
  readonly awakeShare: number;
  readonly deepShare: number;
  readonly remShare: number;
  readonly distanceShare: number;
  readonly caloriesShare: number;
  readonly workoutHeartRateBiasBpm: number;
  /** Share of nights that it loses, though it has the day. */
  readonly missedNights: number;
};

/** Half a minute short of the shortest distance that naps and the halves of a night keep, and dates to midnight. */
const SHIFT_MAX_S = 540;
const BED_TIME_SCATTER_S = 150;
/** More would leave nothing for light sleep. */
const DEEP_AND_REM_MAX = 0.85;

/** A day of a life as a device has it. It depends on nothing but the life and the device. */
export function measuredBy(device: Device, life: LifeDay): LifeDay {
  const noise = (what: string) =>
    randomFrom(seedOf(life.person.seed, device.provider, 'measured', what, life.day));
  const { measuring } = device;
  return {
    ...life,
    vitals: measuredVitals(measuring, life.vitals, noise('vitals')),
    workouts: life.workouts.map((workout, index) =>
      measuredWorkout(measuring, workout, noise(`workout ${index}`)),
    ),
    sleeps:
      noise('night')() < measuring.missedNights
        ? []
        : life.sleeps.map((sleep) => measuredSleep(measuring, sleep, noise(sleep.part))),
  };
}

function measuredVitals(measuring: Measuring, vitals: Vitals, noise: Random): Vitals {
  const score = (truth: number, bias: number) => clamped(truth + bias + 0.03 * spread(noise), 0.02, 0.99);
  return {
    ...vitals,
    restingHeartRateBpm: vitals.restingHeartRateBpm + measuring.restingScatterBpm * spread(noise),
    heartRateVariabilityMs:
      vitals.heartRateVariabilityMs *
      measuring.variabilityShare *
      (1 + measuring.variabilityScatter * spread(noise)),
    breathsPerMinute: vitals.breathsPerMinute + measuring.breathsBias + 0.15 * spread(noise),
    saturationPercentage: clamped(
      vitals.saturationPercentage + measuring.saturationBias + 0.4 * spread(noise),
      88,
      100,
    ),
    freshness: score(vitals.freshness, measuring.freshnessBias),
    stress: score(vitals.stress, measuring.stressBias),
    vo2maxMlPerMinPerKg: vitals.vo2maxMlPerMinPerKg + measuring.vo2maxBias,
  };
}

function measuredWorkout(measuring: Measuring, workout: Workout, noise: Random): Workout {
  const heartRateBpm = measuring.workoutHeartRateBiasBpm + 1.5 * spread(noise);
  const distanceShare = measuring.distanceShare * (1 + 0.01 * spread(noise));
  return {
    ...workout,
    startSeconds: workout.startSeconds + Math.round(30 * noise()),
    durationSeconds: workout.durationSeconds - Math.round(20 * noise()),
    distanceMeters:
      workout.distanceMeters === null ? null : rounded(workout.distanceMeters * distanceShare, 1),
    averageHeartRateBpm: rounded(workout.averageHeartRateBpm + heartRateBpm, 1),
    maximumHeartRateBpm: Math.round(workout.maximumHeartRateBpm + heartRateBpm),
    caloriesKcal: rounded(workout.caloriesKcal * measuring.caloriesShare * (1 + 0.04 * spread(noise)), 1),
  };
}

function measuredSleep(measuring: Measuring, sleep: SleepSession, noise: Random): SleepSession {
  const shift = (biasSeconds: number) =>
    toHalfMinute(clamped(biasSeconds + BED_TIME_SCATTER_S * spread(noise), -SHIFT_MAX_S, SHIFT_MAX_S));
  const startSeconds = sleep.startSeconds + shift(measuring.bedTimeBiasSeconds);
  const endSeconds = sleep.endSeconds + shift(measuring.wakeUpBiasSeconds);
  const inBed = endSeconds - startSeconds;
  const share = (truth: number, ofTruth: number) =>
    (truth / (sleep.endSeconds - sleep.startSeconds)) * ofTruth * (1 + 0.08 * spread(noise));
  const awakeSeconds = toHalfMinute(inBed * share(sleep.awakeSeconds, measuring.awakeShare));
  const asleep = inBed - awakeSeconds;
  const deep = share(sleep.deepSeconds, measuring.deepShare);
  const rem = share(sleep.remSeconds, measuring.remShare);
  const fit = Math.min(1, DEEP_AND_REM_MAX / Math.max(deep + rem, 0.001));
  const deepSeconds = toHalfMinute(asleep * deep * fit);
  const remSeconds = toHalfMinute(asleep * rem * fit);
  return {
    ...sleep,
    startSeconds,
    endSeconds,
    deepSeconds,
    remSeconds,
    awakeSeconds,
    lightSeconds: asleep - deepSeconds - remSeconds,
  };
}

function toHalfMinute(seconds: number): number {
  return Math.round(seconds / 30) * 30;
}
