const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The simulator makes up health data and signs it: none of that may leave this machine.
 * @throws RangeError for anything but http to this machine
 */
export function loopbackUrl(text: string): URL {
  const url = URL.parse(text);
  if (url === null) throw new RangeError(`not a webhook URL: ${text}`);
  if (url.protocol !== 'http:' || !LOOPBACK_HOSTS.has(url.hostname)) {
    throw new RangeError(
      `the Terra simulator delivers only to http://127.0.0.1, localhost or [::1], not to ${url.origin}`,
    );
  }
  return url;
}
