import type { PersonApp } from '../app-env.ts';
import { parsePayload } from '../body/payload.ts';
import { bodyPlace, fetchedPlace, streamBodyOf } from '../body/stored-body.ts';
import { payloadRoute } from '../contract/routes/payloads.ts';
import { ApiError } from '../errors.ts';
import { asRawEventId, type RawEventId } from '../ids.ts';
import { readOwnPayload } from '../store/raw-events.ts';
import { documentedRouter } from './documented-router.ts';

export const payloads = documentedRouter<PersonApp>().serve(payloadRoute, async (c) => {
  const stored = await readOwnPayload(c.env.DB, c.get('userId'), eventId(c.req.valid('param').id));
  if (stored === null) throw notFound();
  const isFetched = c.req.valid('query').fetched === 'true';
  const place = (isFetched ? fetchedPlace(stored.fetched_key) : null) ?? bodyPlace(stored);
  const body = await streamBodyOf(c.env.RAW_PAYLOADS, place);
  if (body === null) throw notFound();
  return c.body(body, 200, {
    'Content-Type': isJson(body) ? 'application/json' : 'application/octet-stream',
  });
});

/** 0, which is no id, for what is none. */
function eventId(text: string): RawEventId {
  return asRawEventId(/^\d{1,15}$/.test(text) ? Number(text) : 0);
}

/** The same answer for an unknown id, for another person's, and for a text that is no id. */
function notFound(): ApiError {
  return new ApiError('not_found', 'you have no event with this id, or its body is gone');
}

/** What goes to R2 was parsed before; rows of earlier versions were not. */
function isJson(body: string | ReadableStream): boolean {
  return typeof body !== 'string' || parsePayload(body) !== undefined;
}
