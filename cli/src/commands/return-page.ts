import { createServer } from 'node:http';

const PAGE =
  '<!doctype html><meta charset="utf-8"><title>Amy</title><p>Done. You can close this page; the terminal goes on.';

/** Where a browser on this machine comes back to. */
export type Return = {
  readonly url: string;
  /** Ends as soon as the browser comes back the next time. */
  next(): Promise<void>;
  close(): void;
};

/** A page on this machine alone, on a free port, while somebody waits for it. */
export async function listenForReturn(): Promise<Return> {
  let back = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(PAGE);
    back.resolve();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    async next() {
      await back.promise;
      back = Promise.withResolvers<void>();
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
