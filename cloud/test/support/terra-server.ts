import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';

/**
 * The far end of the Worker's outbound calls in tests: a loopback server in Node that answers as a test asked
 * it to and remembers what it was sent. Tests inside workerd reach it over HTTP, as the Worker does.
 *
 * - `POST /control/answer {path, status, body, headers?, times?}`: how to answer paths that start so; of
 *   several that fit, the last one asked for
 * - `POST /control/release {path}`: gives the answers that were held back on such paths, and holds none from then on
 * - `GET /control/calls?path=`: what was received on such paths, oldest first
 */
export type Answer = {
  readonly path: string;
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  /** `hang`: never answered; `cut`: the connection ends within the body. */
  readonly ends?: 'hang' | 'cut';
  /** How often; without it, always. */
  times?: number;
  /** Nothing is answered before the test says so: a Terra that hangs. */
  isHeld?: boolean;
};

/** `body` is latin1: one character a byte. */
export type Call = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
};

declare module 'vitest' {
  interface ProvidedContext {
    terraUrl: string;
  }
}

export default async function startTerraServer(project: TestProject): Promise<() => Promise<void>> {
  const answers: Answer[] = [];
  const calls: Call[] = [];
  const held: { readonly url: string; readonly give: () => void }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('latin1');
    const url = request.url ?? '/';
    const send = (status: number, value: unknown, headers: Record<string, string> = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(typeof value === 'string' ? value : JSON.stringify(value));
    };
    if (url === '/control/answer') {
      answers.unshift(JSON.parse(Buffer.from(body, 'latin1').toString()) as Answer);
      return send(200, {});
    }
    if (url === '/control/release') {
      const { path } = JSON.parse(body) as { path: string };
      for (const answer of answers) if (answer.path.startsWith(path)) answer.isHeld = false;
      for (const one of held) if (one.url.startsWith(path)) one.give();
      return send(200, {});
    }
    if (url.startsWith('/control/calls')) {
      const path = new URL(url, 'http://localhost').searchParams.get('path') ?? '';
      const received = calls.filter((call) => call.url.startsWith(path));
      return send(200, received);
    }
    calls.push({ method: request.method ?? '', url, headers: request.headers, body });
    const answer = answers.find((one) => url.startsWith(one.path) && (one.times ?? 1) > 0);
    if (answer === undefined) return send(404, { message: 'no answer prepared' });
    if (answer.times !== undefined) answer.times -= 1;
    if (answer.ends === 'hang') return;
    if (answer.ends === 'cut') {
      response.writeHead(answer.status, { 'content-length': '1000' });
      response.write('{"upload_id":', () => request.socket.destroy());
      return;
    }
    const give = () => send(answer.status, answer.body, answer.headers);
    if (answer.isHeld === true) held.push({ url, give });
    else give();
  });
  // An idle connection that Node closes just as workerd sends on it fails a request that nothing is wrong with.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  project.provide('terraUrl', `http://127.0.0.1:${port}`);
  return async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}
