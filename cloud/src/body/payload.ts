import { invalidAtPath } from '../event-codes.ts';
import { ENVELOPE_BYTES_MAX, SKELETON_BYTES_MAX, WHOLE_BODY_BYTES_MAX } from '../limits.ts';
import { byteChunks } from './byte-chunks.ts';
import { isHeavyJson } from './json-weight.ts';
import { PIECE_BYTES, type Skeleton, SkeletonMaker } from './skeleton.ts';

/** The R2 key of a body that does not go into its row. */
export function payloadKey(requestId: string): string {
  return `raw-events/${requestId}.json`;
}

/**
 * The text of a body that goes into its row: a small one whose text gives the same bytes back, which is valid
 * UTF-8 (a BOM is kept) without NUL, which cuts SQL texts. Null of any other: it goes to R2.
 */
export function textForRow(body: Uint8Array, inlineBytesMax: number): string | null {
  return body.byteLength > inlineBytesMax || body.includes(0) ? null : decodeExactly(body);
}

/** A body that holds more than is read of it, even without its sample arrays. */
export const PAYLOAD_TOO_LARGE = invalidAtPath('too_large');

/** A body as it is normalized. */
export type ParsedBody =
  /** `json` is undefined where the body is none. */
  | { readonly state: 'read'; readonly json: unknown }
  /** Even without its sample arrays it holds too much; `json` is the envelope, undefined where that is too much. */
  | { readonly state: 'too_large'; readonly json: unknown };

/** The same of a stored one. */
export type StoredPayload =
  | ParsedBody
  /** There is no such object. */
  | { readonly state: 'missing' };

/**
 * The payload of an object in R2. Up to 8 MB it is read whole, above, or where it is heavy, without its sample
 * arrays: its bytes alone decide, so that it always reads the same.
 */
export async function readStoredPayload(bucket: R2Bucket, key: string): Promise<StoredPayload> {
  const object = await bucket.get(key);
  if (object === null) return { state: 'missing' };
  if (object.size <= WHOLE_BODY_BYTES_MAX) {
    return parseBody(new Uint8Array(await object.arrayBuffer()));
  }
  const maker = new SkeletonMaker(SKELETON_BYTES_MAX);
  for await (const chunk of byteChunks(object.body)) maker.write(chunk);
  return parseSkeleton(maker.finish());
}

/** A body that is held whole; one that is heavy is read without its sample arrays. */
export function parseBody(body: Uint8Array): ParsedBody {
  return isHeavyJson(body)
    ? parseSkeleton(skeletonOf(body, SKELETON_BYTES_MAX))
    : { state: 'read', json: parsePayload(body) };
}

/** What is left of a body; of one that is heavy even so no more than its envelope. */
export function parseSkeleton(skeleton: Skeleton): ParsedBody {
  if (skeleton.state === 'invalid') return { state: 'read', json: undefined };
  if (skeleton.state === 'too_large') return { state: 'too_large', json: undefined };
  if (!isHeavyJson(skeleton.bytes)) {
    return { state: skeleton.isCut ? 'too_large' : 'read', json: parsePayload(skeleton.bytes) };
  }
  const envelope = skeletonOf(skeleton.bytes, ENVELOPE_BYTES_MAX);
  return {
    state: 'too_large',
    json: envelope.state === 'json' ? parsePayload(envelope.bytes) : undefined,
  };
}

function skeletonOf(body: Uint8Array, bytesMax: number): Skeleton {
  const maker = new SkeletonMaker(bytesMax, Math.min(body.length, bytesMax + PIECE_BYTES));
  maker.write(body);
  return maker.finish();
}

/** The JSON of a body; undefined where it is none. A BOM is not part of it, invalid UTF-8 reads as U+FFFD. */
export function parsePayload(body: Uint8Array | string): unknown {
  try {
    return JSON.parse(
      typeof body === 'string' ? body.replace(/^\ufeff/, '') : new TextDecoder().decode(body),
    );
  } catch {
    return undefined;
  }
}

/** The text that gives the same bytes back, a BOM included; null where the bytes are no UTF-8. */
export function decodeExactly(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}
