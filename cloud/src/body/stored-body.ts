import { z } from 'zod';
import { sha256Hex } from '../digest.ts';
import { SHOWN_PAYLOAD_BYTES_MAX } from '../limits.ts';
import { log } from '../log.ts';
import { packKey } from '../store/packed-bodies.ts';
import { gunzip } from './gzip.ts';
import { decodeExactly } from './payload.ts';

/** Where a body lies. */
export type BodyPlace =
  | { readonly state: 'text'; readonly text: string }
  /** In R2 as it came. */
  | { readonly state: 'object'; readonly key: string }
  /** In R2 compressed, in an object of its own or, with a range, among others. */
  | {
      readonly state: 'gzip';
      readonly key: string;
      readonly range: { readonly offset: number; readonly length: number } | null;
      readonly sha256: string;
    };

/** What a row of raw_events tells of where its body lies. */
export type BodyColumns = {
  readonly payload: string;
  readonly payload_key: string | null;
  readonly packed: string | null;
  readonly dedup_key: string;
};

const packed = z.tuple([z.string().nullable(), z.number(), z.number(), z.number()]);

/** How the key of a body ends that was compressed. */
export const GZIP_SUFFIX = '.gz';

export function bodyPlace({ payload, payload_key: key, packed: inPack, dedup_key }: BodyColumns): BodyPlace {
  if (inPack !== null) {
    const [userId, packId, offset, length] = packed.parse(JSON.parse(inPack));
    return {
      state: 'gzip',
      key: packKey(userId ?? '', packId),
      range: { offset, length },
      sha256: dedup_key,
    };
  }
  if (key === null) return { state: 'text', text: payload };
  return key.endsWith(GZIP_SUFFIX)
    ? { state: 'gzip', key, range: null, sha256: dedup_key }
    : { state: 'object', key };
}

/** Where the body lies that a ping pointed at; null where none was fetched. */
export function fetchedPlace(key: string | null): BodyPlace | null {
  return key === null ? null : { state: 'object', key };
}

/**
 * The text of a body that was compressed; null where R2 has none, or something else than what was received, which the
 * log tells.
 */
export async function readGzippedText(
  bucket: R2Bucket,
  { key, range, sha256 }: Extract<BodyPlace, { state: 'gzip' }>,
): Promise<string | null> {
  const object = await bucket.get(key, range === null ? {} : { range });
  if (object === null) return null;
  const bytes = await gunzip(new Uint8Array(await object.arrayBuffer()));
  if (bytes !== null && sha256Hex(bytes) === sha256) return decodeExactly(bytes);
  log('error', 'body_damaged', { key, sha256 });
  return null;
}

/** A body inside a JSON answer. */
export type ShownBody =
  | { readonly state: 'text'; readonly text: string }
  /** Its bytes are no text. */
  | { readonly state: 'base64'; readonly base64: string }
  /** It is not read: an answer that held it would hold it several times over. */
  | { readonly state: 'too_large' }
  /** R2 has none. */
  | { readonly state: 'missing' };

export async function showBody(bucket: R2Bucket, place: BodyPlace): Promise<ShownBody> {
  if (place.state === 'text') return place;
  if (place.state === 'gzip') {
    const text = await readGzippedText(bucket, place);
    return text === null ? { state: 'missing' } : { state: 'text', text };
  }
  const { key } = place;
  const { size } = (await bucket.head(key)) ?? {};
  if (size !== undefined && size > SHOWN_PAYLOAD_BYTES_MAX) return { state: 'too_large' };
  const object = await bucket.get(key);
  if (object === null) return { state: 'missing' };
  const bytes = new Uint8Array(await object.arrayBuffer());
  const decoded = decodeExactly(bytes);
  return decoded === null
    ? { state: 'base64', base64: Buffer.from(bytes).toString('base64') }
    : { state: 'text', text: decoded };
}

/** A body byte for byte, however large; null where R2 has none. */
export async function streamBodyOf(
  bucket: R2Bucket,
  place: BodyPlace,
): Promise<string | ReadableStream | null> {
  switch (place.state) {
    case 'text':
      return place.text;
    case 'object':
      return (await bucket.get(place.key))?.body ?? null;
    case 'gzip':
      return readGzippedText(bucket, place);
  }
}
