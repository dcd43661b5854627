import { createHash } from 'node:crypto';
import { cutMultipart } from '../body/multipart.ts';

/**
 * Hex SHA-256 of what a request asks for: method, address, media type and body. A form's boundary is drawn
 * anew each time it is written, so it does not count; its parts do. What is no form that a route would take
 * counts as it is.
 */
export function requestHash(request: Request, body: Uint8Array): string {
  const { pathname, search } = new URL(request.url);
  const contentType = request.headers.get('content-type') ?? '';
  const [mediaType = ''] = contentType.split(';', 1);
  const hash = createHash('sha256');
  for (const text of [request.method, pathname, search, mediaType.trim().toLowerCase()]) {
    hash.update(`${Buffer.byteLength(text)}:${text}`);
  }
  for (const piece of cutMultipart(body, contentType)?.pieces ?? [body]) {
    hash.update(`${piece.byteLength}:`).update(piece);
  }
  return hash.digest('hex');
}
