import { createHash } from 'node:crypto';

/**
 * Hex SHA-256 of what a request asks for: method, address, media type and body. A form's boundary is drawn
 * anew each time it is written, so it does not count; its parts do.
 */
export function requestHash(request: Request, body: Uint8Array): string {
  const { pathname, search } = new URL(request.url);
  const contentType = request.headers.get('content-type') ?? '';
  const [mediaType = ''] = contentType.split(';', 1);
  const hash = createHash('sha256');
  for (const text of [request.method, pathname, search, mediaType.trim().toLowerCase()]) {
    hash.update(`${Buffer.byteLength(text)}:${text}`);
  }
  for (const part of partsOf(Buffer.from(body.buffer, body.byteOffset, body.byteLength), contentType)) {
    hash.update(`${part.byteLength}:`).update(part);
  }
  return hash.digest('hex');
}

/** A form cut at its boundary; any other body as it is. */
function partsOf(body: Buffer, contentType: string): readonly Buffer[] {
  const boundary = /^multipart\/form-data\s*;.*?\bboundary=(?:"([^"]+)"|([^\s;]+))/i.exec(contentType);
  const delimiter = boundary?.[1] ?? boundary?.[2];
  if (delimiter === undefined) return [body];
  const parts: Buffer[] = [];
  let start = 0;
  for (;;) {
    const end = body.indexOf(`--${delimiter}`, start);
    if (end === -1) return [...parts, body.subarray(start)];
    parts.push(body.subarray(start, end));
    start = end + delimiter.length + 2;
  }
}
