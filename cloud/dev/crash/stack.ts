import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { builtWorker } from '../local/built-worker.ts';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { freePort, type LocalWorker, startLocalWorker } from '../local/worker.ts';
import { pretendedWorker } from '../pretended-day/pretended-main.ts';
import { startTerra, type TerraSimulator } from '../terra/simulator.ts';

/** Bodies above this go to R2, so that a small history has some there. */
const INLINE_PAYLOAD_BYTES = 40_000;
/** A delivery that nobody takes is tried again this often and this long: longer than any restart. */
const RETRY_EVERY_MS = 500;
const RETRIES = 600;
/** Enough that a batch of the queue fills up while deliveries still come in. */
const DELIVERIES_AT_ONCE = 12;

export type CrashStackOptions = {
  /** The repository. */
  readonly root: string;
  readonly seed: number;
  /** YYYY-MM-DD, the last date that Terra has data for. */
  readonly today: string;
};

/** A simulated Terra, and a Worker that can be killed and started again on the same state and address. */
export type CrashStack = {
  readonly terra: TerraSimulator;
  readonly state: string;
  readonly secrets: typeof FIXED_SECRETS;
  /** Starts the Worker; the deliveries go on where they were. */
  readonly start: () => Promise<LocalWorker>;
  /** Ends the Worker and everything it started, without a word. */
  readonly kill: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Everything of the stack is below `folder`. */
export async function crashStack(
  { root, seed, today }: CrashStackOptions,
  folder: string,
): Promise<CrashStack> {
  const state = join(folder, 'state');
  const temporary = join(folder, 'tmp');
  mkdirSync(state);
  mkdirSync(temporary);
  const terra = await startTerra({
    seed,
    today,
    secret: FIXED_SECRETS.TERRA_SIGNING_SECRET,
    devId: FIXED_SECRETS.TERRA_DEV_ID,
    apiKey: FIXED_SECRETS.TERRA_API_KEY,
    concurrency: DELIVERIES_AT_ONCE,
    retryDelaysMs: Array.from({ length: RETRIES }, () => RETRY_EVERY_MS),
    chaos: { duplicateEvery: 7, reorderWindow: 6, disconnectEvery: 11, extraNaps: true, splitNights: true },
  });
  const port = await freePort();
  // One for all starts: somebody who saves a file meanwhile changes nothing.
  const built = await builtWorker(root, pretendedWorker(process.env).main);
  let worker: LocalWorker | null = null;
  const kill = async () => {
    await worker?.stop('SIGKILL');
    worker = null;
  };
  return {
    terra,
    state,
    secrets: FIXED_SECRETS,
    start: async () => {
      worker = await startLocalWorker({
        root,
        built,
        state,
        port,
        variables: {
          ...FIXED_SECRETS,
          TERRA_API_URL: terra.apiUrl,
          INLINE_PAYLOAD_BYTES: String(INLINE_PAYLOAD_BYTES),
        },
        environment: { TMPDIR: temporary },
      });
      terra.pointWebhookAt(`${worker.url}/webhook/terra`);
      return worker;
    },
    kill,
    close: async () => {
      await kill();
      await terra.close();
    },
  };
}

const drained = z.looseObject({ enqueued: z.number() });

/** Hands the oldest unprocessed events, at most a hundred, to the queue again; answers how many. */
export async function drainByHand(url: string, adminKey: string): Promise<number> {
  const response = await fetch(`${url}/admin/drain`, {
    method: 'POST',
    headers: { 'x-admin-key': adminKey },
  });
  if (!response.ok) throw new Error(`POST /admin/drain answered ${response.status}`);
  return drained.parse(await response.json()).enqueued;
}
