import { dateOf } from './calendar.ts';
import { chunksOf, type DataRequest, isLarge } from './data-request.ts';
import type { Delivery } from './delivery/delivery.ts';
import { largeRequestProcessingEvent, largeRequestSendingEvent } from './events.ts';
import type { JsonObject } from './json.ts';
import { personOf } from './life/person.ts';
import { OVERSIZE_LOOK_BACK_DAYS } from './limits.ts';
import { DATA_TYPES, type DataType, deviceOf } from './payloads/devices.ts';
import { historyItems } from './payloads/history.ts';
import { laterWithoutScores } from './payloads/later-daily.ts';
import { withOddValues } from './payloads/odd-values.ts';
import { oversizeBody } from './payloads/oversize.ts';
import { randomFrom, seedOf } from './random.ts';
import type { Terra } from './terra.ts';
import type { TerraUser } from './users.ts';

type ItemsRequest = Pick<DataRequest, 'user' | 'type' | 'withSamples'>;

/** Sends what was asked: one webhook, or the notices of a large request and its chunks. */
export function sendHistory(terra: Terra, request: DataRequest): void {
  const { type, reference } = request;
  const user = terra.users.asSentIn(request.user, type);
  const chunks = chunksOf(request, terra.today).map((days) => itemsOf(terra, request, days));
  if (!isLarge(request)) {
    tellItems(terra, request.user, { type, user, data: chunks.flat() }, reference);
    return;
  }
  const filled = chunks.filter((items) => items.length > 0);
  terra.tell(largeRequestProcessingEvent(reference, user), reference);
  terra.tell(largeRequestSendingEvent(reference, filled.length, user), reference);
  for (const [index, data] of filled.entries()) {
    const chunk = terra.chunkSuffix ? `${reference}:chunk:${index}` : reference;
    tellItems(terra, request.user, { type, user, data }, chunk);
  }
}

/** The same days as the body of an answer, for `to_webhook=false`. */
export function historyAnswer(terra: Terra, request: DataRequest): JsonObject {
  const data = chunksOf(request, terra.today).flatMap((days) => itemsOf(terra, request, days));
  return { type: request.type, user: terra.users.asSentIn(request.user, request.type), data };
}

/** Days nobody asked for, as after a device has synced: a webhook a day and kind, without a reference. */
export function pushDays(terra: Terra, userId: string, startDay: number, endDay: number): void {
  const user = terra.users.require(userId);
  for (let day = startDay; day <= Math.min(endDay, terra.today); day += 1) {
    for (const type of DATA_TYPES) {
      const data = itemsOf(terra, { user, type, withSamples: false }, [day]);
      if (data.length > 0) tellItems(terra, user, { type, user: terra.users.asSentIn(user, type), data });
    }
  }
}

type ItemsEvent = {
  readonly type: DataType;
  readonly user: JsonObject;
  readonly data: readonly JsonObject[];
};

/** Sends items; dailies perhaps once more, unasked, as a later summary that has lost its scores. */
function tellItems(
  terra: Terra,
  connection: TerraUser,
  event: ItemsEvent,
  reference: string | null = null,
): void {
  terra.tell(event, reference);
  const every = terra.sender.chaos.nullEnrichmentEvery;
  if (every === 0 || event.type !== 'daily' || terra.nextNumber('dailies') % every !== 0) return;
  const data = event.data.map(laterWithoutScores);
  terra.tell({ ...event, user: terra.users.asSentIn(connection, event.type), data });
}

/** What an oversize webhook was made of. */
export type Oversize = { readonly day: number; readonly delivery: Delivery };

/**
 * One webhook of exactly so many bytes: a day's items of a kind, the first with high-rate samples.
 * @param day the last one that has such an item, where it is null
 * @throws RangeError where there is no such item, or it does not fit
 */
export function pushOversize(
  terra: Terra,
  userId: string,
  type: DataType,
  bytes: number,
  day: number | null,
): Oversize {
  const user = terra.users.require(userId);
  const look = day === null ? OVERSIZE_LOOK_BACK_DAYS : 1;
  for (let at = day ?? terra.today; at > (day ?? terra.today) - look; at -= 1) {
    const data = at > terra.today ? [] : plainItemsOf(terra, { user, type, withSamples: true }, at);
    if (data.length === 0) continue;
    const random = randomFrom(seedOf(terra.users.personSeed(user), user.provider, 'oversize', type, at));
    const event = { type, user: terra.users.asSentIn(user, type), data };
    return { day: at, delivery: terra.tellLarge(type, oversizeBody(type, event, bytes, random)) };
  }
  const when = day === null ? 'lately' : `on ${dateOf(day)}: leave date out for the last day that has some`;
  throw new RangeError(`${user.provider} has no ${type} ${when}`);
}

function itemsOf(terra: Terra, request: ItemsRequest, days: readonly number[]): readonly JsonObject[] {
  const { user, type } = request;
  const odd = {
    every: terra.sender.chaos.oddEvery,
    seed: seedOf(terra.users.personSeed(user), user.provider, 'odd', type),
  };
  return days.flatMap((day) => withOddValues(plainItemsOf(terra, request, day), day, odd));
}

function plainItemsOf(terra: Terra, request: ItemsRequest, day: number): readonly JsonObject[] {
  const device = deviceOf(request.user.provider);
  if (device === null) return [];
  return historyItems({
    person: personOf(terra.users.personSeed(request.user)),
    device,
    type: request.type,
    days: [day],
    lifestyle: terra.sender.chaos,
    withSamples: request.withSamples,
  });
}
