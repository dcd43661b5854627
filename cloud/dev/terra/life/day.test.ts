import { expect, test } from 'vitest';
import { dayNumber } from '../calendar.ts';
import { lifeOn, ORDINARY_LIFE } from './day.ts';
import { illnessOn } from './episodes.ts';
import { personOf } from './person.ts';

const PEOPLE = Array.from({ length: 12 }, (_, index) => personOf(index));
const YEAR = Array.from({ length: 365 }, (_, index) => dayNumber('2025-07-01') + index);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test('illness raises the resting heart rate and the skin temperature, lowers variability and steps', () => {
  const days = PEOPLE.flatMap((person) =>
    YEAR.map((day) => ({ person, life: lifeOn(person, day, ORDINARY_LIFE) })),
  );
  const ill = days.filter(({ person, life }) => illnessOn(person, life.day) > 0.5).map(({ life }) => life);
  const well = days.filter(({ person, life }) => illnessOn(person, life.day) === 0).map(({ life }) => life);
  expect(ill.length).toBeGreaterThan(20);
  const compare = (read: (life: (typeof ill)[number]) => number) =>
    mean(ill.map(read)) - mean(well.map(read));
  expect(compare((life) => life.vitals.restingHeartRateBpm)).toBeGreaterThan(4);
  expect(compare((life) => life.vitals.skinTemperatureDeltaCelsius)).toBeGreaterThan(0.4);
  expect(compare((life) => life.vitals.heartRateVariabilityMs)).toBeLessThan(-8);
  expect(compare((life) => life.steps)).toBeLessThan(-2_000);
});

test('stages and waking make up the time in bed, and no sessions of a day overlap', () => {
  const lifestyle = { extraNaps: true, splitNights: true, timeZoneTravel: true };
  for (const person of PEOPLE) {
    for (const day of YEAR) {
      let end = 0;
      for (const session of lifeOn(person, day, lifestyle).sleeps) {
        const { deepSeconds, remSeconds, lightSeconds, awakeSeconds } = session;
        expect(deepSeconds + remSeconds + lightSeconds + awakeSeconds).toBe(
          session.endSeconds - session.startSeconds,
        );
        expect(Math.min(deepSeconds, remSeconds, lightSeconds, awakeSeconds)).toBeGreaterThanOrEqual(0);
        expect(session.startSeconds).toBeGreaterThanOrEqual(end);
        expect(Math.floor(session.endSeconds / 86_400)).toBe(day);
        end = session.endSeconds;
      }
    }
  }
});

test('travel changes the offset for some days, and far more often where it is asked for', () => {
  const moves = (timeZoneTravel: boolean) =>
    PEOPLE.map(
      (person) =>
        new Set(YEAR.map((day) => lifeOn(person, day, { ...ORDINARY_LIFE, timeZoneTravel }).offsetMinutes))
          .size,
    );
  expect(mean(moves(false))).toBeGreaterThan(2);
  expect(mean(moves(true))).toBeGreaterThan(mean(moves(false)) + 3);
});
