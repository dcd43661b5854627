import { expect, it } from 'vitest';
import { z } from 'zod';
import { farEnd, refusal, type Step } from '../test/far-end.ts';
import { askApi } from './api.ts';
import { RETRIES_MAX } from './limits.ts';

const answer = z.object({ ok: z.literal(true) });
const fine: Step = { body: { ok: true } };

async function ask(script: Step[], more: { timeoutMs?: number } = {}) {
  const server = await farEnd(...script);
  const waits: number[] = [];
  const connection = {
    server: server.url,
    token: 'secret',
    onWait: (seconds: number) => waits.push(seconds),
  };
  const request = { method: 'GET', path: '/v1/thing', query: { since: '2026-01-01 10:00' }, answer } as const;
  const outcome = await askApi(connection, { ...request, ...more }).catch((error: unknown) => error);
  return { outcome, waits, server };
}

it('sends the token and the query, and gives the validated answer', async () => {
  const { outcome, server } = await ask([fine]);
  expect(outcome).toEqual({ ok: true });
  expect(server.asked).toMatchObject([
    {
      method: 'GET',
      path: '/v1/thing',
      query: { since: '2026-01-01 10:00' },
      headers: { authorization: 'Bearer secret' },
    },
  ]);
});

it('passes the server’s error on, with its request id', async () => {
  const { outcome } = await ask([{ status: 404, body: refusal('not_found', 'no such thing', 'r-9') }]);
  expect(outcome).toMatchObject({ code: 'not_found', message: 'no such thing', requestId: 'r-9' });
});

it('names AMY_TOKEN when the token is refused', async () => {
  const { outcome } = await ask([{ status: 401, body: refusal('unauthorized', 'token expired') }]);
  expect(outcome).toMatchObject({ code: 'unauthorized', message: 'token expired; check AMY_TOKEN' });
});

it('says what came where it was no answer of Amy', async () => {
  const html = await ask([{ status: 502, headers: { 'x-request-id': 'r-8' }, body: '<html>' }]);
  expect(html.outcome).toMatchObject({
    code: 'unexpected_answer',
    message: `${html.server.url}/v1/thing answered with HTTP status 502 and no explanation`,
    requestId: 'r-8',
  });
  const other = await ask([{ body: { ok: 'yes' } }]);
  expect(other.outcome).toMatchObject({
    code: 'unexpected_answer',
    message: expect.stringContaining('(ok: '),
  });
});

it('does not carry the token along a redirect', async () => {
  const target = await farEnd(fine);
  const { outcome } = await ask([{ status: 302, headers: { location: target.url }, body: '' }]);
  expect(outcome).toMatchObject({ code: 'unexpected_answer', message: expect.stringContaining(target.url) });
  expect(target.asked).toEqual([]);
});

it.each([429, 503])('waits as long as a %s asks for, then asks again', async (status) => {
  const busy = { status, headers: { 'retry-after': '0' }, body: refusal('unavailable', 'busy') };
  const past = { ...busy, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } };
  const { outcome, waits, server } = await ask([busy, past, fine]);
  expect(outcome).toEqual({ ok: true });
  expect(waits).toEqual([0, 0]);
  expect(server.asked).toHaveLength(3);
});

it('gives up after a few waits', async () => {
  const busy = { status: 503, headers: { 'retry-after': '0' }, body: refusal('unavailable', 'busy', 'r-7') };
  const { outcome, server } = await ask(Array.from({ length: 20 }, () => busy));
  expect(outcome).toMatchObject({ code: 'server_busy', requestId: 'r-7' });
  expect(server.asked).toHaveLength(RETRIES_MAX + 1);
});

it('does not wait for what takes too long, nor where no wait is named', async () => {
  const long = await ask([
    { status: 429, headers: { 'retry-after': '3600' }, body: refusal('rate_limited', 'slow down') },
  ]);
  expect(long.outcome).toMatchObject({ code: 'server_busy', message: expect.stringContaining('3600 s') });
  const plain = await ask([{ status: 503, body: refusal('unavailable', 'down') }]);
  expect(plain.outcome).toMatchObject({ code: 'unavailable', message: 'down' });
  const failed = await ask([
    { status: 500, headers: { 'retry-after': '0' }, body: refusal('internal', 'oops') },
  ]);
  expect(failed.outcome).toMatchObject({ code: 'internal' });
  expect([...long.waits, ...plain.waits, ...failed.waits]).toEqual([]);
});

it('names the address that cannot be reached', async () => {
  const server = await farEnd();
  await server.close();
  const connection = { server: server.url, token: 'secret' };
  await expect(askApi(connection, { method: 'GET', path: '/v1/thing', answer })).rejects.toMatchObject({
    code: 'network_failed',
    message: expect.stringMatching(new RegExp(`^cannot reach ${server.url}/v1/thing: .*ECONNREFUSED`)),
  });
});

it('does not wait forever for an answer', async () => {
  const { promise: never } = Promise.withResolvers<{ body: unknown }>();
  const { outcome } = await ask([() => never], { timeoutMs: 30 });
  expect(outcome).toMatchObject({
    code: 'network_failed',
    message: expect.stringContaining('no answer within 0.03 s'),
  });
});
