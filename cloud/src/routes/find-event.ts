import { z } from 'zod';
import { refusal } from '../contract/errors.ts';
import { wholeNumber } from '../contract/parameters.ts';
import { ApiError } from '../errors.ts';
import type { RawEventId } from '../ids.ts';
import { type AnyRow, readWholeEvent } from '../store/raw-events.ts';

/** The path of one event. */
export const eventId = z.object({
  id: wholeNumber(1, Number.MAX_SAFE_INTEGER).meta({ description: 'the `id` of an event', examples: [1] }),
});

/** What `findEvent` is refused with. */
export const NO_EVENT = { 404: refusal('not_found: there is no such event') };

/** All columns of a raw event. Throws `not_found`. */
export async function findEvent(db: D1Database, id: RawEventId): Promise<AnyRow> {
  const event = await readWholeEvent(db, id);
  if (event === null) throw new ApiError('not_found', `there is no event ${id}`);
  return event;
}
