import { READ_CHUNK_BYTES } from '../limits.ts';

/**
 * The rest of a stream of bytes, read through one buffer that is used again and again: a chunk is good until
 * the next is asked for. Read in the usual way, each 4 KB come in a buffer of their own, and two bodies of
 * 50 MB left 115 MB behind before the collector came by. The stream must be one of bytes, as those of
 * requests, responses and R2 are.
 */
export async function* byteChunks(stream: ReadableStream): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader({ mode: 'byob' });
  let buffer = new ArrayBuffer(READ_CHUNK_BYTES);
  let isDone = false;
  try {
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(buffer));
      if (done) {
        isDone = true;
        return;
      }
      yield value;
      buffer = value.buffer;
    }
  } finally {
    // A reader that stops early does not want the rest.
    if (!isDone) await reader.cancel();
  }
}
