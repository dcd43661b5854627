import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { FIXED_SECRETS } from './fixed-secrets.ts';
import { freePort, startLocalWorker } from './worker.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const CLIENTS = 32;

it('comes to serve though it is asked all the time while it starts', async () => {
  const state = mkdtempSync(join(tmpdir(), 'amy-worker-'));
  const [port, over] = [await freePort(), new AbortController()];
  onTestFinished(() => rmSync(state, { recursive: true, force: true }));
  const clients = Array.from({ length: CLIENTS }, () =>
    askAllTheTime(`http://127.0.0.1:${port}`, over.signal),
  );
  try {
    const worker = await startLocalWorker({ root, state, port, variables: FIXED_SECRETS });
    onTestFinished(() => worker.stop());
    expect((await fetch(`${worker.url}/healthz`)).status).toBe(200);
  } finally {
    over.abort();
    await Promise.all(clients);
  }
}, 240_000);

/** Deliveries that nobody signed, each of which leaves a line in the log; before the port is open none arrives. */
async function askAllTheTime(url: string, signal: AbortSignal): Promise<void> {
  const delivery = { method: 'POST', headers: { 'terra-signature': 't=1,v1=00' }, body: '{}' };
  while (!signal.aborted) {
    const answer = await fetch(`${url}/webhook/terra`, { ...delivery, signal }).catch(() => null);
    if (answer === null) await new Promise((again) => setTimeout(again, 5));
    else await answer.arrayBuffer().catch(() => null);
  }
}
