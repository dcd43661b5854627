import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStoredState } from '../crash/stored-state.ts';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { readStats } from '../local/settle.ts';
import { activityBody, type GeneratedBody, sha256Of, signatureOf } from './body.ts';
import { type Answer, deliver } from './deliver.ts';
import { startAmy, startFloor, type WatchedStack } from './stacks.ts';

export type SizeOptions = {
  /** The repository. */
  readonly root: string;
  /** Of each of the bodies delivered at once. */
  readonly bytes: number;
  readonly onProgress?: (line: string) => void;
};

/** Bytes of the Worker's process. */
export type SizeFigures = {
  /** Before the large bodies, once a small one went the same way. */
  readonly idle: number;
  readonly webhookPeak: number;
  readonly consumerPeak: number;
  /** What the process grew by at most. */
  readonly grown: number;
  /** What it grows by at least: the same bodies, handed to R2 by a Worker that does nothing else. */
  readonly floor: number;
};

export type SizeReport = {
  readonly figures: SizeFigures;
  /** What did not hold, in words; none where all is well. */
  readonly problems: readonly string[];
};

const AT_ONCE = 2;
const SMALL_BYTES = 20_000;
const POLL_MS = 100;
const PROCESSED_TIMEOUT_MS = 90_000;

/**
 * Delivers two large bodies at once to the Worker, has them processed, and watches how much memory its process
 * takes. Looks afterwards at what is stored, and that one whose signature is wrong leaves nothing.
 */
export async function sizeRun(options: SizeOptions): Promise<SizeReport> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-size-'));
  const tell = options.onProgress ?? (() => undefined);
  try {
    const floor = await floorGrowth(options, join(folder, 'floor'));
    tell(`a Worker that only hands them to R2 grows by ${megabytes(floor)}`);
    const { problems, ...figures } = await watchAmy(options, join(folder, 'amy'));
    const { idle, webhookPeak, consumerPeak } = figures;
    tell(`idle ${megabytes(idle)}`);
    tell(`webhook: at most ${megabytes(webhookPeak)}`);
    tell(`consumer: at most ${megabytes(consumerPeak)}`);
    const grown = Math.max(webhookPeak, consumerPeak) - idle;
    tell(`grown by ${megabytes(grown)}, ${megabytes(grown - floor)} more than the floor`);
    return { figures: { ...figures, grown, floor }, problems };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function largeBodies(bytes: number): readonly GeneratedBody[] {
  return Array.from({ length: AT_ONCE }, (_, i) => activityBody(`user_size_${i}`, `terra-size-${i}`, bytes));
}

async function deliverAll(url: string, bodies: readonly GeneratedBody[]): Promise<readonly Answer[]> {
  // Signed before any is sent, so that all are on their way at once.
  const signed = bodies.map((body) => [body, signatureOf(body, FIXED_SECRETS.TERRA_SIGNING_SECRET)] as const);
  return Promise.all(signed.map(([body, signature]) => deliver(`${url}/webhook/terra`, body, signature)));
}

async function floorGrowth({ root, bytes }: SizeOptions, folder: string): Promise<number> {
  mkdirSync(folder);
  const stack = await startFloor(root, folder);
  try {
    await deliverAll(stack.url, [activityBody('user_size', 'terra-size', SMALL_BYTES)]);
    const idle = stack.process.memory().now;
    await deliverAll(stack.url, largeBodies(bytes));
    return stack.process.memory().peak - idle;
  } finally {
    await stack.stop();
  }
}

type Watched = Omit<SizeFigures, 'grown' | 'floor'> & { readonly problems: readonly string[] };

async function watchAmy({ root, bytes }: SizeOptions, folder: string): Promise<Watched> {
  mkdirSync(folder);
  const stack = await startAmy(root, folder);
  const small = activityBody('user_size', 'terra-size', SMALL_BYTES);
  const large = largeBodies(bytes);
  try {
    const peak = () => stack.process.memory().peak;
    await deliverAll(stack.url, [small]);
    await processed(stack, 1);
    stack.process.forgetPeak();
    const idle = stack.process.memory().now;
    const answers = await deliverAll(stack.url, large);
    const webhookPeak = peak();
    stack.process.forgetPeak();
    await processed(stack, 1 + large.length);
    const consumerPeak = peak();
    const refused = await deliverForged(stack.url, bytes);
    await stack.stop();
    const problems = [
      ...answers.filter(({ status }) => status !== 200).map(({ text }) => `a delivery was answered ${text}`),
      ...(refused.status === 401 ? [] : [`a forged delivery was answered ${refused.text}`]),
      ...storedProblems(stack.state, join(folder, 'scratch'), [small, ...large]),
    ];
    return { idle, webhookPeak, consumerPeak, problems };
  } finally {
    await stack.stop();
  }
}

/** A large body under the signature of another. */
async function deliverForged(url: string, bytes: number): Promise<Answer> {
  const signed = activityBody('user_size_forged', 'terra-size-signed', bytes);
  const other = activityBody('user_size_forged', 'terra-size-forged', bytes);
  return deliver(`${url}/webhook/terra`, other, signatureOf(signed, FIXED_SECRETS.TERRA_SIGNING_SECRET));
}

/** Waits until so many events are normalized. Throws after a minute and a half. */
async function processed({ url }: WatchedStack, count: number): Promise<void> {
  const deadline = Date.now() + PROCESSED_TIMEOUT_MS;
  for (;;) {
    const stats = await readStats(url, FIXED_SECRETS.AMY_ADMIN_KEY);
    if (stats.normalized === count) return;
    if (Date.now() > deadline)
      throw new Error(`${count} events were to be normalized: ${JSON.stringify(stats)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** What was sent is there byte for byte, once, and normalized; and R2 holds nothing else. */
function storedProblems(state: string, scratch: string, sent: readonly GeneratedBody[]): string[] {
  const problems: string[] = [];
  const stored = readStoredState(state, scratch);
  try {
    const expected = sent.map(sha256Of).toSorted();
    const found = stored.events.map(({ dedup_key }) => dedup_key).toSorted();
    if (found.join() !== expected.join())
      problems.push(`of ${sent.length} bodies ${found.length} are stored`);
    for (const { id, body, dedup_key, process_error } of stored.events) {
      if (process_error !== null) problems.push(`event ${id} ended as ${process_error}`);
      if (body === null || createHash('sha256').update(body).digest('hex') !== dedup_key)
        problems.push(`the body of event ${id} is not what was hashed`);
    }
    const activities = stored.typed.activities?.length ?? 0;
    if (activities !== sent.length)
      problems.push(`${sent.length} activities were sent and ${activities} are there`);
    if (stored.orphans > 0) problems.push(`R2 holds ${stored.orphans} objects that no row names`);
    const inR2 = stored.events.reduce(
      (total, { payload_key, body }) => total + (payload_key === null ? 0 : (body?.byteLength ?? 0)),
      0,
    );
    const onDisk = bytesOfBlobs(state);
    if (onDisk !== inR2) problems.push(`the objects of R2 take ${onDisk} bytes on disk and hold ${inR2}`);
  } finally {
    stored.close();
  }
  return problems;
}

function bytesOfBlobs(state: string): number {
  const folder = join(state, 'v3', 'r2', 'amy-raw-payloads', 'blobs');
  return readdirSync(folder).reduce((total, name) => total + statSync(join(folder, name)).size, 0);
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1_000_000)} MB`;
}
