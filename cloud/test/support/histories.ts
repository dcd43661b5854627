import fc from 'fast-check';

/**
 * Histories as plain data: what Terra tells about a few people, and what happens to the messages meanwhile.
 * Few dates, ids, times and values, so that events collide. `bodyOf` (history-bodies.ts) makes the webhooks.
 */
export type History = {
  /** Whose each device is, and its provider. A device has two Terra ids: before and after a renewal. */
  readonly devices: readonly { readonly user: number; readonly provider: string }[];
  /** Bodies above this many bytes go to R2. */
  readonly inlineBytes: number;
  readonly steps: readonly Step[];
};

export type Step =
  | { readonly do: 'tell'; readonly telling: Telling; readonly at: number | null; readonly waitMs: number }
  /** The same bytes as an earlier telling, as Terra's retry or a second order of them. */
  | { readonly do: 'repeat'; readonly of: number; readonly at: number | null }
  | Consume
  /** Messages that the queue lost. */
  | { readonly do: 'lose'; readonly size: number; readonly from: number }
  | { readonly do: 'cron'; readonly waitMs: number }
  | { readonly do: 'replay'; readonly row: number }
  | { readonly do: 'upload'; readonly user: number }
  /** Of one person, by an operator, or by the cron because older rules made the rows. */
  | { readonly do: 'rebuild'; readonly user: number; readonly by: 'operator' | 'dry_run' | 'cron' }
  | { readonly do: 'wipe'; readonly user: number };

/** A batch, and what happens in the middle of it: at its n-th call to the database or to R2. */
export type Consume = {
  readonly do: 'consume';
  readonly size: number;
  readonly from: number;
  /** Messages come again although they were acknowledged. */
  readonly again: boolean;
  readonly meanwhile: {
    readonly call: number;
    readonly happens: 'consumer' | 'twin' | 'cron' | 'wipe' | 'fails' | 'answer_lost';
    readonly user: number;
    readonly size: number;
  } | null;
};

export type Telling = Named &
  (
    | { readonly kind: 'daily'; readonly items: readonly Day[] }
    | { readonly kind: 'sleep'; readonly items: readonly Night[] }
    | { readonly kind: 'activity'; readonly items: readonly Workout[] }
    | { readonly kind: 'body'; readonly items: readonly Measurement[] }
    | Lab
    | { readonly kind: 'auth' | 'auth_success' | 'user_reauth'; readonly scopes: string | null }
    | {
        readonly kind: 'permission_change';
        readonly scopes: string | null;
        readonly added: string;
        readonly removed: string;
      }
    | { readonly kind: 'connection_error'; readonly message: string | null }
    | { readonly kind: 'deauth' | 'access_revoked' | 'auth_cancelled' }
    | { readonly kind: 'auth_failed' | 'other' | 'no_type'; readonly type: string }
  );

type Named = {
  readonly device: number;
  readonly renewed: boolean;
  /** Whether the envelope names the user; else it waits until an `auth` has told whose the Terra id is. */
  readonly named: boolean;
};

export type Maybe = number | null;
export type Day = {
  readonly date: number;
  readonly offset: string;
  readonly steps: Maybe;
  readonly pulse: Maybe;
  readonly hrv: readonly ['rmssd' | 'sdnn', number] | null;
  readonly stress: Maybe;
  readonly score: Maybe;
  readonly active: Maybe;
  readonly broken: boolean;
};
export type Night = {
  readonly id: Maybe;
  readonly start: number;
  readonly end: number;
  readonly offset: string;
  readonly nap: boolean | null;
  readonly tentative: boolean;
  readonly asleep: Maybe;
  readonly stages: readonly [Maybe, Maybe, Maybe, Maybe];
  /** Seconds in bed; a record that knows nothing else is a stay in bed. */
  readonly inBed: Maybe;
  readonly efficiency: Maybe;
  readonly pulse: Maybe;
  readonly hrv: readonly ['rmssd' | 'sdnn', number] | null;
  readonly score: Maybe;
  readonly broken: boolean;
};
export type Workout = {
  readonly id: Maybe;
  readonly start: Maybe;
  readonly deleted: boolean;
  readonly minutes: Maybe;
  readonly distance: Maybe;
  readonly calories: Maybe;
  readonly climb: readonly ['meters' | 'floors', number] | null;
  readonly name: string | null;
};
export type Measurement = {
  readonly date: number;
  readonly weights: readonly (readonly [minute: number, kilograms: Maybe])[];
  readonly average: Maybe;
  readonly pressure: Maybe;
};
export type Lab = Named & {
  readonly kind: 'lab';
  readonly shape: 'untyped' | 'flat' | 'completed' | 'layered' | 'failed';
  readonly upload: boolean;
  readonly session: Maybe;
  readonly date: Maybe;
  readonly results: readonly {
    readonly code: string | null;
    readonly value: number | string | null;
    readonly unit: string | null;
    readonly flag: string | null;
    readonly range: readonly [low: number, high: number] | null;
    readonly specimen: string | null;
  }[];
};

export const PROVIDERS = ['OURA', 'GARMIN', 'WHOOP'] as const;
export const SKIPPED_TYPES = ['nutrition', 'healthcheck', 'large_request_sending', 'athlete'] as const;
const UNKNOWN_TYPE = 'newly_invented';

const upTo = (max: number) => fc.integer({ min: 0, max });
const rarely = fc.integer({ min: 0, max: 9 }).map((n) => n === 9);
const mostly = fc.integer({ min: 0, max: 4 }).map((n) => n !== 4);
const maybe = (...values: readonly number[]) => fc.constantFrom<Maybe>(null, ...values);
const list = <Value>(one: fc.Arbitrary<Value>, maxLength: number, minLength = 0) =>
  fc.array(one, { minLength, maxLength, size: 'max' });
const offset = fc.constantFrom('+01:00', '', '-08:00', 'Z');
const hrv = fc.option(fc.tuple(fc.constantFrom('rmssd' as const, 'sdnn' as const), fc.constantFrom(40, 60)), {
  nil: null,
});
const scopes = fc.constantFrom<string | null>(null, '', 'A', ' B ,A', 'A,B,C');
const delta = fc.constantFrom('', 'A', 'B', 'A,D');

const day: fc.Arbitrary<Day> = fc.record({
  date: upTo(2),
  offset,
  steps: maybe(0, 100, 200),
  pulse: maybe(50, 60, 255),
  hrv,
  stress: maybe(10, 20),
  score: maybe(70, 80),
  active: maybe(600, 1_200),
  broken: rarely,
});

const night: fc.Arbitrary<Night> = fc.record({
  id: maybe(0, 1, 2),
  start: upTo(4),
  end: upTo(3),
  offset,
  nap: fc.constantFrom(null, null, false, true),
  tentative: fc.constantFrom(false, false, true),
  asleep: maybe(0, 3_600, 3_600, 7_200, 7_200),
  stages: fc.oneof(
    { weight: 4, arbitrary: fc.tuple(maybe(600, 1_200), maybe(600), maybe(1_800), maybe(0, 300)) },
    { weight: 1, arbitrary: fc.tuple(maybe(0), fc.constant(0), fc.constant(0), maybe(0, 300)) },
    { weight: 1, arbitrary: fc.constant<Night['stages']>([null, null, null, null]) },
  ) as fc.Arbitrary<Night['stages']>,
  inBed: maybe(28_800),
  efficiency: maybe(0.9, 85),
  pulse: maybe(45, 55),
  hrv,
  score: maybe(75, 85),
  broken: rarely,
});

const workout: fc.Arbitrary<Workout> = fc.record({
  id: maybe(0, 0, 1),
  start: maybe(0, 1, 2),
  deleted: fc.constantFrom(false, false, false, true),
  minutes: maybe(30, 45),
  distance: maybe(1_000, 2_000),
  calories: maybe(100, 200),
  climb: fc.option(fc.tuple(fc.constantFrom('meters' as const, 'floors' as const), fc.constantFrom(5, 9)), {
    nil: null,
  }),
  name: fc.constantFrom(null, 'Evening run'),
});

const measurement: fc.Arbitrary<Measurement> = fc.record({
  date: upTo(1),
  weights: list(fc.tuple(upTo(2), maybe(70, 71)), 2),
  average: maybe(69),
  pressure: maybe(120, 130),
});

const result = fc.record({
  code: fc.constantFrom<string | null>('glucose', 'glucose', 'glucose_fasting', 'ferritin', null),
  value: fc.constantFrom<number | string | null>(90, 100, '<5', 'negative', 'hemolysed', null),
  unit: fc.constantFrom<string | null>('mg/dL', 'mmol/L', null),
  flag: fc.constantFrom<string | null>(null, null, 'normal', 'H'),
  range: fc.constantFrom<readonly [number, number] | null>(null, [70, 99]),
  specimen: fc.constantFrom<string | null>(null, null, null, 'urine'),
});

/** One webhook. */
function tellingOf(devices: number): fc.Arbitrary<Telling> {
  const about = { device: upTo(devices - 1), renewed: rarely, named: mostly };
  const items = <Kind extends 'daily' | 'sleep' | 'activity' | 'body', Item>(
    kind: Kind,
    one: fc.Arbitrary<Item>,
  ) => fc.record({ ...about, kind: fc.constant(kind), items: list(one, 3) });
  const told = <Kind extends string, More extends Record<string, fc.Arbitrary<unknown>>>(
    kinds: readonly Kind[],
    more: More,
  ) => fc.record({ ...about, kind: fc.constantFrom(...kinds), ...more });
  const lab = fc.record({
    ...about,
    kind: fc.constant('lab' as const),
    shape: fc.constantFrom('untyped', 'flat', 'completed', 'layered', 'failed') as fc.Arbitrary<Lab['shape']>,
    upload: mostly,
    session: maybe(0, 0, 1),
    date: maybe(0, 1),
    results: list(result, 3),
  });
  return fc.oneof(
    { weight: 6, arbitrary: items('daily', day) },
    { weight: 9, arbitrary: items('sleep', night) },
    { weight: 7, arbitrary: items('activity', workout) },
    { weight: 2, arbitrary: items('body', measurement) },
    { weight: 5, arbitrary: lab },
    { weight: 3, arbitrary: told(['auth', 'auth_success', 'user_reauth'], { scopes }) },
    { weight: 2, arbitrary: told(['permission_change'], { scopes, added: delta, removed: delta }) },
    { weight: 1, arbitrary: told(['connection_error'], { message: fc.constantFrom(null, 'expired') }) },
    { weight: 2, arbitrary: told(['deauth', 'access_revoked', 'auth_cancelled'], {}) },
    {
      weight: 1,
      arbitrary: told(['auth_failed', 'other', 'other', 'no_type'], {
        type: fc.constantFrom(UNKNOWN_TYPE, ...SKIPPED_TYPES),
      }),
    },
  ) as fc.Arbitrary<Telling>;
}

/** When Terra emitted it, in seconds around the time of delivery; null where the header is missing. */
const at = fc.constantFrom<Maybe>(0, 0, 1, 2, 3, -1, null);

function stepOf(devices: number, users: number): fc.Arbitrary<Step> {
  const user = upTo(users - 1);
  // Mostly a part of what waits, so that another consumer finds messages over the same keys.
  const size = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 20 }));
  const from = upTo(9);
  const happens = fc.constantFrom(
    ...(['consumer', 'consumer', 'consumer', 'consumer', 'consumer'] as const),
    ...(['twin', 'cron', 'wipe', 'fails', 'answer_lost'] as const),
  );
  // 0 reads the events, then come payloads in R2, the state and the commit.
  const call = fc.constantFrom(0, 1, 2, 2, 2, 3, 4, 6);
  const meanwhile = fc.record({ call, happens, user, size: fc.integer({ min: 1, max: 5 }) });
  return fc.oneof(
    {
      weight: 30,
      arbitrary: fc.record({
        do: fc.constant('tell'),
        telling: tellingOf(devices),
        at,
        waitMs: fc.constantFrom(0, 0, 700),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('repeat'), of: upTo(9), at }) },
    {
      weight: 9,
      arbitrary: fc.record({
        do: fc.constant('consume'),
        size,
        from,
        again: rarely,
        meanwhile: fc.option(meanwhile, { nil: null, freq: 4 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('lose'), size: upTo(4), from }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('cron'), waitMs: fc.constantFrom(0, 31_000) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('replay'), row: upTo(30) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('upload'), user }) },
    {
      weight: 2,
      arbitrary: fc.record({
        do: fc.constant('rebuild'),
        user,
        by: fc.constantFrom('operator', 'operator', 'dry_run', 'cron'),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wipe'), user }) },
  ) as fc.Arbitrary<Step>;
}

/** One to three people with one to three devices in all, and up to `steps` things that happen. */
export function histories(steps: number): fc.Arbitrary<History> {
  return fc.tuple(fc.integer({ min: 1, max: 3 }), upTo(5)).chain(([users, more]) => {
    const device = fc.record({ user: upTo(users - 1), provider: fc.constantFrom(...PROVIDERS) });
    const count = users + (more % 3);
    return fc.record({
      devices: fc
        .array(device, { minLength: count, maxLength: count })
        .map((devices) => devices.map((one, i) => (i < users ? { ...one, user: i } : one))),
      inlineBytes: fc.constantFrom(1_000_000, 1_000_000, 1_000_000, 500),
      steps: list(stepOf(count, users), steps, 4),
    });
  });
}
