import { dayNumber } from '../terra/calendar.ts';
import { isJsonObject, type JsonObject } from '../terra/json.ts';
import { ORDINARY_LIFE } from '../terra/life/day.ts';
import { personOf } from '../terra/life/person.ts';
import { type DataType, type Device, deviceOf } from '../terra/payloads/devices.ts';
import { historyItems } from '../terra/payloads/history.ts';

/** What one person's devices send of a day. */
export type Case = {
  readonly name: string;
  readonly dailies: number;
  readonly sleeps: number;
  readonly withSamples: boolean;
  /** What a year of it may cost in D1 once its bodies have moved. */
  readonly megabytesMax: number;
};

export const CASES: readonly Case[] = [
  {
    name: 'samples, six dailies and two sleeps a day',
    dailies: 6,
    sleeps: 2,
    withSamples: true,
    megabytesMax: 5,
  },
  { name: 'no samples, one push a day', dailies: 1, sleeps: 1, withSamples: false, megabytesMax: 4 },
];

const PROVIDERS = ['OURA', 'GARMIN'] as const;
const USER = 'user_storage_0123456789abcdef';

/** Bodies of so many days up to a date, oldest first, as both devices send them. */
export function* bodiesOf(one: Case, until: string, days: number): Generator<string> {
  const last = dayNumber(until);
  for (let day = last - days + 1; day <= last; day += 1) {
    for (const provider of PROVIDERS) {
      const device = deviceOf(provider);
      if (device === null) throw new Error(`there is no device ${provider}`);
      yield* pushes(device, 'daily', day, one.dailies, one.withSamples);
      yield* pushes(device, 'sleep', day, one.sleeps, one.withSamples);
    }
  }
}

/** The same item again and again, each time a little other: the day goes on, the night is looked at once more. */
function* pushes(
  device: Device,
  type: DataType,
  day: number,
  count: number,
  withSamples: boolean,
): Generator<string> {
  const request = { person: personOf(7), device, type, days: [day], lifestyle: ORDINARY_LIFE, withSamples };
  const items = historyItems(request);
  if (items.length === 0) return;
  const user = {
    user_id: `00000000-0000-4000-8000-00000000${device.provider === 'OURA' ? '0001' : '0002'}`,
    provider: device.provider,
    reference_id: USER,
    scopes: 'ACTIVITY,BODY,DAILY,SLEEP',
    active: true,
  };
  for (let nth = 1; nth <= count; nth += 1)
    yield JSON.stringify({
      type,
      user,
      data: items.map((item) => asOf(item, nth / count)),
      version: '2022-03-16',
    });
}

function asOf(item: JsonObject, share: number): JsonObject {
  const { distance_data: distance, scores } = item;
  return {
    ...item,
    ...(isJsonObject(distance)
      ? { distance_data: { ...distance, steps: scaled(distance.steps, share) } }
      : {}),
    ...(isJsonObject(scores) && share < 1 ? { scores: { ...scores, sleep: null } } : {}),
  };
}

function scaled(value: unknown, share: number): number | null {
  return typeof value === 'number' ? Math.round(value * share) : null;
}
