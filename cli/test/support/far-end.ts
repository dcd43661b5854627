import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEachTest } from '../../../cloud/dev/after-each-test.ts';

export type Asked = {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
};

export type Reply = {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
};

/** What is answered to one request; a function may look at it, or hold the answer back. */
export type Step = Reply | ((asked: Asked) => Reply | Promise<Reply>);

export type FarEnd = { readonly url: string; readonly asked: readonly Asked[]; close(): Promise<void> };

const running = new Set<FarEnd>();

afterEachTest(async () => {
  await Promise.all([...running].map((end) => end.close()));
});

/** A server on a free port that answers its script step by step, and 500 once it is over. */
export async function farEnd(...script: Step[]): Promise<FarEnd> {
  const asked: Asked[] = [];
  const steps = [...script];
  const server = createServer(async (request, response) => {
    const received = await readAsked(request);
    asked.push(received);
    const step = steps.shift() ?? { status: 500, body: refusal('script_over', 'nothing more was expected') };
    const reply = typeof step === 'function' ? await step(received) : step;
    response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers });
    const isAsIs = typeof reply.body === 'string' || Buffer.isBuffer(reply.body);
    response.end(isAsIs ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const end: FarEnd = {
    url: `http://127.0.0.1:${port}`,
    asked,
    close() {
      running.delete(end);
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  running.add(end);
  return end;
}

async function readAsked(request: IncomingMessage): Promise<Asked> {
  const url = new URL(request.url ?? '/', 'http://far.end');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: await buffer(request),
  };
}

/** The server's error shape. */
export function refusal(code: string, message: string, request_id = 'request-1'): unknown {
  return { error: { code, message, request_id } };
}
