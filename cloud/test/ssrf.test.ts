import { createExecutionContext, createMessageBatch, env, getQueueResult } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { consumeBatch } from '../src/queue/consumer.ts';
import { deliver, envWithOutbox, rawEvent } from './support/stack.ts';

/**
 * Where a ping may lead: to https on an allowed host, and nowhere else. Nothing here reaches a network: what
 * would be asked for is only written down.
 */

const HOST = 'payloads.s3.amazonaws.com';

const REFUSED: readonly (readonly [what: string, url: string])[] = [
  // Other schemes.
  ['plain http', `http://${HOST}/x`],
  ['ftp', `ftp://${HOST}/x`],
  ['a file', 'file:///etc/passwd'],
  ['a file on an allowed host', `file://${HOST}/etc/passwd`],
  ['data', 'data:application/json,{"type":"daily"}'],
  ['blob', `blob:https://${HOST}/6a1f`],
  ['javascript', `javascript://${HOST}/%0aalert(1)`],
  ['gopher', `gopher://${HOST}/x`],
  ['a websocket', `wss://${HOST}/x`],
  ['s3', 's3://payloads/x'],
  ['a view-source of it', `view-source:https://${HOST}/x`],
  // No absolute URL.
  ['a path', '/x'],
  ['a host without a scheme', `${HOST}/x`],
  ['a scheme-relative URL', `//${HOST}/x`],
  ['nothing', ''],
  ['only a scheme', 'https://'],
  ['a host that is none', 'https://exa mple.amazonaws.com/x'],
  ['a percent-encoded NUL in the host', 'https://a%00.amazonaws.com/x'],
  // Credentials, real or to look like a host.
  ['a user', `https://user@${HOST}/x`],
  ['a user and a password', `https://user:secret@${HOST}/x`],
  ['an allowed host as the user', `https://${HOST}@evil.example/x`],
  ['an allowed host as user and password', `https://${HOST}:443@evil.example/x`],
  ['an allowed host as an encoded user', `https://${HOST}%2f@evil.example/x`],
  ['an empty password', `https://:secret@${HOST}/x`],
  // Ports.
  ['another port', `https://${HOST}:8443/x`],
  ['the port of http', `https://${HOST}:80/x`],
  ['the port of ssh', `https://${HOST}:22/x`],
  // IPv4, in every spelling a URL parser knows.
  ['loopback', 'https://127.0.0.1/x'],
  ['loopback, short', 'https://127.1/x'],
  ['loopback as one number', 'https://2130706433/x'],
  ['loopback in hexadecimal', 'https://0x7f000001/x'],
  ['loopback in octal', 'https://0177.0.0.1/x'],
  ['loopback in mixed bases', 'https://0x7f.0.0.01/x'],
  ['the unspecified address', 'https://0.0.0.0/x'],
  ['zero', 'https://0/x'],
  ['the metadata service', 'https://169.254.169.254/latest/meta-data/'],
  ['the metadata service as one number', 'https://2852039166/latest/meta-data/'],
  ['a private network, 10/8', 'https://10.0.0.1/x'],
  ['a private network, 172.16/12', 'https://172.16.0.1/x'],
  ['a private network, 192.168/16', 'https://192.168.0.1/x'],
  ['carrier-grade NAT', 'https://100.64.0.1/x'],
  ['a public address', 'https://93.184.216.34/x'],
  ['full-width digits', 'https://１２７.０.０.１/x'],
  // IPv6.
  ['IPv6 loopback', 'https://[::1]/x'],
  ['IPv6 unspecified', 'https://[::]/x'],
  ['IPv6-mapped loopback', 'https://[::ffff:127.0.0.1]/x'],
  ['IPv6-mapped loopback in hexadecimal', 'https://[::ffff:7f00:1]/x'],
  ['IPv6-mapped metadata service', 'https://[::ffff:169.254.169.254]/x'],
  ['IPv4-compatible loopback', 'https://[::127.0.0.1]/x'],
  ['NAT64 loopback', 'https://[64:ff9b::7f00:1]/x'],
  ['6to4 loopback', 'https://[2002:7f00:1::]/x'],
  ['IPv6 link-local', 'https://[fe80::1]/x'],
  ['IPv6 unique local', 'https://[fd00:ec2::254]/x'],
  // Names that only look allowed.
  ['another host', 'https://evil.example/x'],
  ['localhost', 'https://localhost/x'],
  ['the metadata name of another cloud', 'https://metadata.google.internal/x'],
  ['a suffix without a label border', 'https://evilamazonaws.com/x'],
  ['a hyphen for the border', 'https://payloads-amazonaws.com/x'],
  ['the suffix as a prefix', 'https://amazonaws.com.evil.example/x'],
  ['the host as a prefix', `https://${HOST}.evil.example/x`],
  ['another top level', 'https://payloads.s3.amazonaws.co/x'],
  ['another region’s suffix', 'https://payloads.s3.cn-north-1.amazonaws.com.cn/x'],
  ['a trailing dot', `https://${HOST}./x`],
  ['a letter that looks alike', 'https://payloads.s3.amаzonaws.com/x'],
  ['a zero for an o', 'https://payloads.s3.amaz0naws.com/x'],
  ['the host in the path', `https://evil.example/${HOST}`],
  ['the host in the query', `https://evil.example/?${HOST}`],
  ['the host in the fragment', `https://evil.example#${HOST}`],
  ['the host behind a backslash', `https://evil.example\\.${HOST}/x`],
  ['the host behind a backslash and an at', `https://evil.example\\@${HOST}/x`],
  ['a punycode neighbour', 'https://xn--mazonaws-43d.com/x'],
  ['a name that resolves to loopback', 'https://127.0.0.1.nip.example/x'],
];

const ALLOWED: readonly (readonly [what: string, url: string])[] = [
  ['as Terra sends it', `https://${HOST}/teams/x.json?X-Amz-Signature=a1`],
  ['with a region', 'https://payloads.s3.eu-west-1.amazonaws.com/x'],
  ['in capitals', `HTTPS://${HOST.toUpperCase()}/x`],
  ['with the port of https', `https://${HOST}:443/x`],
];

const REDIRECTS = [301, 302, 303, 307, 308].flatMap((status) =>
  [
    'http://169.254.169.254/latest/meta-data/',
    'https://127.0.0.1/x',
    `https://${HOST}/elsewhere`,
    '/elsewhere',
  ].map((location) => [status, location] as const),
);

/** Delivers pings and consumes them; answers the URLs that would have been asked for, with how. */
async function consumePings(urls: readonly unknown[], answer: () => Response) {
  const ids = await Promise.all(urls.map(deliverPing));
  const asked: { url: string; redirect: RequestInit['redirect'] }[] = [];
  const batch = createMessageBatch(
    'terra-events',
    ids.map((rawEventId) => ({
      id: String(rawEventId),
      timestamp: new Date(0),
      attempts: 1,
      body: { rawEventId },
    })),
  );
  await consumeBatch(batch, envWithOutbox().env, {
    ask: async (url, { redirect }) => {
      asked.push({ url, redirect });
      return answer();
    },
    wait: async () => undefined,
  });
  await getQueueResult(batch, createExecutionContext());
  return { asked, rows: await Promise.all(ids.map(rawEvent)) };
}

async function deliverPing(url: unknown): Promise<number> {
  const response = await deliver({ type: 's3_payload', url, expires_in: 300, nonce: crypto.randomUUID() });
  return (await response.json<{ raw_event_id: number }>()).raw_event_id;
}

async function objectsKept(): Promise<string[]> {
  return (await env.RAW_PAYLOADS.list({ prefix: 'fetched/' })).objects.map(({ key }) => key);
}

describe('the URL of a ping', () => {
  it(`is refused and never asked for in each of ${REFUSED.length} forms`, async () => {
    const { asked, rows } = await consumePings(
      REFUSED.map(([, url]) => url),
      () => new Response('{}'),
    );
    expect(asked).toEqual([]);
    const outcomes = rows.map(({ process_error }, i) => [REFUSED[i]?.[0], process_error]);
    expect(outcomes).toEqual(REFUSED.map(([what]) => [what, 'payload_url_refused']));
    expect(await objectsKept()).toEqual([]);
  });

  it.each([[null], [42], [['https://payloads.s3.amazonaws.com/x']], [{ href: `https://${HOST}/x` }]])(
    'is refused where it is no text: %j',
    async (url) => {
      const { asked, rows } = await consumePings([url], () => new Response('{}'));
      expect(asked).toEqual([]);
      expect(rows[0]?.process_error).toBe('payload_url_refused');
    },
  );

  it('is asked for where it is https on an allowed host, without following anything', async () => {
    const { asked } = await consumePings(
      ALLOWED.map(([, url]) => url),
      () => new Response('{"type":"daily","data":[]}'),
    );
    expect(asked.map(({ url }) => url).toSorted()).toEqual(ALLOWED.map(([, url]) => url).toSorted());
    expect(new Set(asked.map(({ redirect }) => redirect))).toEqual(new Set(['manual']));
  });

  it.each(REDIRECTS)('that answers %i to %s leads nowhere', async (status, location) => {
    const { asked, rows } = await consumePings(
      [`https://${HOST}/x?${status}`],
      () => new Response(null, { status, headers: { location } }),
    );
    expect(asked.map(({ url }) => url)).toEqual([`https://${HOST}/x?${status}`]);
    expect(rows[0]).toMatchObject({ processed_at: null, process_error: 'payload_url_refused' });
  });
});
