import { dateOf, weekdayOf } from '../calendar.ts';
import { clamped, randomFrom, seedOf, spread } from '../random.ts';
import { offsetMinutesOn } from './episodes.ts';
import type { Person } from './person.ts';
import { type SleepSession, sleepsOn } from './sleeps.ts';
import { type Vitals, vitalsOn } from './vitals.ts';
import { type Workout, workoutsOn } from './workouts.ts';

/** What is unusual about everybody's life in this run. */
export type Lifestyle = {
  readonly extraNaps: boolean;
  readonly splitNights: boolean;
  readonly timeZoneTravel: boolean;
};

export const ORDINARY_LIFE: Lifestyle = { extraNaps: false, splitNights: false, timeZoneTravel: false };

/** One local date of a person's life. It depends on nothing but the person, the date and the lifestyle. */
export type LifeDay = {
  readonly person: Person;
  readonly day: number;
  readonly date: string;
  readonly offsetMinutes: number;
  readonly steps: number;
  readonly vitals: Vitals;
  readonly workouts: readonly Workout[];
  readonly sleeps: readonly SleepSession[];
};

export function lifeOn(person: Person, day: number, lifestyle: Lifestyle): LifeDay {
  const vitals = vitalsOn(person, day);
  const workouts = workoutsOn(person, day);
  return {
    person,
    day,
    date: dateOf(day),
    offsetMinutes: offsetMinutesOn(person, day, lifestyle.timeZoneTravel),
    steps: stepsOn(person, day, vitals, workouts),
    vitals,
    workouts,
    sleeps: sleepsOn(person, day, {
      napChance: lifestyle.extraNaps ? 0.6 : 0.05,
      splitNightChance: lifestyle.splitNights ? 0.5 : 0.03,
    }),
  };
}

/** Errands and the office make the week; Sundays are slow; a workout's steps come on top. */
function stepsOn(person: Person, day: number, vitals: Vitals, workouts: readonly Workout[]): number {
  const random = randomFrom(seedOf(person.seed, 'steps', day));
  const rhythm = [0.72, 1, 1.02, 1.04, 1, 1.06, 1.15][weekdayOf(day)] ?? 1;
  const usual = person.steps * 0.8 * rhythm * (1 + 0.1 * vitals.fitness) * (1 - 0.65 * vitals.illness);
  const walked = clamped(usual * (1 + 0.2 * spread(random)), 300, 40_000);
  return Math.round(workouts.reduce((sum, workout) => sum + (workout.steps ?? 0), walked));
}
