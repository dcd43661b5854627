import type { RawEventRow } from '../store/raw-events.ts';

/** Where a payload's bytes are to be kept: the row itself, or R2. */
export type PayloadPlace = { readonly inline: true; readonly text: string } | { readonly inline: false };

/** The R2 key of a body that does not go into its row. */
export function payloadKey(requestId: string): string {
  return `raw-events/${requestId}.json`;
}

/**
 * A body goes into its row when it is small and its text gives the same bytes back: valid UTF-8 (a BOM is
 * kept) without NUL, which cuts SQL texts.
 */
export function placePayload(body: Uint8Array, inlineBytesMax: number): PayloadPlace {
  if (body.byteLength > inlineBytesMax || body.includes(0)) return { inline: false };
  const text = decodeExactly(body);
  return text === null ? { inline: false } : { inline: true, text };
}

/** A stored body, byte for byte; null when R2 answers none. */
export async function readPayloadBytes(
  bucket: R2Bucket,
  row: Pick<RawEventRow, 'payload' | 'payload_key'>,
): Promise<Uint8Array | null> {
  if (row.payload_key === null) return new TextEncoder().encode(row.payload);
  const object = await bucket.get(row.payload_key);
  return object === null ? null : new Uint8Array(await object.arrayBuffer());
}

/** The JSON of a body; undefined where it is none. A BOM is not part of it, invalid UTF-8 reads as U+FFFD. */
export function parsePayload(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

function decodeExactly(body: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return null;
  }
}
