import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type LocalIdentity, startIdentity } from '../identity/issuer.ts';
import { startTerra, type TerraSimulator } from '../terra/simulator.ts';
import { developerVariables, type LocalSecrets, localSecrets } from './secrets.ts';
import { lockState } from './state-lock.ts';
import { freePort, type LocalWorker, startLocalWorker } from './worker.ts';

export type StackOptions = {
  /** The repository. */
  readonly root: string;
  /** Where D1, R2, KV and queues keep their files. */
  readonly state: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly seed: number;
  /** YYYY-MM-DD, the last date that Terra has data for. */
  readonly today: string;
  /** Secrets, where no `.dev.vars` holds them. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Ends a start that is under way: it throws then. */
  readonly signal?: AbortSignal;
};

/** Everything Amy needs, on this machine: a simulated Terra, an issuer of identities, and the Worker in workerd. */
export type LocalStack = {
  readonly terra: TerraSimulator;
  readonly identity: LocalIdentity;
  readonly worker: LocalWorker;
  readonly secrets: LocalSecrets;
  readonly stop: () => Promise<void>;
};

/**
 * Starts all three, told of each other; what was started ends where a later one does not start. Throws at once,
 * naming the other, where another stack runs on the same state.
 */
export async function startLocalStack(options: StackOptions): Promise<LocalStack> {
  mkdirSync(options.state, { recursive: true });
  const lock = lockState(options.state);
  try {
    const stack = await startAll(options);
    lock.tellUrl(stack.worker.url);
    const stop = () => stack.stop().finally(lock.release);
    return { ...stack, stop };
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function startAll(options: StackOptions): Promise<LocalStack> {
  const { root, state, environment = {}, signal } = options;
  const developerFile = join(root, '.dev.vars');
  const secrets = localSecrets(developerFile, { ...process.env, ...environment });
  const identity = await startIdentity();
  const terra = await startTerra({
    seed: options.seed,
    run: randomUUID(),
    today: options.today,
    secret: secrets.TERRA_SIGNING_SECRET.split(',')[0]?.trim() ?? '',
    devId: secrets.TERRA_DEV_ID,
    apiKey: secrets.TERRA_API_KEY,
  });
  const stopOthers = async () => {
    await terra.close();
    await identity.close();
  };
  try {
    const port = options.port === 0 ? await freePort() : options.port;
    const worker = await startLocalWorker({
      root,
      state,
      port,
      environment,
      signal,
      variables: {
        ...developerVariables(developerFile),
        ...secrets,
        TERRA_API_URL: terra.apiUrl,
        CLERK_ISSUER: identity.url,
        // The page where devices are approved is the Worker's own.
        CLERK_AUTHORIZED_PARTIES: `http://127.0.0.1:${port}`,
      },
    });
    terra.pointWebhookAt(`${worker.url}/webhook/terra`);
    const stop = async () => {
      await worker.stop();
      await stopOthers();
    };
    return { terra, identity, worker, secrets, stop };
  } catch (error) {
    await stopOthers();
    throw error;
  }
}
