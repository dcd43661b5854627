import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { builtWorker } from '../local/built-worker.ts';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { startLocalWorker } from '../local/worker.ts';
import { findWorkerProcess, type WorkerProcess } from './process-memory.ts';

/** A Worker whose memory is watched. */
export type WatchedStack = {
  readonly url: string;
  readonly state: string;
  readonly process: WorkerProcess;
  readonly stop: () => Promise<void>;
};

export type WatchedOptions = {
  /** Who answers in Terra's place. */
  readonly terraUrl?: string;
};

/** Amy, with everything of it below `folder`. Started again in the same folder it finds what it left there. */
export async function startAmy(
  root: string,
  folder: string,
  options: WatchedOptions = {},
): Promise<WatchedStack> {
  return startWatched(root, folder, undefined, options);
}

/** The floor: another Worker in Amy's place, with the same simulators. */
export async function startFloor(root: string, folder: string): Promise<WatchedStack> {
  const built = await builtWorker(root, 'cloud/dev/size/floor-worker.ts');
  return startWatched(root, folder, built, {});
}

async function startWatched(
  root: string,
  folder: string,
  built: string | undefined,
  // Nobody is asked where no one is named.
  { terraUrl = 'http://127.0.0.1:9/v2' }: WatchedOptions,
): Promise<WatchedStack> {
  const [state, temporary] = [join(folder, 'state'), join(folder, 'tmp')];
  mkdirSync(temporary, { recursive: true });
  const worker = await startLocalWorker({
    root,
    state,
    port: 0,
    built,
    variables: { ...FIXED_SECRETS, TERRA_API_URL: terraUrl },
    environment: { TMPDIR: temporary },
  });
  const stop = () => worker.stop('SIGKILL');
  try {
    return { url: worker.url, state, process: findWorkerProcess(worker.child.process.pid ?? 0), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
