import { joinChunks } from './read-body.ts';

/** A body as far as it was read: whole, still arriving, or larger than is taken at all. */
export type Body =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  /** More than is held in memory: all its chunks, the ones already read included. To be read once. */
  | { readonly kind: 'large'; readonly chunks: AsyncIterable<Uint8Array> }
  | { readonly kind: 'too_large' };

/**
 * Reads a body whole up to `wholeBytesMax`; a larger one is handed on as it arrives. Refuses by Content-Length
 * where it is given; where it is not, whoever reads the chunks counts them.
 */
export async function openBody(
  message: Request | Response,
  { wholeBytesMax, bytesMax }: { readonly wholeBytesMax: number; readonly bytesMax: number },
): Promise<Body> {
  const announced = Number(message.headers.get('content-length') ?? 0);
  if (announced > bytesMax) return { kind: 'too_large' };
  const arriving = chunksOf(message);
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (announced <= wholeBytesMax) {
    for (let next = await arriving.next(); ; next = await arriving.next()) {
      if (next.done === true) return { kind: 'whole', bytes: joinChunks(chunks, size) };
      chunks.push(next.value);
      size += next.value.byteLength;
      if (size > bytesMax) {
        await arriving.return(undefined);
        return { kind: 'too_large' };
      }
      if (size > wholeBytesMax) break;
    }
  }
  return { kind: 'large', chunks: continued(chunks, arriving) };
}

async function* chunksOf(message: Request | Response): AsyncGenerator<Uint8Array, void, undefined> {
  if (message.body !== null) yield* message.body;
}

/** Lets go of the chunks already read as they are passed on. */
async function* continued(
  chunks: Uint8Array[],
  arriving: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let next = chunks.shift(); next !== undefined; next = chunks.shift()) yield next;
  yield* arriving;
}
