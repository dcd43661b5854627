import { SECONDS_PER_DAY, weekdayOf } from '../calendar.ts';
import { between, clamped, randomFrom, rounded, seedOf, spread } from '../random.ts';
import { fitnessOn, illnessOn } from './episodes.ts';
import type { Person } from './person.ts';

export type Workout = {
  /** Terra's ActivityType. */
  readonly type: number;
  readonly name: string | null;
  /** Wall clock, seconds since 1970. */
  readonly startSeconds: number;
  readonly durationSeconds: number;
  readonly distanceMeters: number | null;
  readonly climbMeters: number | null;
  readonly steps: number | null;
  readonly averageHeartRateBpm: number;
  readonly maximumHeartRateBpm: number;
  readonly caloriesKcal: number;
  /** Share of the time spent vigorously. */
  readonly vigour: number;
};

type Sport = {
  readonly name: string;
  readonly metersPerSecond: number;
  readonly stepsPerMeter: number;
  readonly climbPerMeter: number;
  /** Share of the heart rate reserve. */
  readonly effort: number;
  readonly minutes: number;
};

const SPORTS: ReadonlyMap<number, Sport> = new Map([
  [1, sport('Ride', 7.2, 0, 0.008, 0.6, 75)],
  [7, sport('Walk', 1.4, 1.35, 0.004, 0.32, 45)],
  [8, sport('Run', 2.9, 0.95, 0.007, 0.7, 45)],
  [35, sport('Hike', 1.1, 1.45, 0.05, 0.48, 150)],
  [80, sport('Strength', 0, 0, 0, 0.42, 50)],
  [83, sport('Swim', 0.75, 0, 0, 0.58, 40)],
  [100, sport('Yoga', 0, 0, 0, 0.2, 35)],
]);

function sport(
  name: string,
  metersPerSecond: number,
  stepsPerMeter: number,
  climbPerMeter: number,
  effort: number,
  minutes: number,
): Sport {
  return { name, metersPerSecond, stepsPerMeter, climbPerMeter, effort, minutes };
}

/** What the person does that day: nothing when ill or on the rest day, longer things at weekends. */
export function workoutsOn(person: Person, day: number): readonly Workout[] {
  const weekday = weekdayOf(day);
  if (illnessOn(person, day) > 0.25 || weekday === person.restWeekday) return [];
  const random = randomFrom(seedOf(person.seed, 'workouts', day));
  const fitness = fitnessOn(person, day);
  const workouts: Workout[] = [];
  if (random() < 0.55 + 0.2 * fitness) workouts.push(workoutAt(person, day, 0, fitness));
  if (random() < 0.12 + 0.06 * fitness) workouts.push(workoutAt(person, day, 1, fitness));
  return workouts;
}

function workoutAt(person: Person, day: number, index: number, fitness: number): Workout {
  const random = randomFrom(seedOf(person.seed, 'workout', day, index));
  const weekend = weekdayOf(day) % 6 === 0;
  const choice = random() < 0.6 ? 0 : 1 + Math.floor(random() * (person.sports.length - 1));
  const type = person.sports[choice] ?? person.sports[0];
  const kind = SPORTS.get(type) ?? sport('Workout', 0, 0, 0, 0.45, 40);
  const durationSeconds = Math.round(
    kind.minutes * 60 * between(random, 0.6, 1.4) * (weekend ? 1.25 : 1) * (1 + 0.15 * fitness),
  );
  const hour =
    index === 1 ? between(random, 18, 19.5) : weekend ? between(random, 9.5, 12) : between(random, 6.8, 8);
  const speed = kind.metersPerSecond * (1 + 0.08 * fitness + 0.05 * spread(random));
  const distanceMeters = speed === 0 ? null : rounded(speed * durationSeconds, 1);
  const reserveBpm = person.maximumHeartRateBpm - person.restingHeartRateBpm;
  const effort = clamped(kind.effort + 0.06 * spread(random), 0.1, 0.92);
  const averageHeartRateBpm = person.restingHeartRateBpm + reserveBpm * effort;
  return {
    type,
    name: random() < 0.7 ? `${hour < 12 ? 'Morning' : 'Evening'} ${kind.name}` : null,
    startSeconds: day * SECONDS_PER_DAY + Math.round(hour * 3600),
    durationSeconds,
    distanceMeters,
    climbMeters:
      distanceMeters === null || kind.climbPerMeter === 0
        ? null
        : rounded(distanceMeters * kind.climbPerMeter * between(random, 0.4, 1.8), 1),
    steps:
      distanceMeters === null || kind.stepsPerMeter === 0
        ? null
        : Math.round(distanceMeters * kind.stepsPerMeter),
    averageHeartRateBpm: rounded(averageHeartRateBpm, 1),
    maximumHeartRateBpm: Math.round(
      Math.min(person.maximumHeartRateBpm, averageHeartRateBpm + between(random, 12, 30)),
    ),
    caloriesKcal: rounded((durationSeconds / 60) * (2.5 + 13 * effort) * (person.weightKg / 75), 1),
    vigour: clamped((effort - 0.35) * 1.6, 0, 0.85),
  };
}
