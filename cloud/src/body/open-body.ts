import { byteChunks } from './byte-chunks.ts';
import { joinChunks } from './read-body.ts';

/** A body as far as it was read: whole, still arriving, or larger than is taken at all. */
export type Body =
  | { readonly state: 'whole'; readonly bytes: Uint8Array }
  /**
   * More than is held in memory: all its chunks, the ones already read included. To be read once; a chunk is
   * good until the next is asked for.
   */
  | { readonly state: 'large'; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly state: 'too_large' };

/**
 * Reads a body whole up to `wholeBytesMax`; a larger one is handed on as it arrives. Refuses by Content-Length
 * where it is given; where it is not, whoever reads the chunks counts them. A request that announces its length is read
 * by the platform in one piece, as in read-body.ts: of 200 KB the chunks took an eighth of a delivery's time.
 */
export async function openBody(
  message: Request | Response,
  { wholeBytesMax, bytesMax }: { readonly wholeBytesMax: number; readonly bytesMax: number },
): Promise<Body> {
  const announced = announcedBytes(message);
  if (announced > bytesMax) return { state: 'too_large' };
  if (message.body === null) return { state: 'whole', bytes: new Uint8Array() };
  if (announced > wholeBytesMax) return { state: 'large', chunks: byteChunks(message.body) };
  if (announced > 0 && message instanceof Request) {
    const bytes = new Uint8Array(await message.arrayBuffer());
    return bytes.byteLength > bytesMax ? { state: 'too_large' } : { state: 'whole', bytes };
  }
  const reader = message.body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  while (size <= wholeBytesMax) {
    const { done, value } = await reader.read();
    if (done) return { state: 'whole', bytes: joinChunks(chunks, size) };
    chunks.push(value);
    size += value.byteLength;
    if (size > bytesMax) {
      await reader.cancel();
      return { state: 'too_large' };
    }
  }
  reader.releaseLock();
  return { state: 'large', chunks: continued(chunks, message.body) };
}

/** What Content-Length says; 0 where it says nothing. */
export function announcedBytes(message: Request | Response): number {
  return Number(message.headers.get('content-length') ?? 0);
}

/** Lets go of the chunks already read as they are passed on. */
async function* continued(
  chunks: Uint8Array[],
  rest: ReadableStream,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let next = chunks.shift(); next !== undefined; next = chunks.shift()) yield next;
  yield* byteChunks(rest);
}
