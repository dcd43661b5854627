import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TERRA_ANSWERS } from './terra-answers.ts';

/** Takes all that it is asked, at once: what Terra itself costs is no part of a bench. */
export type TerraStandIn = {
  readonly url: string;
  readonly nextUpload: (id: string) => void;
  readonly stop: () => Promise<void>;
};

export async function startTerraStandIn(): Promise<TerraStandIn> {
  let uploadId = 'upl_bench';
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      const path = (request.url ?? '').replace(/^\/v2|\?.*$/g, '');
      const [status, body] = answerTo(request.method ?? '', path, uploadId);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v2`,
    nextUpload: (id) => {
      uploadId = id;
    },
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answerTo(method: string, path: string, uploadId: string): readonly [number, unknown] {
  if (path.startsWith('/lab-reports'))
    return method === 'POST' ? [202, { upload_id: uploadId }] : [200, { sessions: [] }];
  const [, status, body] = TERRA_ANSWERS.find(([start]) => path.startsWith(start)) ?? [];
  return status === undefined ? [404, { message: 'no such path' }] : [status, body];
}
