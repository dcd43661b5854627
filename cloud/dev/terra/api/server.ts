import { createServer, type Server, type ServerResponse } from 'node:http';
import type { Sender } from '../delivery/sender.ts';
import { type Call, jsonReply, notFound, type Reply, type Route, readCall } from './http.ts';

/**
 * Serves the routes on this machine only; the first that knows a path answers.
 * Calls count as unsettled until their webhooks are queued, those to /sim/ excepted.
 */
export async function serve(port: number, sender: Sender, routes: readonly Route[]): Promise<Server> {
  const server = createServer((request, response) => {
    const settleable = !(request.url ?? '').startsWith('/sim/');
    const settle = settleable ? sender.expect() : () => undefined;
    void readCall(request, originOf(server)).then(
      async (call) => answer(response, await replyOf(call, routes), settle),
      (error: unknown) => answer(response, jsonReply(400, { message: String(error) }), settle),
    );
  });
  // An idle connection that Node closes just as workerd sends on it fails a request that nothing is wrong with.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return server;
}

export function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the simulator is not listening');
  return `http://127.0.0.1:${address.port}`;
}

async function replyOf(call: Call, routes: readonly Route[]): Promise<Reply> {
  try {
    for (const route of routes) {
      const reply = await route(call);
      if (reply !== null) return reply;
    }
    return notFound(`${call.method} ${call.url.pathname}`);
  } catch (error) {
    // A RangeError is a caller's wrong value, told in its message.
    if (error instanceof RangeError) return jsonReply(400, { message: error.message });
    return jsonReply(500, { message: String(error) });
  }
}

function answer(response: ServerResponse, reply: Reply, settle: () => void): void {
  const finish = () => {
    reply.after?.();
    settle();
  };
  // The caller may have gone while its request was read: 'close' is then over.
  if (response.closed) {
    finish();
    return;
  }
  response.once('close', finish);
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}
