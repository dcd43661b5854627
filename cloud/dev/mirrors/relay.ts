import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Where the network ends for a process: at its nth page, before it is asked for, in the middle of it, or so much later. */
export type Cut = {
  readonly page: number;
  readonly at: 'request' | 'half' | { readonly afterMs: number };
};

/** What the relay does with one process, told by its token. */
export type Passenger = {
  /** Rows a page, whatever the process asks for. */
  readonly limit: number;
  /** Done before the nth page is asked for: the server's own changes in between. */
  readonly beforePage: (nth: number) => Promise<void>;
  readonly cut: Cut | null;
  /** Ends the process, at the cut. */
  readonly kill: () => void;
};

export type Relay = {
  readonly url: string;
  readonly carry: (token: string, passenger: Passenger) => void;
  readonly close: () => Promise<void>;
};

const PAGES = '/v1/sync';

/**
 * Stands between `amy` and the Worker, as a network does, and passes on what both say. It makes pages small, lets the
 * server change between two of them, and is told at which moment a process dies.
 */
export async function startRelay(target: string): Promise<Relay> {
  const passengers = new Map<string, Passenger & { pages: number }>();
  const server = createServer((asked, answer) => {
    void pass(asked, answer).catch((error: unknown) => answer.destroy(error as Error));
  });

  async function pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(asked.url ?? '/', target);
    const passenger = passengers.get((asked.headers.authorization ?? '').replace('Bearer ', ''));
    if (passenger === undefined || url.pathname !== PAGES) return sendWhole(answer, await ask(url, asked));
    passenger.pages += 1;
    url.searchParams.set('limit', String(passenger.limit));
    await passenger.beforePage(passenger.pages);
    const cut = passenger.cut?.page === passenger.pages ? passenger.cut : null;
    if (cut?.at === 'request') return passenger.kill();
    const given = await ask(url, asked);
    if (cut?.at === 'half') return sendHalf(answer, given, passenger.kill);
    sendWhole(answer, given);
    if (cut !== null) setTimeout(passenger.kill, cut.at.afterMs);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    carry: (token, passenger) => void passengers.set(token, { ...passenger, pages: 0 }),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

type Given = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer };

async function ask(url: URL, asked: IncomingMessage): Promise<Given> {
  const { host: _, connection: __, ...headers } = asked.headers;
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const sent = request(
    url,
    { method: asked.method, headers: { ...headers, 'accept-encoding': 'identity' } },
    resolve,
  );
  sent.once('error', reject);
  asked.pipe(sent);
  const came = await promise;
  const { 'transfer-encoding': ___, 'content-length': ____, connection: _____, ...kept } = came.headers;
  return { status: came.statusCode ?? 502, headers: kept, body: await buffer(came) };
}

function sendWhole(answer: ServerResponse, { status, headers, body }: Given): void {
  answer.writeHead(status, { ...headers, 'content-length': body.byteLength }).end(body);
}

function sendHalf(answer: ServerResponse, { status, headers, body }: Given, then: () => void): void {
  answer.writeHead(status, { ...headers, 'content-length': body.byteLength });
  answer.write(body.subarray(0, body.byteLength / 2), then);
}
