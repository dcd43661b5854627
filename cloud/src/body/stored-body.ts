import { SHOWN_PAYLOAD_BYTES_MAX } from '../limits.ts';
import { decodeExactly } from './payload.ts';

/** Where a body lies: in its row where `key` is null, else in R2. */
export type BodyPlace = { readonly text: string; readonly key: string | null };

/** A body inside a JSON answer. */
export type ShownBody =
  | { readonly state: 'text'; readonly text: string }
  /** Its bytes are no text. */
  | { readonly state: 'base64'; readonly base64: string }
  /** It is not read: an answer that held it would hold it several times over. */
  | { readonly state: 'too_large' }
  /** R2 has none. */
  | { readonly state: 'missing' };

export async function showBody(bucket: R2Bucket, { text, key }: BodyPlace): Promise<ShownBody> {
  if (key === null) return { state: 'text', text };
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
  { text, key }: BodyPlace,
): Promise<string | ReadableStream | null> {
  if (key === null) return text;
  return (await bucket.get(key))?.body ?? null;
}
