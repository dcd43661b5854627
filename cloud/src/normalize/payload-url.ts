import { valueAt } from './json-path.ts';
import type { Normalized } from './types.ts';

/**
 * Whether a ping's URL may be fetched: https, no credentials, the default port, and an allowed host. `.amazonaws.com`
 * allows that host and all below it, by whole labels: not `evilamazonaws.com`. An entry without the dot in front is
 * that host and no other: the name of a bucket may hold dots, so what lies below a bucket's host is another's bucket.
 */
export function payloadUrlAllowed(url: string, allowedHosts: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  // URL lower-cases the host.
  const { protocol, username, password, port, hostname: host } = new URL(url);
  if (protocol !== 'https:' || username !== '' || password !== '' || port !== '') return false;
  return allowedHosts.some((entry) => {
    const allowed = entry.trim().toLowerCase();
    const domain = allowed.replace(/^\.+/, '');
    if (domain === '') return false;
    return host === domain || (allowed !== domain && host.endsWith(`.${domain}`));
  });
}

/**
 * `s3_payload` as normalizing sees it, which is only where its payload was not fetched: the URL lives
 * minutes, so a URL that is not refused has expired.
 */
export function normalizePayloadPing(payload: unknown, allowedHosts: readonly string[]): Normalized {
  const url = valueAt(payload, 'url');
  const allowed = typeof url === 'string' && payloadUrlAllowed(url, allowedHosts);
  return { state: 'parked', code: allowed ? 'payload_url_expired' : 'payload_url_refused' };
}
