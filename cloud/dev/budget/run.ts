import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startAmy, startFloor, type WatchedStack } from '../size/stacks.ts';
import type { WorstBody } from './bodies.ts';
import { send, sendSmallWebhook, sendToFloor, type Timed } from './send.ts';

/** What one body cost the process the Worker runs in, where the simulators run as well. */
export type Cost = { readonly status: number; readonly cpuMs: number; readonly grown: number };

export type Measured = {
  readonly worst: WorstBody;
  readonly bytes: number;
  readonly cost: Cost;
  /** The same bytes to a Worker that hands them to R2 and does nothing else. */
  readonly floor: Cost;
  /** Of small signed deliveries while twenty of the body are under way; null where that was not asked for. */
  readonly webhookP99Ms: number | null;
};

export type BudgetOptions = {
  readonly root: string;
  readonly bodies: readonly WorstBody[];
  readonly isFlooded: boolean;
  readonly onMeasured: (measured: Measured) => void;
};

const AT_ONCE = 20;
const WEBHOOKS = 200;
const WEBHOOKS_AT_ONCE = 2;
const SETTLE_MS = 300;
/** Bodies up to this are measured in one Worker: they leave little behind. */
const SMALL_BYTES = 1_000_000;

/**
 * Sends each large body to a Worker that was just started, so that no garbage of an earlier one hides what it costs,
 * and then twenty of it at once beside signed deliveries.
 */
export async function budgetRun({ root, bodies, isFlooded, onMeasured }: BudgetOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-budget-'));
  const terra = await startAcceptingTerra();
  const [ours, floors] = [join(folder, 'amy'), join(folder, 'floor')];
  mkdirSync(ours);
  mkdirSync(floors);
  const floorOf = floorsBySize((bytes) =>
    withStack(startFloor(root, floors), (stack) => costOf(stack, () => sendToFloor(stack.url, bytes))),
  );
  const measure = async (amy: WatchedStack, worst: WorstBody, bytes: Uint8Array) => {
    const cost = await costOf(amy, () => send(amy.url, worst, bytes));
    const webhookP99Ms = isFlooded ? await p99Beside(amy.url, worst, bytes) : null;
    onMeasured({ worst, bytes: bytes.byteLength, cost, floor: await floorOf(bytes), webhookP99Ms });
  };
  const start = () => startAmy(root, ours, { terraUrl: terra.url });
  try {
    const all = bodies.map((worst) => ({ worst, isSmall: worst.bytes().byteLength <= SMALL_BYTES }));
    await withStack(start(), async (amy) => {
      for (const { worst, isSmall } of all) if (isSmall) await measure(amy, worst, worst.bytes());
    });
    for (const { worst, isSmall } of all)
      if (!isSmall) await withStack(start(), (amy) => measure(amy, worst, worst.bytes()));
  } finally {
    terra.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the simulators cost depends on how many bytes there are, and not on which. */
function floorsBySize(measure: (bytes: Uint8Array) => Promise<Cost>): (bytes: Uint8Array) => Promise<Cost> {
  const known = new Map<number, Cost>();
  return async (bytes) => {
    const size = Math.ceil(bytes.byteLength / SMALL_BYTES);
    const floor = known.get(size) ?? (await measure(bytes));
    known.set(size, floor);
    return floor;
  };
}

async function withStack<Value>(
  starting: Promise<WatchedStack>,
  use: (stack: WatchedStack) => Promise<Value>,
): Promise<Value> {
  const stack = await starting;
  try {
    return await use(stack);
  } finally {
    await stack.stop();
  }
}

async function costOf(stack: WatchedStack, sendOne: () => Promise<Timed>): Promise<Cost> {
  // What a first request of any kind loads is no cost of the body.
  await sendSmallWebhook(stack.url);
  await settle();
  stack.process.forgetPeak();
  const [before, cpuBefore] = [stack.process.memory().now, stack.process.cpuMs()];
  const { status } = await sendOne();
  await settle();
  return { status, cpuMs: stack.process.cpuMs() - cpuBefore, grown: stack.process.memory().peak - before };
}

/** Work under waitUntil, and the collector's, is the body's too. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
}

async function p99Beside(url: string, worst: WorstBody, bytes: Uint8Array): Promise<number> {
  const flood = Promise.all(Array.from({ length: AT_ONCE }, () => send(url, worst, bytes)));
  const times: number[] = [];
  const deliver = async () => {
    while (times.length < WEBHOOKS) {
      const { status, ms } = await sendSmallWebhook(url);
      if (status !== 200) throw new Error(`a signed delivery was answered ${status} beside ${worst.what}`);
      times.push(ms);
    }
  };
  await Promise.all([flood, ...Array.from({ length: WEBHOOKS_AT_ONCE }, deliver)]);
  return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? Number.NaN;
}

/** A Terra that takes every report. */
async function startAcceptingTerra(): Promise<{ url: string; close: () => void }> {
  const server = createServer((incoming, answer) => {
    incoming.resume();
    incoming.once('end', () => {
      answer.writeHead(202, { 'content-type': 'application/json' });
      answer.end('{"upload_id":"upl-1","url":"https://terra.test/1","expires_in":900}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return { url: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}
