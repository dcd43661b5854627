import { valueAt } from './json-path.ts';
import type { Normalized } from './types.ts';

/**
 * Whether a ping's URL may be fetched: https, no credentials, the default port, and a host that is one of
 * the suffixes or lies under it. A suffix matches whole labels only: `.amazonaws.com` is not
 * `evilamazonaws.com`.
 */
export function payloadUrlAllowed(url: string, allowedHostSuffixes: readonly string[]): boolean {
  if (!URL.canParse(url)) return false;
  // URL lower-cases the host.
  const { protocol, username, password, port, hostname: host } = new URL(url);
  if (protocol !== 'https:' || username !== '' || password !== '' || port !== '') return false;
  return allowedHostSuffixes.some((suffix) => {
    const domain = suffix.trim().toLowerCase().replace(/^\.+/, '');
    return domain !== '' && (host === domain || host.endsWith(`.${domain}`));
  });
}

/**
 * `s3_payload` as normalizing sees it, which is only where its payload was not fetched: the URL lives
 * minutes, so a URL that is not refused has expired.
 */
export function normalizePayloadPing(payload: unknown, allowedHostSuffixes: readonly string[]): Normalized {
  const url = valueAt(payload, 'url');
  const allowed = typeof url === 'string' && payloadUrlAllowed(url, allowedHostSuffixes);
  return { state: 'parked', code: allowed ? 'payload_url_expired' : 'payload_url_refused' };
}
