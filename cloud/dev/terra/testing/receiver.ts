import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { Json } from '../json.ts';

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: Buffer };

export type Receiver = {
  readonly url: string;
  readonly received: readonly Received[];
  /** Parsed bodies, in order of arrival. */
  events(): readonly ReceivedEvent[];
  close(): Promise<void>;
};

/** As much of an event as the tests look at. */
export type ReceivedEvent = {
  readonly type?: string;
  readonly reference?: string;
  readonly expected_payloads?: number;
  readonly user?: { readonly user_id: string; readonly active: boolean };
  readonly data?: readonly ReceivedItem[];
};

export type ReceivedItem = {
  readonly metadata: {
    readonly start_time: string;
    readonly end_time: string;
    readonly is_nap?: boolean | null;
  };
};

/** Status by the number of the request, from 0; null never answers. */
export type Answering = (index: number, received: Received) => number | null;

/** A webhook on this machine that remembers what it got. */
export async function startReceiver(answering: Answering = () => 200): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = { headers: request.headers, body: Buffer.concat(chunks) };
      received.push(one);
      const status = answering(received.length - 1, one);
      if (status !== null) response.writeHead(status, { location: 'http://example.invalid/' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the receiver is not listening');
  return {
    url: `http://127.0.0.1:${address.port}/webhook/terra`,
    received,
    events: () => received.map((one): ReceivedEvent => JSON.parse(one.body.toString())),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Calls the simulated API as Amy does. */
export async function call(
  simulator: { readonly apiUrl: string; readonly devId: string; readonly apiKey: string },
  path: string,
  init: RequestInit = {},
): Promise<{ readonly status: number; readonly headers: Headers; readonly body: Json }> {
  const headers = new Headers(init.headers);
  headers.set('dev-id', simulator.devId);
  headers.set('x-api-key', simulator.apiKey);
  const response = await fetch(`${simulator.apiUrl}${path}`, { ...init, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === '' ? null : JSON.parse(text) };
}
