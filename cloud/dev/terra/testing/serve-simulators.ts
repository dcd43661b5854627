import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestProject } from 'vitest/node';
import { startTerra, type TerraSimulator } from '../simulator.ts';
import { type Receiver, startReceiver } from './receiver.ts';

/**
 * Terra simulators for tests inside workerd, which cannot start one. What a simulator delivers is kept as it came
 * over the wire, to be handed to the Worker by the test.
 *
 * - `POST /start {seed, today, secret}` -> `{id, url}`: a simulator, reached at `url`
 * - `GET /mail/<id>` -> `[{headers}]`: what it has delivered, oldest first
 * - `GET /mail/<id>/<n>`: the body of the nth
 * - `POST /stop/<id>`
 */
export type StartRequest = { readonly seed: number; readonly today: string; readonly secret: string };

declare module 'vitest' {
  interface ProvidedContext {
    simulatorsUrl: string;
  }
}

type Started = { readonly terra: TerraSimulator; readonly receiver: Receiver };

export default async function serveSimulators(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Started>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, command, id = '', index] = (request.url ?? '').split('/');
    const one = started.get(id);
    if (command === 'start') {
      const begun = await start(JSON.parse(Buffer.concat(chunks).toString()) as StartRequest);
      started.set(String(started.size), begun);
      response.end(JSON.stringify({ id: String(started.size - 1), url: begun.terra.url }));
    } else if (command === 'mail' && one !== undefined) {
      const { received } = one.receiver;
      response.end(
        index === undefined
          ? JSON.stringify(received.map(({ headers }) => ({ headers })))
          : received[Number(index)]?.body,
      );
    } else if (command === 'stop' && one !== undefined) {
      await stop(one);
      response.end();
    } else {
      response.writeHead(404).end();
    }
  });
  // An idle connection that Node closes just as workerd sends on it fails a request that nothing is wrong with.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  project.provide('simulatorsUrl', `http://127.0.0.1:${port}`);
  return async () => {
    await Promise.all([...started.values()].map(stop));
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}

async function start(request: StartRequest): Promise<Started> {
  const receiver = await startReceiver();
  return { receiver, terra: await startTerra({ ...request, webhookUrl: receiver.url, keepBodies: false }) };
}

async function stop({ terra, receiver }: Started): Promise<void> {
  await Promise.all([terra.close(), receiver.close()]);
}
