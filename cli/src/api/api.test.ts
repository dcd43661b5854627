import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { deviceLoginStarted } from '../../../cloud/src/contract/auth.ts';
import { importAccepted } from '../../../cloud/src/contract/import.ts';
import { syncPage } from '../../../cloud/src/contract/sync.ts';
import { farEnd, refusal, type Step } from '../../test/support/far-end.ts';
import { page, T1 } from '../../test/support/pages.ts';
import { PIECE_TIMEOUT_MS, RETRIES_MAX, UPLOAD_TIMEOUT_MS } from '../limits.ts';
import { type AskOptions, ask, askFile } from './api.ts';
import { readBody } from './exchange.ts';

const accepted = { import_id: 'i1', days: 30, requests: 8 };
const fine: Step = { status: 202, body: accepted };

async function askScript(script: Step[], options: AskOptions = {}) {
  const server = await farEnd(...script);
  const waits: number[] = [];
  const onWait = (seconds: number) => waits.push(seconds);
  const outcome = await importFrom(server.url, options, onWait).catch((error: unknown) => error);
  return { outcome, waits, server };
}

function importFrom(server: string, options: AskOptions = {}, onWait?: (seconds: number) => void) {
  const access = { server, token: 'secret', remedy: 'mend it', onWait };
  return ask(access, (api) => api.v1.import.$post({ json: { days: 30 } }), importAccepted, options);
}

it('sends the token and the body, and gives the validated answer', async () => {
  const { outcome, server } = await askScript([fine], { idempotencyKey: 'k1' });
  expect(outcome).toEqual(accepted);
  expect(server.asked).toMatchObject([
    {
      method: 'POST',
      path: '/v1/import',
      query: {},
      headers: {
        authorization: 'Bearer secret',
        accept: 'application/json',
        'content-type': 'application/json',
        'idempotency-key': 'k1',
      },
      body: Buffer.from('{"days":30}'),
    },
  ]);
});

it('sends the query, below a server that has a path, and leaves out what is undefined', async () => {
  const changes = page(T1, {});
  const server = await farEnd({ body: changes });
  const query = { since: '2026-01-01 10:00', cursor: undefined };
  const access = { server: `${server.url}/amy`, token: 'secret' };
  await expect(ask(access, (api) => api.v1.sync.$get({ query }), syncPage)).resolves.toEqual(changes);
  expect(server.asked).toMatchObject([{ method: 'GET', path: '/amy/v1/sync' }]);
  expect(server.asked[0]?.query).toEqual({ since: '2026-01-01 10:00' });
});

it('asks without a token where there is none', async () => {
  const server = await farEnd(fine);
  await ask({ server: server.url }, (api) => api.v1.import.$post({ json: {} }), importAccepted);
  expect(server.asked[0]?.headers).not.toHaveProperty('authorization');
});

it.each([
  ['', null],
  ['attachment; filename="plain.pdf"', null],
  ["attachment; filename*=UTF-8''M%C3%A4rz%27.pdf", "März'.pdf"],
  ["attachment; filename=a.pdf; filename*=utf-8''b.pdf; size=3", 'b.pdf'],
  ["attachment; filename*=UTF-8''%E4.pdf", null],
])('keeps the bytes of a file as they are, and its name from "%s"', async (disposition, name) => {
  const text = '\ufeff{ "héllo": 1.0 }';
  const headers = { 'content-type': 'application/pdf', 'content-disposition': disposition };
  const server = await farEnd({ headers, body: text });
  const access = { server: server.url, token: 'secret' };
  const file = await askFile(access, (api) => api.v1.sync.$get({ query: {} }));
  expect(file).toEqual({ bytes: new Uint8Array(Buffer.from(text)), contentType: 'application/pdf', name });
  expect(server.asked).toMatchObject([{ headers: { authorization: 'Bearer secret', accept: '*/*' } }]);
});

it('passes the server’s error on, with its request id', async () => {
  const { outcome } = await askScript([{ status: 404, body: refusal('not_found', 'no such thing', 'r-9') }]);
  expect(outcome).toMatchObject({ code: 'not_found', message: 'no such thing', requestId: 'r-9' });
});

it('names the remedy when the token is refused', async () => {
  const { outcome } = await askScript([{ status: 401, body: refusal('unauthorized', 'token expired') }]);
  expect(outcome).toMatchObject({ code: 'unauthorized', message: 'token expired; mend it' });
});

it('says what came where it was no answer of Amy', async () => {
  const html = await askScript([{ status: 502, headers: { 'x-request-id': 'r-8' }, body: '<html>' }]);
  expect(html.outcome).toMatchObject({
    code: 'unexpected_answer',
    message: `${html.server.url}/v1/import answered with HTTP status 502 and no explanation`,
    requestId: 'r-8',
  });
  const other = await askScript([{ body: { ...accepted, days: 'many' } }]);
  expect(other.outcome).toMatchObject({
    code: 'unexpected_answer',
    message: expect.stringContaining('(days: '),
  });
});

it('does not carry the token along a redirect', async () => {
  const target = await farEnd(fine);
  const { outcome } = await askScript([{ status: 302, headers: { location: target.url }, body: '' }]);
  expect(outcome).toMatchObject({ code: 'unexpected_answer', message: expect.stringContaining(target.url) });
  expect(target.asked).toEqual([]);
});

it.each([429, 503])('waits as long as a %s asks for, then asks again', async (status) => {
  const busy = { status, headers: { 'retry-after': '0' }, body: refusal('unavailable', 'busy') };
  const past = { ...busy, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } };
  const { outcome, waits, server } = await askScript([busy, past, fine]);
  expect(outcome).toEqual(accepted);
  expect(waits).toEqual([0, 0]);
  expect(server.asked).toHaveLength(3);
});

it('gives up after a few waits', async () => {
  const busy = { status: 503, headers: { 'retry-after': '0' }, body: refusal('unavailable', 'busy', 'r-7') };
  const { outcome, server } = await askScript(Array.from({ length: 20 }, () => busy));
  expect(outcome).toMatchObject({ code: 'server_busy', requestId: 'r-7' });
  expect(server.asked).toHaveLength(RETRIES_MAX + 1);
});

it('does not wait for what takes too long, nor where no wait is named', async () => {
  const long = await askScript([
    { status: 429, headers: { 'retry-after': '3600' }, body: refusal('rate_limited', 'slow down') },
  ]);
  expect(long.outcome).toMatchObject({ code: 'server_busy', message: expect.stringContaining('3600 s') });
  const plain = await askScript([{ status: 503, body: refusal('unavailable', 'down') }]);
  expect(plain.outcome).toMatchObject({ code: 'unavailable', message: 'down' });
  const failed = await askScript([
    { status: 500, headers: { 'retry-after': '0' }, body: refusal('internal', 'oops') },
  ]);
  expect(failed.outcome).toMatchObject({ code: 'internal' });
  expect([...long.waits, ...plain.waits, ...failed.waits]).toEqual([]);
});

it('does not wait at all where it is told not to', async () => {
  const busy = { status: 429, headers: { 'retry-after': '7' }, body: refusal('rate_limited', 'slow down') };
  const { outcome, waits, server } = await askScript([busy], { patient: false });
  expect(outcome).toMatchObject({ code: 'server_busy', status: 429, retryAfterSeconds: 7 });
  expect(waits).toEqual([]);
  expect(server.asked).toHaveLength(1);
});

it('names the address that cannot be reached', async () => {
  const server = await farEnd();
  await server.close();
  await expect(importFrom(server.url)).rejects.toMatchObject({
    code: 'network_failed',
    message: expect.stringMatching(new RegExp(`^cannot reach ${server.url}/v1/import: .*ECONNREFUSED`)),
  });
});

it('does not wait forever for an answer', async () => {
  const { promise: never } = Promise.withResolvers<{ body: unknown }>();
  const { outcome } = await askScript([() => never], { timeoutMs: 30 });
  expect(outcome).toMatchObject({
    code: 'network_failed',
    message: expect.stringContaining('no answer within 0.03 s'),
  });
});

it('tells that it waits, for what and how long, and gives up saying what to try', async () => {
  const { promise: never } = Promise.withResolvers<{ body: unknown }>();
  const server = await farEnd(() => never);
  const told: unknown[] = [];
  const asker = {
    server: server.url,
    onSilence: (...waited: unknown[]) => told.push(waited),
    onPause: (...waited: unknown[]) => {
      told.push(['a pause', ...waited]);
      return () => told.push('is over');
    },
  };
  const asked = ask(asker, (api) => api.v1.auth.device.$post({ json: {} }), deviceLoginStarted, {
    timeoutMs: 60,
  });
  await expect(asked).rejects.toMatchObject({ message: expect.stringContaining('--url or AMY_API_URL') });
  const waited = [`${server.url}/v1/auth/device`, 0.06];
  expect(told).toEqual([['a pause', ...waited], waited, 'is over']);
});

/** Sends its pieces one after another, a while after each other; the last `null` leaves the answer open. */
async function slowServer(pieces: readonly (string | null)[], pauseMs: number): Promise<string> {
  const server = createServer(async (_request, response) => {
    response.writeHead(202);
    for (const piece of pieces) {
      if (piece === null) return;
      response.write(piece);
      await new Promise((resume) => setTimeout(resume, pauseMs));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}

it('does not wait forever for the rest of an answer', async () => {
  const url = await slowServer(['{', null], 0);
  await expect(importFrom(url, { timeoutMs: 200 })).rejects.toMatchObject({
    code: 'network_failed',
    message: expect.stringContaining('no more of the answer within 0.2 s'),
  });
});

it('lets a long answer go on as long as it comes', async () => {
  const pieces = JSON.stringify(accepted).match(/.{1,10}/g) ?? [];
  expect(pieces.length).toBeGreaterThan(4);
  const url = await slowServer(pieces, 250);
  await expect(importFrom(url, { timeoutMs: 1_000 })).resolves.toEqual(accepted);
});

it('does not wait longer for the pieces of an answer where its beginning may take long', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const stuck = new ReadableStream<Uint8Array<ArrayBuffer>>({ pull: () => {} });
  const read = readBody({ url: 'http://127.0.0.1/v1/labs/upload', body: stuck }, UPLOAD_TIMEOUT_MS);
  const outcome = read.catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(PIECE_TIMEOUT_MS);
  expect(await outcome).toMatchObject({
    message: expect.stringContaining('/v1/labs/upload: no more of the answer within 10 s'),
  });
});
