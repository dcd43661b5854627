import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type StackStats, settled } from './settle.ts';

/** A Worker that is asked for its figures and answers as it is told: each in turn, the last for ever. */
let server: Server | undefined;

afterEach(() => server?.close());

const QUIET: StackStats = {
  backlog: 0,
  oldest_unprocessed: null,
  outbox_pending: 0,
  outbox_waiting: 0,
  outbox_next_attempt_at: null,
  outbox_waiting_reasons: [],
  events: 10,
  normalized: 10,
  skipped: 0,
  errors: {},
};

async function settles(answers: readonly Partial<StackStats>[], stuckMs: number, patienceMs: number) {
  let asked = 0;
  const running = createServer((_request, response) => {
    const figures = answers[Math.min(asked, answers.length - 1)];
    asked += 1;
    response.end(JSON.stringify({ ...QUIET, ...figures }));
  });
  server = running;
  await new Promise<void>((resolve) => running.listen(0, '127.0.0.1', resolve));
  const { port } = running.address() as AddressInfo;
  return settled({
    worker: { url: `http://127.0.0.1:${port}`, tick: async () => undefined },
    adminKey: 'none',
    terra: { settled: async () => undefined },
    stuckMs,
    patienceMs,
    onProgress: () => undefined,
  });
}

it('does not call requests a failure that are left when all else is done, whatever their time', async () => {
  const left = { outbox_pending: 5, outbox_waiting: 2, outbox_next_attempt_at: new Date().toISOString() };
  expect(await settles([left], 60_000, 0)).toMatchObject(left);
});

it('gives what moves the time that it takes', async () => {
  const moving: Partial<StackStats>[] = [6, 5, 4, 3, 2, 1].map((backlog) => ({
    backlog,
    normalized: 10 - backlog,
  }));
  expect(await settles(moving.flatMap((one) => [one, one]).concat({}), 350, 350)).toMatchObject({
    backlog: 0,
  });
});

it('says what is left and how to go on where nothing moves any more', async () => {
  const left = { backlog: 2, normalized: 8, oldest_unprocessed: '2026-03-01 12:00:00' };
  await expect(settles([left], 0, 0)).rejects.toThrow(
    /^2 events are on the way, the oldest since 2026-03-01 12:00:00, and nothing moved for 0 s\.\nWhat is stored is kept: `npm start` goes on from there/,
  );
});
