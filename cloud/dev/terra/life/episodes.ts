import { isSummerTime } from '../calendar.ts';
import { between, clamped, pick, type Random, randomFrom, seedOf, spread } from '../random.ts';
import type { Person } from './person.ts';

/** Where a day lies inside something that lasts several days. */
type Episode = { readonly dayInside: number; readonly lengthDays: number; readonly random: Random };

type EpisodeRule = {
  readonly name: string;
  /** At most one in each block of this many days, wholly inside it: no day needs another day's history. */
  readonly everyDays: number;
  readonly chance: number;
  readonly shortestDays: number;
  readonly longestDays: number;
};

const ILLNESS: EpisodeRule = {
  name: 'illness',
  everyDays: 75,
  chance: 0.7,
  shortestDays: 4,
  longestDays: 8,
};
const TRIP: EpisodeRule = { name: 'trip', everyDays: 90, chance: 0.75, shortestDays: 5, longestDays: 14 };
const FREQUENT_TRIP: EpisodeRule = {
  name: 'frequent trip',
  everyDays: 12,
  chance: 0.95,
  shortestDays: 3,
  longestDays: 8,
};

/** Hours to the zones people fly to; the largest cross the date line of a night's local date. */
const TRIP_HOURS: readonly [number, ...number[]] = [-9, -6, -5, -3, -1, 1, 2, 3.5, 5.5, 8, 9];

export function episodeOn(seed: number, day: number, rule: EpisodeRule): Episode | null {
  const block = Math.floor(day / rule.everyDays);
  const random = randomFrom(seedOf(seed, rule.name, block));
  if (random() >= rule.chance) return null;
  const lengthDays = Math.floor(between(random, rule.shortestDays, rule.longestDays + 1));
  const start = block * rule.everyDays + Math.floor(random() * (rule.everyDays - lengthDays));
  const dayInside = day - start;
  return dayInside >= 0 && dayInside < lengthDays ? { dayInside, lengthDays, random } : null;
}

/** 0 well, 1 in bed: steep in, slow out. */
export function illnessOn(person: Person, day: number): number {
  const episode = episodeOn(person.seed, day, ILLNESS);
  if (episode === null) return 0;
  const severity = between(episode.random, 0.5, 1);
  if (episode.dayInside === 0) return severity * 0.6;
  return severity * (1 - (episode.dayInside - 1) / episode.lengthDays);
}

/** -1 unfit to 1 fit: a season with its own low point, and months that go better or worse than it. */
export function fitnessOn(person: Person, day: number): number {
  const lowestDay = seedOf(person.seed, 'season') % 365;
  const season = -Math.cos((2 * Math.PI * (day - lowestDay)) / 365.25);
  return clamped(0.7 * season + 0.45 * monthly(person.seed, day), -1, 1);
}

function monthly(seed: number, day: number): number {
  const month = Math.floor(day / 30);
  const share = day / 30 - month;
  const at = (knot: number) => spread(randomFrom(seedOf(seed, 'month', knot)));
  return at(month) * (1 - share) + at(month + 1) * share;
}

/** The UTC offset where the person wakes up on that day. */
export function offsetMinutesOn(person: Person, day: number, travelsOften: boolean): number {
  const summer = person.home.savesDaylight && isSummerTime(day) ? 60 : 0;
  const home = person.home.standardOffsetMinutes + summer;
  const trip = episodeOn(person.seed, day, travelsOften ? FREQUENT_TRIP : TRIP);
  if (trip === null) return home;
  return clamped(home + pick(trip.random, TRIP_HOURS) * 60, -720, 840);
}
