import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { OwnEvent } from '../../../cloud/src/contract/events.ts';

/** Text where the bytes are UTF-8, so that the text gives the same bytes again; base64 of any others. */
const encodedBody = z.object({
  sha256: z.string(),
  bytes: z.number(),
  encoding: z.enum(['utf-8', 'base64']),
  body: z.string(),
});

const eventLine = z.object({
  id: z.number(),
  type: z.string(),
  provider: z.string().nullable(),
  received_at: z.iso.datetime(),
  /** Left out where the server told none. */
  ordered_at: z.iso.datetime().optional(),
  ...encodedBody.shape,
  /** Of a delivery that only linked to its data: the data. */
  fetched: encodedBody.optional(),
});

export type EventLine = z.infer<typeof eventLine>;

export function lineOf(event: OwnEvent, body: Uint8Array, fetched: Uint8Array | null): EventLine {
  const { id, type, provider, received_at, ordered_at } = event;
  return {
    ...{ id, type, provider, received_at },
    ...(ordered_at !== undefined && { ordered_at }),
    ...encode(body),
    ...(fetched !== null && { fetched: encode(fetched) }),
  };
}

/** Null of what is no line of an archive, or not what it was. */
export function readLine(text: string): EventLine | null {
  const parsed = eventLine.safeParse(parse(text));
  if (!parsed.success) return null;
  const { fetched, ...body } = parsed.data;
  return [body, ...(fetched === undefined ? [] : [fetched])].every(isWhole) ? parsed.data : null;
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function encode(bytes: Uint8Array): z.infer<typeof encodedBody> {
  const [encoding, body] = encodingOf(bytes);
  return { sha256: sha256Of(bytes), bytes: bytes.byteLength, encoding, body };
}

function encodingOf(bytes: Uint8Array): ['utf-8' | 'base64', string] {
  try {
    // A mark of byte order is one of the bytes.
    return ['utf-8', new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)];
  } catch {
    return ['base64', Buffer.from(bytes).toString('base64')];
  }
}

function isWhole({ sha256, encoding, body }: z.infer<typeof encodedBody>): boolean {
  return sha256Of(Buffer.from(body, encoding)) === sha256;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
