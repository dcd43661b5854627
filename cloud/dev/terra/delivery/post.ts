import { type Agent, request } from 'node:http';

export type Headers = { readonly [name: string]: string };

/** @returns the status, or null where no answer came in time. Redirects are not followed. */
export function post(
  url: URL,
  headers: Headers,
  body: Uint8Array,
  timeoutMs: number,
  agent: Agent,
): Promise<number | null> {
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      {
        method: 'POST',
        agent,
        headers: { ...headers, 'content-length': body.byteLength },
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        // The answer counts once it is complete: a receiver that dies half-way has not acknowledged.
        response.on('end', () => resolve(response.statusCode ?? null));
        response.on('error', () => resolve(null));
        response.resume();
      },
    );
    outgoing.on('error', () => resolve(null));
    outgoing.end(body);
  });
}

/** Sends the first half of a body and hangs up, as a network that breaks does. Resolves when the connection is gone. */
export function postHalf(url: URL, headers: Headers, body: Uint8Array): Promise<null> {
  return new Promise((resolve) => {
    const outgoing = request(url, {
      method: 'POST',
      agent: false,
      headers: { ...headers, 'content-length': body.byteLength },
    });
    // Hanging up is an error too, and nobody waits for an answer.
    outgoing.on('error', () => undefined);
    outgoing.on('close', () => resolve(null));
    outgoing.write(body.subarray(0, Math.ceil(body.byteLength / 2)), () => outgoing.destroy());
  });
}
