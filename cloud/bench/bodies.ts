import type { JsonObject } from '../dev/terra/json.ts';
import { ORDINARY_LIFE } from '../dev/terra/life/day.ts';
import { personOf } from '../dev/terra/life/person.ts';
import { type DataType, deviceOf } from '../dev/terra/payloads/devices.ts';
import { historyItems } from '../dev/terra/payloads/history.ts';

/** What a bench delivers: days of simulated people, the same in every run. */

/** Day 0 of the bench's people, in days since 1970: 2017-01-02. All rounds are over by now: a day to come is refused. */
const FIRST_DAY = 17_168;
const encoder = new TextEncoder();

/** A daily of about so many bytes, its weight in samples as with devices; each `nth` is another body. */
export function dailyOfBytes(bytes: number, nth: number): Uint8Array {
  const sample = (second: number) => ({
    timestamp: new Date(Date.UTC(2026, 0, 5, 0, 0, second)).toISOString(),
    bpm: 50 + (second % 60),
  });
  const [first] = itemsOf(nth % 50, 'daily', nth % 20);
  const small = bodyText(nth, 'daily', [{ ...first }], nth);
  const count = Math.max(0, Math.floor((bytes - small.length) / JSON.stringify(sample(0)).length) - 3);
  const heart_rate_data = { detailed: { hr_samples: Array.from({ length: count }, (_, n) => sample(n)) } };
  return encoder.encode(bodyText(nth, 'daily', [{ ...first, heart_rate_data }], nth));
}

export const KINDS = ['daily again', 'new day', 'activity', 'sleep', 'body'] as const;

export type Kind = (typeof KINDS)[number];

/** How often each comes among a hundred events: what a person's devices send. */
export const SHARES: Readonly<Record<Kind, number>> = {
  'daily again': 40,
  'new day': 20,
  activity: 15,
  sleep: 15,
  body: 10,
};

/** People whose events come in one batch: as many as there are messages, nearly. */
const PEOPLE = 50;

/** What must be there before a round: the days that it sends again. */
export function bodiesBefore(round: number): readonly Uint8Array[] {
  return Array.from({ length: SHARES['daily again'] }, (_, n) => eventBody('new day', round, n, 0));
}

/** A hundred events of a round, in the shares of `SHARES`, or all of one kind. */
export function bodiesOfRound(round: number, only: Kind | null): readonly Uint8Array[] {
  const kinds = KINDS.flatMap((kind) =>
    Array.from({ length: only === null ? SHARES[kind] : kind === only ? 100 : 0 }, (_, n) => ({ kind, n })),
  );
  return kinds.map(({ kind, n }) => eventBody(kind, round, n, 1));
}

/** One event of a kind; `withSamples` as devices send it, else its figures alone. */
export function eventBody(
  kind: Kind,
  round: number,
  n: number,
  edition: number,
  withSamples = false,
): Uint8Array {
  const person = n % PEOPLE;
  // Kinds lie apart, so that an event is new where its kind is.
  const day = round * 8 + Math.floor(n / PEOPLE) + (kind === 'daily again' || edition === 0 ? 0 : 4);
  const type: DataType = kind === 'daily again' || kind === 'new day' ? 'daily' : kind;
  const items = itemsOf(person, type, day, withSamples);
  const changed = kind === 'daily again' ? items.map((item) => withSteps(item, 20_000 + round)) : items;
  return encoder.encode(bodyText(person, type, changed, edition));
}

/** The day went on. */
function withSteps(item: JsonObject, steps: number): JsonObject {
  const distance = item.distance_data;
  return { ...item, distance_data: { ...(typeof distance === 'object' ? distance : {}), steps } };
}

/** The items of the first day from this one on that has any: nobody wears a device every day. */
function itemsOf(person: number, type: DataType, day: number, withSamples = false): readonly JsonObject[] {
  const device = deviceOf('GARMIN');
  if (device === null) throw new Error('there is no such device');
  const request = {
    person: personOf(person + 1),
    device,
    type,
    lifestyle: ORDINARY_LIFE,
    withSamples,
  };
  for (let tried = day; tried < day + 400; tried += 1) {
    const items = historyItems({ ...request, days: [FIRST_DAY + tried] });
    if (items.length > 0) return items.slice(0, 1);
  }
  throw new Error(`nobody sends ${type}`);
}

/** What makes it another body of the same items stands beside them: a field that no schema has would be work of its own. */
function bodyText(person: number, type: DataType, items: readonly JsonObject[], edition: number): string {
  return JSON.stringify({ type, user: terraUser(person), data: items, version: `2022-03-16.${edition}` });
}

/** The id of a person of the bench, as Clerk would give it. */
export function personId(person: number): string {
  return `user_bench_${person % PEOPLE}`;
}

/** Their device, as Terra names it in each event. */
export function terraUser(person: number): JsonObject {
  return {
    user_id: `00000000-0000-4000-8000-${String(person % PEOPLE).padStart(12, '0')}`,
    provider: 'GARMIN',
    reference_id: personId(person),
    scopes: 'ACTIVITY,BODY,DAILY,SLEEP',
    active: true,
  };
}

/** So many days of a person in one event, as history comes. */
export function historyBody(person: number, type: DataType, firstDay: number, days: number): Uint8Array {
  const device = deviceOf('GARMIN');
  if (device === null) throw new Error('there is no such device');
  const items = historyItems({
    person: personOf(person + 1),
    device,
    type,
    lifestyle: ORDINARY_LIFE,
    withSamples: false,
    days: Array.from({ length: days }, (_, n) => FIRST_DAY + firstDay + n),
  });
  return encoder.encode(bodyText(person, type, items, 0));
}
