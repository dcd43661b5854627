import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { farEnd, refusal, type Step } from '../../test/support/far-end.ts';
import { tokenReply } from '../../test/support/signed-in.ts';
import type { AmyError } from '../errors.ts';
import { awaitApproval } from './device-login.ts';

const login = {
  device_code: 'device-1',
  user_code: 'BCDF-GHJK',
  verification_uri: 'http://amy.test/activate',
  verification_uri_complete: 'http://amy.test/activate?user_code=BCDF-GHJK',
  expires_in: 600,
  interval: 5,
};

const undecided = (code: string): Step => ({ status: 400, body: refusal(code, 'not yet') });
const pending = undecided('authorization_pending');
const token = tokenReply('user_1');

/** Polls with a clock of its own, in which sleeping takes no time. */
async function poll(server: string) {
  const pauses: number[] = [];
  const troubles: string[] = [];
  let now = 0;
  const outcome = await awaitApproval({ server }, login, {
    onTrouble: ({ code }: AmyError) => troubles.push(code),
    sleepMs: async (ms) => {
      pauses.push(ms / 1_000);
      now += ms;
    },
    nowMs: () => now,
  }).catch((error: unknown) => error);
  return { outcome, pauses, troubles };
}

it('asks at the interval, five seconds less often each time it is told to slow down', async () => {
  const server = await farEnd(pending, undecided('slow_down'), pending, undecided('slow_down'), token);
  expect(await poll(server.url)).toEqual({
    outcome: token.body,
    pauses: [5, 5, 10, 10, 15],
    troubles: [],
  });
  expect(server.asked.map(({ path, body }) => [path, JSON.parse(String(body))])).toEqual(
    Array.from({ length: 5 }, () => ['/v1/auth/device/token', { device_code: 'device-1' }]),
  );
});

it('leaves a busy server alone as long as it asks, and never asks sooner than the interval', async () => {
  const busy = (status: number, seconds: string): Step => ({
    status,
    headers: { 'retry-after': seconds },
    body: refusal('rate_limited', 'slow down'),
  });
  const server = await farEnd(busy(429, '90'), busy(503, '1'), pending, token);
  expect(await poll(server.url)).toEqual({
    outcome: token.body,
    pauses: [5, 90, 5, 5],
    troubles: ['server_busy'],
  });
});

it('asks again after a broken connection or a broken server, and tells of each trouble once', async () => {
  const answers: (readonly [number, unknown] | null)[] = [
    null,
    [502, '<html>'],
    [400, refusal('authorization_pending', 'not yet')],
    [500, refusal('internal', 'oops')],
    [200, token.body],
  ];
  const server = createServer((request, response) => {
    const answer = answers.shift();
    if (answer) response.writeHead(answer[0]).end(JSON.stringify(answer[1]));
    else request.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  expect(await poll(`http://127.0.0.1:${port}`)).toEqual({
    outcome: token.body,
    pauses: [5, 5, 5, 5, 5],
    troubles: ['network_failed', 'internal'],
  });
});

it('ends when the login does, though the server cannot be reached', async () => {
  const server = await farEnd();
  await server.close();
  const { outcome, pauses, troubles } = await poll(server.url);
  expect(outcome).toMatchObject({ code: 'expired_token' });
  expect(pauses.reduce((sum, pause) => sum + pause, 0)).toBe(login.expires_in);
  expect(troubles).toEqual(['network_failed']);
});

it('says that a code is no longer good, whoever noticed it first', async () => {
  const server = await farEnd(pending, { status: 400, body: refusal('expired_token', 'no', 'r-4') });
  const { outcome } = await poll(server.url);
  expect(outcome).toMatchObject({
    code: 'expired_token',
    message: 'nobody approved the sign-in in time, and its code is no longer good; run `amy login` again',
    requestId: 'r-4',
  });
});

it.each(['access_denied', 'invalid_grant', 'invalid_request'])('ends with %s at once', async (code) => {
  const server = await farEnd(pending, { status: 400, body: refusal(code, 'no', 'r-4') });
  const { outcome } = await poll(server.url);
  expect(outcome).toMatchObject({ code, message: 'no', requestId: 'r-4' });
  expect(server.asked).toHaveLength(2);
});
