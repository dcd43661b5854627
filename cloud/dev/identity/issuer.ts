import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type Call, jsonReply, type Reply, readCall } from '../terra/api/http.ts';
import { personOf } from './person.ts';
import { identityRoutes } from './routes.ts';
import { makeSessionTokens, type SessionTokens } from './session-tokens.ts';

export type IdentityOptions = {
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Life of a session token; Clerk's is a minute, and so is the default. */
  readonly tokenLifeSeconds?: number;
  /** Unix ms. */
  readonly clock?: () => number;
};

/** An issuer of session tokens on this machine, in the place of Clerk. It believes whoever one says one is. */
export type LocalIdentity = {
  /** `http://127.0.0.1:<port>`: the Worker's CLERK_ISSUER. */
  readonly url: string;
  /**
   * A token without the sign-in page. `typed` is an email or a user id, `party` the origin of the app.
   * @throws RangeError for what is neither
   */
  token(typed: string, party: string): Promise<string>;
  close(): Promise<void>;
};

const TOKEN_LIFE_S = 60;

/** Starts the issuer on a port of this machine, with a key made for this run. */
export async function startIdentity(options: IdentityOptions = {}): Promise<LocalIdentity> {
  const server = createServer();
  // An idle connection that Node closes just as workerd sends on it fails a request that nothing is wrong with.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = originOf(server);
  const tokens = await makeSessionTokens({
    issuer: url,
    lifeSeconds: options.tokenLifeSeconds ?? TOKEN_LIFE_S,
    clock: options.clock ?? Date.now,
  });
  answerBy(server, url, identityRoutes(tokens));
  return {
    url,
    token: (typed, party) => tokenOf(tokens, typed, party),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function tokenOf(tokens: SessionTokens, typed: string, party: string): Promise<string> {
  const person = personOf(typed);
  if (person === null) throw new RangeError(`neither an email nor a user id: ${typed}`);
  return tokens.sign(person, `sess_${randomUUID()}`, party);
}

function answerBy(server: Server, url: string, routes: (call: Call) => Promise<Reply>): void {
  server.on('request', (request, response) => {
    void readCall(request, url)
      .then(routes)
      .catch((error: unknown) => jsonReply(400, { message: String(error) }))
      .then((reply) => {
        response.writeHead(reply.status, reply.headers);
        response.end(reply.body);
      });
  });
}

function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the issuer is not listening');
  return `http://127.0.0.1:${address.port}`;
}
