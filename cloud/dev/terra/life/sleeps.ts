import { SECONDS_PER_DAY, weekdayOf } from '../calendar.ts';
import { between, clamped, randomFrom, seedOf, spread } from '../random.ts';
import { illnessOn } from './episodes.ts';
import type { Person } from './person.ts';

export type SleepSession = {
  /** What names it among the sessions of its wake date. */
  readonly part: 'night' | 'second half' | 'nap';
  readonly isNap: boolean;
  /** Wall clock, seconds since 1970. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** The three sum to the time asleep; with awake they sum to the time in bed. */
  readonly deepSeconds: number;
  readonly remSeconds: number;
  readonly lightSeconds: number;
  readonly awakeSeconds: number;
};

/** Chances on any one day. */
export type SleepHabits = { readonly napChance: number; readonly splitNightChance: number };

/** The sessions that end on that local date, in the order slept. */
export function sleepsOn(person: Person, day: number, habits: SleepHabits): readonly SleepSession[] {
  const random = randomFrom(seedOf(person.seed, 'sleep', day));
  const weekend = weekdayOf(day) % 6 === 0;
  const illness = illnessOn(person, day);
  const noon = (day - 1) * SECONDS_PER_DAY + SECONDS_PER_DAY / 2;
  const start = noon + person.bedTimeSeconds + (weekend ? 3_300 : 0) + spread(random) * 1_500;
  const need = person.sleepNeedSeconds + (weekend ? 2_700 : -1_200) + illness * 3_600;
  const inBed = clamped(need + spread(random) * 2_400, 3.5 * 3_600, 11 * 3_600) * 1.09;
  const parts =
    random() < habits.splitNightChance ? splitNight(start, inBed, day, person) : [night(start, inBed)];
  if (random() < habits.napChance + illness * 0.3)
    parts.push(nap(day, random(), parts.at(-1)?.endSeconds ?? 0));
  return parts.map((part, index) => staged(part, randomFrom(seedOf(person.seed, 'stages', day, index))));
}

type Bout = Pick<SleepSession, 'part' | 'isNap' | 'startSeconds' | 'endSeconds'>;

function night(start: number, inBedSeconds: number): Bout {
  return {
    part: 'night',
    isNap: false,
    startSeconds: toMinute(start),
    endSeconds: toMinute(start + inBedSeconds),
  };
}

/** Up for a while some time after midnight: two sessions, of which either may be the longer. */
function splitNight(start: number, inBedSeconds: number, day: number, person: Person): Bout[] {
  const random = randomFrom(seedOf(person.seed, 'split', day));
  const untilMidnight = day * SECONDS_PER_DAY - start;
  const first = Math.max(inBedSeconds * between(random, 0.35, 0.65), untilMidnight + 600);
  const awakeBetween = between(random, 50, 110) * 60;
  const resumed = toMinute(start + first + awakeBetween);
  return [
    night(start, first),
    {
      part: 'second half',
      isNap: false,
      startSeconds: resumed,
      endSeconds: toMinute(start + inBedSeconds + awakeBetween),
    },
  ];
}

/** After lunch, or two hours after a night that went on until noon. */
function nap(day: number, chance: number, nightEndSeconds: number): Bout {
  const start = Math.max(day * SECONDS_PER_DAY + (13.2 + chance * 2) * 3_600, nightEndSeconds + 7_200);
  return {
    part: 'nap',
    isNap: true,
    startSeconds: toMinute(start),
    endSeconds: toMinute(start + (22 + chance * 60) * 60),
  };
}

function staged(bout: Bout, random: () => number): SleepSession {
  const inBed = bout.endSeconds - bout.startSeconds;
  const awakeSeconds = toHalfMinute(inBed * clamped(0.09 + 0.03 * spread(random), 0.03, 0.2));
  const asleep = inBed - awakeSeconds;
  const deepSeconds = toHalfMinute(asleep * clamped(0.18 + 0.04 * spread(random), 0.05, 0.32));
  const remSeconds = bout.isNap
    ? 0
    : toHalfMinute(asleep * clamped(0.22 + 0.04 * spread(random), 0.06, 0.35));
  return { ...bout, deepSeconds, remSeconds, awakeSeconds, lightSeconds: asleep - deepSeconds - remSeconds };
}

function toMinute(seconds: number): number {
  return Math.round(seconds / 60) * 60;
}

function toHalfMinute(seconds: number): number {
  return Math.round(seconds / 30) * 30;
}
