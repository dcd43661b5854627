import { between, pick, randomFrom, seedOf } from '../random.ts';

export type HomeZone = { readonly standardOffsetMinutes: number; readonly savesDaylight: boolean };

/** What stays the same about somebody, whatever they wear. */
export type Person = {
  readonly seed: number;
  readonly home: HomeZone;
  readonly restingHeartRateBpm: number;
  readonly maximumHeartRateBpm: number;
  readonly heartRateVariabilityMs: number;
  readonly breathsPerMinute: number;
  readonly sleepNeedSeconds: number;
  /** On a working day, in seconds after noon of the evening before. */
  readonly bedTimeSeconds: number;
  readonly steps: number;
  readonly weightKg: number;
  readonly heightCm: number;
  readonly bodyFatPercentage: number;
  readonly systolicMmHg: number;
  /** Weekday (0 is Sunday) without workouts, besides what illness takes. */
  readonly restWeekday: number;
  /** Activity types of Terra, the favourite first. */
  readonly sports: readonly [number, ...number[]];
};

const HOMES: readonly [HomeZone, ...HomeZone[]] = [
  { standardOffsetMinutes: 0, savesDaylight: true },
  { standardOffsetMinutes: 60, savesDaylight: true },
  { standardOffsetMinutes: -480, savesDaylight: false },
  { standardOffsetMinutes: -300, savesDaylight: false },
  { standardOffsetMinutes: 330, savesDaylight: false },
  { standardOffsetMinutes: 540, savesDaylight: false },
  { standardOffsetMinutes: 780, savesDaylight: false },
];

const SPORTS: readonly [Person['sports'], ...Person['sports'][]] = [
  [8, 80, 35],
  [1, 8, 100],
  [83, 80, 7],
  [8, 1, 83],
  [80, 7, 100],
];

export function personOf(seed: number): Person {
  const random = randomFrom(seedOf(seed, 'person'));
  return {
    seed,
    home: pick(random, HOMES),
    restingHeartRateBpm: between(random, 50, 66),
    maximumHeartRateBpm: between(random, 178, 198),
    heartRateVariabilityMs: between(random, 36, 82),
    breathsPerMinute: between(random, 13, 16.5),
    sleepNeedSeconds: between(random, 6.9, 8.2) * 3600,
    bedTimeSeconds: between(random, 10.2, 12.4) * 3600,
    steps: between(random, 6_500, 11_500),
    weightKg: between(random, 56, 92),
    heightCm: Math.round(between(random, 158, 192)),
    bodyFatPercentage: between(random, 14, 29),
    systolicMmHg: between(random, 112, 128),
    restWeekday: Math.floor(random() * 7),
    sports: pick(random, SPORTS),
  };
}
