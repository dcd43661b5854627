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

/**
 * Where a ping may say its payload lies: this machine, or an https host under `.invalid`, a name that never
 * leads anywhere and that whoever fetches maps to the simulator.
 * @returns the origin
 * @throws RangeError for anything else
 */
export function pingOrigin(text: string): string {
  const url = URL.parse(text);
  const isNowhere = url?.protocol === 'https:' && url.hostname.endsWith('.invalid');
  const isHere = url?.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname);
  if (url === null || !(isNowhere || isHere)) {
    throw new RangeError(`ping_origin is http on this machine or https under .invalid, not ${text}`);
  }
  return url.origin;
}
