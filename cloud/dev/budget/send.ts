import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { mintToken } from '../local/token.ts';
import type { Sender, WorstBody } from './bodies.ts';

/** An answer, and how long it took from the first byte sent. */
export type Timed = { readonly status: number; readonly ms: number };

/** Sends one body as its sender would; a person is another one each time. */
export async function send(url: string, worst: WorstBody, bytes: Uint8Array): Promise<Timed> {
  const [method = '', path = ''] = worst.route.split(' ');
  return ask(`${url}${path}`, method, { ...worst.headers, ...identity(worst.sender, bytes) }, bytes);
}

/** The same bytes to a Worker that hands them to R2. */
export function sendToFloor(url: string, bytes: Uint8Array): Promise<Timed> {
  return ask(url, 'POST', {}, bytes);
}

/** A small signed delivery, of which no two are alike. */
export async function sendSmallWebhook(url: string): Promise<Timed> {
  const bytes = new TextEncoder().encode(JSON.stringify({ type: 'processing', n: randomUUID() }));
  const headers = { 'content-type': 'application/json', ...identity('terra', bytes) };
  return ask(`${url}/webhook/terra`, 'POST', headers, bytes);
}

function identity(sender: Sender, bytes: Uint8Array): Record<string, string> {
  switch (sender) {
    case 'person':
      return { authorization: `Bearer ${mintToken(FIXED_SECRETS.AMY_JWT_SECRET, `user_${randomUUID()}`)}` };
    case 'terra':
      return { 'terra-signature': signature(bytes) };
    case 'forger':
      return { 'terra-signature': signature(new Uint8Array()) };
    case 'operator':
      return { 'x-admin-key': FIXED_SECRETS.AMY_ADMIN_KEY };
    case 'nobody':
      return {};
  }
}

function signature(bytes: Uint8Array): string {
  const seconds = Math.floor(Date.now() / 1_000);
  const hmac = createHmac('sha256', FIXED_SECRETS.TERRA_SIGNING_SECRET).update(`${seconds}.`).update(bytes);
  return `t=${seconds},v1=${hmac.digest('hex')}`;
}

function ask(
  url: string,
  method: string,
  headers: Readonly<Record<string, string>>,
  bytes: Uint8Array,
): Promise<Timed> {
  const startedMs = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: { ...headers, 'content-length': bytes.byteLength } });
    sent.on('error', reject);
    sent.once('response', (response) => {
      response.resume();
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, ms: performance.now() - startedMs }),
      );
    });
    sent.end(bytes);
  });
}
