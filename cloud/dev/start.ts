import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { importAccepted } from '../src/contract/import.ts';
import { syncDemoMirror } from './local/demo-mirror.ts';
import { lastDays, renderDays } from './local/last-days.ts';
import { type StackStats, settled } from './local/settle.ts';
import { signIn } from './local/sign-in.ts';
import { type LocalStack, startLocalStack } from './local/stack.ts';
import { DRAIN_CRON, type LocalWorker } from './local/worker.ts';

/**
 * The whole of Amy on this machine: a simulated Terra, the Worker in workerd, and a demo person whose year
 * ends in `data/local/persona.sqlite`. `--once` does it and exits: 0 when every event arrived and was
 * normalized or skipped on purpose, else 1 with the reason.
 */

const DEMO_USER = 'user_demo';
const DEMO_DEVICES = ['OURA', 'GARMIN'] as const;
const IMPORT_DAYS = 365;
const SEED = 1;
const SETTLE_TIMEOUT_MS = 120_000;
const CRON_EVERY_MS = 60_000;
/** As a shell tells a program that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

const root = fileURLToPath(new URL('../..', import.meta.url));

type Demo = LocalStack & {
  /** The demo person's. */
  readonly token: string;
  readonly databasePath: string;
};

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { once: { type: 'boolean', default: false } } });
  const startedMs = Date.now();
  const interrupted = interruption();
  const stack = await startStack();
  try {
    const problems = await Promise.race([
      fillWithHistory(stack).then((stats) => report(stack, stats, startedMs)),
      interrupted.then(() => null),
    ]);
    if (problems === null) return EXIT_INTERRUPTED;
    if (values.once || problems.length > 0) return problems.length === 0 ? 0 : 1;
    await runUntil(interrupted, stack);
    return 0;
  } finally {
    await stack.stop();
  }
}

/** Ctrl-C, or somebody else's wish that this program ends. */
function interruption(): Promise<void> {
  return new Promise((interrupt) => {
    process.once('SIGINT', () => interrupt());
    process.once('SIGTERM', () => interrupt());
  });
}

async function startStack(): Promise<Demo> {
  tell('Starting a simulated Terra, an issuer of identities and the Worker ...');
  const stack = await startLocalStack({
    root,
    state: resolve(process.env.AMY_STATE || join(root, '.amy', 'state')),
    port: Number(process.env.PORT || 0),
    seed: SEED,
  });
  tell(`Amy serves at ${stack.worker.url}, Terra is simulated at ${stack.terra.url}`);
  const databasePath = resolve(process.env.AMY_HOME || root, 'data', 'local', 'persona.sqlite');
  try {
    return { ...stack, databasePath, token: await signIn(stack, DEMO_USER) };
  } catch (error) {
    await stack.stop();
    throw error;
  }
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
      timeoutMs: SETTLE_TIMEOUT_MS,
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
  const mirrored = Object.values(synced.received).reduce((total, rows) => total + rows, 0);
  const parked = Object.values(stats.errors).reduce((total, rows) => total + rows, 0);
  const counts = terra.counts();
  tell('');
  process.stdout.write(`${renderDays(lastDays(databasePath, 14))}\n\n`);
  process.stdout.write(
    [
      `events delivered   ${counts.acknowledged}`,
      `normalized         ${stats.normalized}`,
      `skipped on purpose ${stats.skipped}`,
      `parked             ${parked}`,
      `rows mirrored      ${mirrored}`,
      `seconds            ${((Date.now() - startedMs) / 1_000).toFixed(1)}`,
      '',
      `The mirror: ${databasePath}`,
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

async function runUntil(
  interrupted: Promise<void>,
  { worker, token, secrets, databasePath }: Demo,
): Promise<void> {
  tell(
    [
      'What to try next, in another shell:',
      `  sqlite3 ${databasePath} 'select * from summary order by datetime desc limit 7'`,
      `  AMY_API_URL=${worker.url} AMY_TOKEN=${token} AMY_HOME=${root} npm run amy -- status`,
      `  npm run amy -- login --url ${worker.url}   (then open the address it tells; say you are "demo")`,
      `  curl -H 'x-admin-key: ${secrets.AMY_ADMIN_KEY}' ${worker.url}/admin/stats`,
      '',
      'Running until Ctrl-C; the cron ticks every minute.',
    ].join('\n'),
  );
  const cron = setInterval(() => {
    worker.tick(DRAIN_CRON).catch((error: unknown) => tell(`the cron failed: ${String(error)}`));
  }, CRON_EVERY_MS);
  try {
    await Promise.race([interrupted, died(worker)]);
  } finally {
    clearInterval(cron);
  }
}

async function died({ child }: LocalWorker): Promise<never> {
  await child.ended;
  throw new Error(`the Worker ended:\n${child.output()}`);
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
