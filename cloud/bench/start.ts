import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertV4MiniflareOptions, Miniflare } from 'miniflare';
import { builtWorker } from '../dev/local/built-worker.ts';
import { processesBelow } from '../dev/size/process-memory.ts';
import { figureOf, type Measured, type Rounds, type Sample } from './rounds.ts';
import { optionsOf } from './runtime.ts';
import type { Contest } from './scenes.ts';

export const START_SCENE = 'the Worker: start and first request';

/** One start: until the runtime serves, the Worker's modules evaluated, and the first request after it. */
type Start = { readonly serving: Sample; readonly first: Sample };

const CONTESTANTS = [
  { name: 'amy', main: 'cloud/src/index.ts', path: '/healthz' },
  { name: 'hello', main: 'cloud/bench/floor-worker.ts', path: '/hello' },
] as const;

/**
 * What a new isolate costs whoever meets it first. Each round starts a workerd for each, with the same stores; what differs
 * between the two is the Worker.
 */
export async function measureStart({ rounds, warmUps }: Rounds): Promise<readonly Contest[]> {
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const starts = new Map<string, Start[]>(CONTESTANTS.map(({ name }) => [name, []]));
  for (let round = 0; round < warmUps + rounds; round += 1) {
    for (const { name, main, path } of round % 2 === 0 ? CONTESTANTS : CONTESTANTS.toReversed()) {
      const start = await startOnce(await builtWorker(root, main), path);
      if (round >= warmUps) starts.get(name)?.push(start);
    }
  }
  return [
    contest('start of the runtime with the Worker', starts, ({ serving }) => serving, {}),
    contest('first request', starts, ({ first }) => first, { hello: FIRST_REQUEST_RATIO }),
  ];
}

/** 13 ms where hello takes 5. */
const FIRST_REQUEST_RATIO = 0.38;

async function startOnce(built: string, path: string): Promise<Start> {
  const state = mkdtempSync(join(tmpdir(), 'amy-bench-start-'));
  const known = new Set(processesBelow(process.pid).map(({ pid }) => pid));
  const startedMs = performance.now();
  const runtime = new Miniflare(convertV4MiniflareOptions(optionsOf(built, state)));
  try {
    const { origin } = await runtime.ready;
    const servingMs = performance.now();
    const own = processesBelow(process.pid).find(({ pid }) => !known.has(pid));
    if (own === undefined) throw new Error('the process of the runtime was not found');
    const servingCpuMs = own.cpuMs();
    const answer = await fetch(origin + path);
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`);
    const first = { wallMs: performance.now() - servingMs, cpuMs: own.cpuMs() - servingCpuMs };
    return { serving: { wallMs: servingMs - startedMs, cpuMs: servingCpuMs }, first };
  } finally {
    await runtime.dispose();
    rmSync(state, { recursive: true, force: true });
  }
}

function contest(
  scene: string,
  starts: ReadonlyMap<string, readonly Start[]>,
  part: (start: Start) => Sample,
  targets: Contest['targets'],
): Contest {
  const measured = [...starts].map(([name, some]): [string, Measured] => [
    name,
    {
      wallMs: figureOf(some.map((start) => part(start).wallMs)),
      cpuMs: figureOf(some.map((start) => part(start).cpuMs)),
    },
  ]);
  return { scene: `the Worker: ${scene}`, per: 'once', measured: new Map(measured), targets };
}
