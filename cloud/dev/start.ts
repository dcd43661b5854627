import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeAnswer } from '../../cli/src/terminal/output.ts';
import { timesFor } from '../../cli/src/terminal/times.ts';
import { importAccepted } from '../src/contract/import.ts';
import { WHY_MARK } from './local/child.ts';
import { deliveriesInWords, waitingInWords } from './local/counted.ts';
import { syncDemoMirror } from './local/demo-mirror.ts';
import { writeDemoReport } from './local/demo-report.ts';
import { onStartersGone } from './local/end-with-npm.ts';
import { lastDays, renderDays } from './local/last-days.ts';
import { type StackStats, settled } from './local/settle.ts';
import { signIn } from './local/sign-in.ts';
import { type LocalStack, startLocalStack } from './local/stack.ts';
import { whatToTry } from './local/what-to-try.ts';
import { DRAIN_CRON, type LocalWorker } from './local/worker.ts';
import { today } from './today.ts';

/**
 * The whole of Amy on this machine: a simulated Terra, the Worker in workerd, and a demo person whose year
 * ends in `data/local/persona.sqlite`. `--once` does it and exits: 0 when every event arrived and became rows or
 * had nothing to keep, else 1 with the reason.
 */

const DEMO_USER = 'user_demo';
const DEMO_DEVICES = ['OURA', 'GARMIN'] as const;
const IMPORT_DAYS = 365;
/** Somebody who lives where the days of a device that tells UTC fall on their own dates, so that two can be compared. */
const SEED = 17;
/** What moves may take as long as it takes. */
const STUCK_MS = 120_000;
/** Requests that are left when nothing else is are sent while Amy runs. */
const REQUESTS_PATIENCE_MS = 20_000;
const CRON_EVERY_MS = 60_000;
const DEATH_NOTICE_MS = 3_000;
/** As a shell tells a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

const root = fileURLToPath(new URL('../..', import.meta.url));

type Demo = LocalStack & {
  /** The demo person's. */
  readonly token: string;
  /** Where the mirror and the sign-ins are. */
  readonly home: string;
  readonly databasePath: string;
};

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  const startedMs = Date.now();
  const interruption = interruptible();
  let stack: LocalStack;
  try {
    stack = await startStack(interruption);
  } catch (error) {
    if (interruption.aborted) return EXIT_INTERRUPTED;
    throw error;
  }
  const interrupted = aborted(interruption);
  const died = death(stack.worker);
  try {
    const filled = await Promise.race([fill(stack, startedMs, died), interrupted.then(() => null)]);
    if (filled === null) return EXIT_INTERRUPTED;
    if (values.once || filled.problems.length > 0) return filled.problems.length === 0 ? 0 : 1;
    await runUntil(Promise.race([interrupted, died]), filled.demo);
    return 0;
  } finally {
    await stack.stop();
  }
}

/** Ctrl-C, a terminal that closes, or somebody else's wish that this program ends. Told twice, it ends once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => controller.abort());
  if (process.env.npm_lifecycle_event !== undefined) onStartersGone(() => controller.abort());
  return controller.signal;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function startStack(signal: AbortSignal): Promise<LocalStack> {
  tell('Starting a simulated Terra, an issuer of identities and the Worker ...');
  const stack = await startLocalStack({
    root,
    state: resolve(process.env.AMY_STATE || join(root, '.amy', 'state')),
    port: Number(process.env.PORT || 0),
    seed: SEED,
    signal,
    today: today(),
  });
  tell(`Amy serves at ${stack.worker.url}, Terra is simulated at ${stack.terra.url}`);
  return stack;
}

type Filled = { readonly demo: Demo; readonly problems: readonly string[] };

/** Signs the demo person in, imports, mirrors and tells. */
async function fill(stack: LocalStack, startedMs: number, died: Promise<never>): Promise<Filled> {
  const filling = async () => {
    const home = resolve(process.env.AMY_HOME || root);
    const databasePath = join(home, 'data', 'local', 'persona.sqlite');
    const demo = { ...stack, home, databasePath, token: await signIn(stack, DEMO_USER) };
    const stats = await fillWithHistory(demo);
    return { demo, problems: await report(demo, stats, startedMs) };
  };
  // A request that fails may be the first sign that the Worker died: what is known of its death says more.
  const filled = filling().catch(async (error: unknown) => {
    await Promise.race([died, setTimeout(DEATH_NOTICE_MS, undefined, { ref: false })]);
    throw error;
  });
  return Promise.race([filled, died]);
}

/** Connects the demo person's devices, imports a year, and waits until all of it is in D1. */
async function fillWithHistory({ terra, worker, secrets, token }: Demo): Promise<StackStats> {
  for (const provider of DEMO_DEVICES) terra.connect(DEMO_USER, provider);
  tell(`Connecting ${DEMO_DEVICES.join(' and ')}: their last 90 days come unasked ...`);
  const wait = () =>
    settled({
      worker,
      adminKey: secrets.AMY_ADMIN_KEY,
      terra,
      stuckMs: STUCK_MS,
      patienceMs: REQUESTS_PATIENCE_MS,
      onProgress: showProgress,
    });
  await terra.settled();
  const response = await fetch(`${worker.url}/v1/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ days: IMPORT_DAYS }),
  });
  if (response.status !== 202)
    throw new Error(`POST /v1/import answered ${response.status}: ${await response.text()}`);
  const { requests } = importAccepted.parse(await response.json());
  tell(`Importing ${IMPORT_DAYS} days in ${requests} requests ...`);
  return wait();
}

/** Mirrors, shows what arrived, and answers what went wrong, if anything did. */
async function report(stack: Demo, stats: StackStats, startedMs: number): Promise<readonly string[]> {
  const { worker, terra, token, databasePath } = stack;
  const synced = await syncDemoMirror({ url: worker.url, token, databasePath, person: DEMO_USER });
  const page = await writeDemoReport(databasePath);
  const mirrored = Object.values(synced.received).reduce((total, rows) => total + rows, 0);
  const parked = Object.values(stats.errors).reduce((total, rows) => total + rows, 0);
  const counts = terra.counts();
  tell('');
  writeAnswer([...renderDays(lastDays(databasePath, 14)), '']);
  process.stdout.write(
    [
      ...deliveriesInWords(stats, parked, counts.acknowledged),
      `rows in the local file ${mirrored}`,
      `seconds                ${((Date.now() - startedMs) / 1_000).toFixed(1)}`,
      ...waitingInWords(stats, timesFor(false)),
      '',
      `The local file: ${databasePath}`,
      `The report: ${page}, for a browser`,
      '',
    ].join('\n'),
  );
  const problems = [
    ...(counts.lost > 0 ? [`${counts.lost} deliveries were never acknowledged`] : []),
    ...(parked > 0 ? [`${parked} events did not become rows: ${JSON.stringify(stats.errors)}`] : []),
    ...(stats.normalized + stats.skipped + parked < stats.events ? ['some events were never processed'] : []),
  ];
  for (const problem of problems) tell(`FAILED: ${problem}`);
  return problems;
}

async function runUntil(end: Promise<void>, demo: Demo): Promise<void> {
  const { worker, token, secrets, home, databasePath } = demo;
  const adminKey = secrets.AMY_ADMIN_KEY;
  tell(
    [
      whatToTry({ root, url: worker.url, token, adminKey, home, databasePath }),
      '',
      `Running until Ctrl-C, or \`kill ${process.pid}\`; the cron ticks every minute.`,
    ].join('\n'),
  );
  const cron = setInterval(() => {
    worker.tick(DRAIN_CRON).catch((error: unknown) => tell(`the cron failed: ${String(error)}`));
  }, CRON_EVERY_MS);
  try {
    await end;
  } finally {
    clearInterval(cron);
  }
}

/** Throws when the Worker ends, by whatever hand, with what is known of how. */
async function death({ child }: LocalWorker): Promise<never> {
  const how = await child.ended;
  await child.stop();
  const lines = child.output().split('\n');
  const why = lines.findLast((line) => line.startsWith(WHY_MARK))?.slice(WHY_MARK.length);
  const itself = typeof how === 'number' ? `ended with code ${how}` : `was ended by ${how}`;
  const told = why ?? `wrangler (process ${child.process.pid}) ${itself}`;
  throw new Error(`the Worker ended: ${told}. What it stored is kept; \`npm start\` goes on from there.`);
}

let isLineOpen = false;

function showProgress({ events, normalized, skipped, backlog, outbox_pending }: StackStats): void {
  if (!process.stderr.isTTY) return;
  process.stderr.write(
    `\r\u001b[K  ${events} events, ${normalized} normalized, ${skipped} skipped, ${backlog} queued, ${outbox_pending} requests to send`,
  );
  isLineOpen = true;
}

function tell(line: string): void {
  process.stderr.write(`${isLineOpen ? '\n' : ''}${line}\n`);
  isLineOpen = false;
}

try {
  process.exitCode = await main();
} catch (error) {
  tell(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
