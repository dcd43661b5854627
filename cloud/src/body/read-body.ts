/** A body read whole, or the word that it is larger than `bytesMax`. */
export type ReadBody =
  | { readonly state: 'read'; readonly bytes: Uint8Array }
  | { readonly state: 'too_large' };

/** Refuses by Content-Length where it is given, and while reading where it is not. */
export async function readBody(message: Request | Response, bytesMax: number): Promise<ReadBody> {
  const announced = Number(message.headers.get('content-length') ?? 0);
  if (announced > bytesMax) return { state: 'too_large' };
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of message.body ?? []) {
    size += chunk.byteLength;
    if (size > bytesMax) return { state: 'too_large' };
    chunks.push(chunk);
  }
  return { state: 'read', bytes: joinChunks(chunks, size) };
}

/** Chunks put together; `size` is what they hold. */
export function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
