import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject } from '../crash/project.ts';
import { freePort, startLocalWorker } from '../local/worker.ts';
import { findWorkerProcess, type WorkerProcess } from './process-memory.ts';

export const SECRETS = {
  TERRA_DEV_ID: 'local-dev',
  TERRA_API_KEY: 'local-key',
  TERRA_SIGNING_SECRET: 'local-signing-secret',
  AMY_ADMIN_KEY: 'local-admin-key',
  AMY_JWT_SECRET: 'local-jwt-secret-of-at-least-32-bytes',
};

/** A Worker whose memory is watched. */
export type WatchedStack = {
  readonly url: string;
  readonly state: string;
  readonly process: WorkerProcess;
  readonly stop: () => Promise<void>;
};

/** Amy, with everything of it below `folder`. */
export async function startAmy(root: string, folder: string): Promise<WatchedStack> {
  copyProject(root, join(folder, 'project'));
  return startWatched(folder, false);
}

/** The floor: another Worker in Amy's place, with the same simulators. */
export async function startFloor(root: string, folder: string): Promise<WatchedStack> {
  const project = join(folder, 'project');
  copyProject(root, project);
  const main = join('cloud', 'src', 'floor-worker.ts');
  copyFileSync(join(root, 'cloud', 'dev', 'size', 'floor-worker.ts'), join(project, main));
  const config = join(project, 'wrangler.toml');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^main = .*$/m, `main = '${main}'`));
  return startWatched(folder, true);
}

async function startWatched(folder: string, isMigrated: boolean): Promise<WatchedStack> {
  const [state, temporary] = [join(folder, 'state'), join(folder, 'tmp')];
  mkdirSync(temporary);
  const port = await freePort();
  const worker = await startLocalWorker({
    root: join(folder, 'project'),
    state,
    port,
    // Nobody is asked: no event here makes a request to Terra.
    variables: { TERRA_API_URL: 'http://127.0.0.1:9/v2' },
    environment: { ...SECRETS, TMPDIR: temporary },
    isMigrated,
  });
  const stop = () => worker.stop('SIGKILL');
  try {
    return { url: worker.url, state, process: findWorkerProcess(worker.child.process.pid ?? 0, port), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
