import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyProject } from '../crash/project.ts';
import { freePort, startLocalWorker } from '../local/worker.ts';
import { findWorkerProcess, type WorkerProcess } from './process-memory.ts';

export const SECRETS = {
  TERRA_DEV_ID: 'local-dev',
  TERRA_API_KEY: 'local-key',
  TERRA_SIGNING_SECRET: 'local-signing-secret',
  AMY_ADMIN_KEY: 'local-admin-key-of-at-least-32-bytes',
  AMY_JWT_SECRET: 'local-jwt-secret-of-at-least-32-bytes',
};

/** A Worker whose memory is watched. */
export type WatchedStack = {
  readonly url: string;
  readonly state: string;
  readonly process: WorkerProcess;
  readonly stop: () => Promise<void>;
};

/** Amy, with everything of it below `folder`. Started again in the same folder it finds what it left there. */
export async function startAmy(
  root: string,
  folder: string,
  options: Partial<WatchedOptions> = {},
): Promise<WatchedStack> {
  const project = join(folder, 'project');
  if (!existsSync(project)) copyProject(root, project);
  return startWatched(folder, { isMigrated: false, ...options });
}

export type WatchedOptions = {
  readonly isMigrated: boolean;
  /** Who answers in Terra's place. */
  readonly terraUrl?: string;
};

/** The floor: another Worker in Amy's place, with the same simulators. */
export async function startFloor(root: string, folder: string): Promise<WatchedStack> {
  const project = join(folder, 'project');
  if (!existsSync(project)) copyProject(root, project);
  const main = join('cloud', 'src', 'floor-worker.ts');
  copyFileSync(join(root, 'cloud', 'dev', 'size', 'floor-worker.ts'), join(project, main));
  const config = join(project, 'wrangler.toml');
  writeFileSync(config, readFileSync(config, 'utf8').replace(/^main = .*$/m, `main = '${main}'`));
  return startWatched(folder, { isMigrated: true });
}

async function startWatched(
  folder: string,
  // Nobody is asked where no one is named.
  { isMigrated, terraUrl = 'http://127.0.0.1:9/v2' }: WatchedOptions,
): Promise<WatchedStack> {
  const [state, temporary] = [join(folder, 'state'), join(folder, 'tmp')];
  mkdirSync(temporary, { recursive: true });
  const port = await freePort();
  const worker = await startLocalWorker({
    root: join(folder, 'project'),
    state,
    port,
    variables: { TERRA_API_URL: terraUrl },
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
