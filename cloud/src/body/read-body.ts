/** A body read whole, or the word that it is larger than `bytesMax`. */
export type ReadBody =
  | { readonly state: 'read'; readonly bytes: Uint8Array }
  | { readonly state: 'too_large' };

/** The bodies of requests that were read: who asks after a middleware gets the same bytes, not a copy. */
const READ = new WeakMap<Request, Uint8Array>();

/** The body of a request, which may be asked for again. */
export async function readRequestBody(request: Request, bytesMax: number): Promise<ReadBody> {
  const known = READ.get(request);
  if (known !== undefined)
    return known.byteLength > bytesMax ? { state: 'too_large' } : { state: 'read', bytes: known };
  const read = await readBody(request, bytesMax);
  if (read.state === 'read') READ.set(request, read.bytes);
  return read;
}

/**
 * Refuses by Content-Length where it is given, and while reading where it is not. A request that announces its length
 * is read by the platform in one piece: it takes no more than that from a client, and chunks put together take twice
 * the memory. What a response announces is its length on the line, compressed, and says nothing of what comes out.
 */
export async function readBody(message: Request | Response, bytesMax: number): Promise<ReadBody> {
  const announced = message.headers.get('content-length');
  if (Number(announced ?? 0) > bytesMax) return { state: 'too_large' };
  if (announced !== null && message instanceof Request) {
    const bytes = new Uint8Array(await message.arrayBuffer());
    return bytes.byteLength > bytesMax ? { state: 'too_large' } : { state: 'read', bytes };
  }
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
