import { signatureOf } from './signature.ts';

/** One delivery as Terra makes it, signed now. `headers` besides those of the signature. */
export function deliverSigned(
  url: string,
  secret: string,
  body: Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const signature = signatureOf(secret, body, Math.floor(Date.now() / 1_000));
  return fetch(`${url}/webhook/terra`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'terra-signature': signature, ...headers },
    body,
  });
}
