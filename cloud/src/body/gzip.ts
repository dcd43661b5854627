/** `bytes` as gzip. */
export async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  return through(bytes, new CompressionStream('gzip'));
}

/** What was compressed; null of what is no gzip. */
export async function gunzip(bytes: Uint8Array): Promise<Uint8Array | null> {
  try {
    return await through(bytes, new DecompressionStream('gzip'));
  } catch {
    return null;
  }
}

async function through(
  bytes: Uint8Array,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  // A failure is thrown by the reader; this keeps it from being reported as unhandled too.
  written.catch(() => undefined);
  return new Uint8Array(await new Response(stream.readable).arrayBuffer());
}
