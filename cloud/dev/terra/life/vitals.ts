import { clamped, randomFrom, seedOf, spread } from '../random.ts';
import { fitnessOn, illnessOn } from './episodes.ts';
import type { Person } from './person.ts';
import { workoutsOn } from './workouts.ts';

/** How the body did on a day, as a perfect device would see it. */
export type Vitals = {
  readonly illness: number;
  readonly fitness: number;
  readonly restingHeartRateBpm: number;
  readonly heartRateVariabilityMs: number;
  readonly breathsPerMinute: number;
  readonly saturationPercentage: number;
  /** Deviation from the person's baseline. */
  readonly skinTemperatureDeltaCelsius: number;
  /** 0 poor to 1 fresh. */
  readonly freshness: number;
  /** 0 calm to 1 stressed. */
  readonly stress: number;
  readonly weightKg: number;
  readonly systolicMmHg: number;
  readonly diastolicMmHg: number;
  readonly vo2maxMlPerMinPerKg: number;
};

export function vitalsOn(person: Person, day: number): Vitals {
  const random = randomFrom(seedOf(person.seed, 'vitals', day));
  const illness = illnessOn(person, day);
  const fitness = fitnessOn(person, day);
  const load = clamped(
    workoutsOn(person, day - 1).reduce((sum, one) => sum + one.durationSeconds * (0.4 + one.vigour), 0) /
      5_400,
    0,
    1.5,
  );
  const variation = spread(random);
  const freshness = clamped(
    0.72 + 0.08 * fitness - 0.5 * illness - 0.12 * load + 0.08 * variation,
    0.03,
    0.99,
  );
  const stress = clamped(0.35 + 0.35 * illness - 0.08 * fitness + 0.12 * spread(random), 0.02, 0.98);
  return {
    illness,
    fitness,
    restingHeartRateBpm:
      person.restingHeartRateBpm - 3.5 * fitness + 9 * illness + 1.6 * load - 1.2 * variation,
    heartRateVariabilityMs:
      person.heartRateVariabilityMs *
      (1 + 0.14 * fitness) *
      (1 - 0.38 * illness) *
      (1 - 0.07 * load) *
      (1 + 0.09 * variation),
    breathsPerMinute: person.breathsPerMinute + 2.2 * illness + 0.3 * spread(random),
    saturationPercentage: clamped(97.2 - 1.8 * illness + 0.6 * spread(random), 90, 100),
    skinTemperatureDeltaCelsius: 0.95 * illness + 0.16 * spread(random),
    freshness,
    stress,
    weightKg: person.weightKg - 1.6 * fitness - 0.8 * illness + 0.35 * spread(random),
    systolicMmHg: person.systolicMmHg - 3 * fitness + 4 * stress + 3 * spread(random),
    diastolicMmHg: person.systolicMmHg * 0.63 - 2 * fitness + 2 * stress + 2 * spread(random),
    vo2maxMlPerMinPerKg: 44 + (62 - person.restingHeartRateBpm) * 0.5 + 3 * fitness,
  };
}
