import { type CallCount, makeCalls } from './calls.ts';
import type { CountedStack } from './counted-stack.ts';
import { KNOWN_LOOP_PATH } from './known-loop.ts';
import { nowUs, profilerAt } from './profiler.ts';
import type { Runtime } from './runtime.ts';

/** From when to when a call ran, by the profiler's clock. */
export type Period = { readonly fromUs: number; readonly toUs: number };

/** A call that does nothing but a known loop, or nothing at all, and what the kernel counted of its thread meanwhile. */
export type Known = Period & { readonly cpuMs: number };

export type Watched = {
  /** When the Worker was seen computing, in ascending order. */
  readonly samplesUs: readonly number[];
  readonly loops: readonly Known[];
  /** As many calls without the loop: what a loop's call has besides is taken off by them. */
  readonly empty: readonly Known[];
  /** Of each kind, in the order in which they were made. */
  readonly calls: ReadonlyMap<string, readonly Period[]>;
};

/** Of one call of a kind, on the average of some; `samples` are those it was told from. */
export type OwnCpu = { readonly ownCpuMs: number; readonly samples: number };

/** What a kind of call asked for, the CPU of the process and that of the Worker alone. */
export type CallCost = CallCount & OwnCpu;

/** Some 20 ms. */
const LOOP_STEPS = 800_000;

/** So many calls of a kind do not count: the first runs code that was never run, in an isolate that is warm. */
const WARM_UPS = 1;

/**
 * What each kind of call takes of the Worker's own CPU: how often the profiler saw it, times what a sample stands for.
 * A sample's worth is told by the loops, whose CPU the kernel counts, because the profiler comes later than it should
 * on a busy machine.
 */
export function ownCpuOf({ samplesUs, loops, empty, calls }: Watched): ReadonlyMap<string, OwnCpu> {
  const seen = (periods: readonly Period[]) =>
    periods.reduce((count, { fromUs, toUs }) => count + samplesBetween(samplesUs, fromUs, toUs), 0);
  const cpuOf = (known: readonly Known[]) => known.reduce((ms, { cpuMs }) => ms + cpuMs, 0);
  const ofLoops = seen(loops) - seen(empty);
  if (ofLoops <= 0) throw new Error('the profiler saw nothing of a loop that computes');
  const sampleMs = (cpuOf(loops) - cpuOf(empty)) / ofLoops;
  return new Map(
    [...calls].map(([name, periods]) => {
      const warm = periods.slice(WARM_UPS);
      const samples = seen(warm);
      return [name, { ownCpuMs: (samples * sampleMs) / warm.length, samples }];
    }),
  );
}

/** Makes calls of every kind, `turns` of each that count, on a runtime with an inspector. */
export async function measureOwnCpu(
  stack: CountedStack,
  runtime: Runtime,
  turns: number,
): Promise<ReadonlyMap<string, OwnCpu>> {
  const loops: Known[] = [];
  const empty: Known[] = [];
  const calls = new Map<string, Period[]>();
  const profiler = await profilerAt(await runtime.inspector());
  try {
    await known(runtime, LOOP_STEPS);
    await profiler.start();
    await makeCalls(stack, WARM_UPS + turns, async (name, _, call) => {
      loops.push(await known(runtime, LOOP_STEPS));
      empty.push(await known(runtime, 0));
      const fromUs = nowUs();
      await call();
      calls.set(name, [...(calls.get(name) ?? []), { fromUs, toUs: nowUs() }]);
    });
    return ownCpuOf({ samplesUs: await profiler.stop(), loops, empty, calls });
  } finally {
    profiler.close();
  }
}

async function known({ url, process }: Runtime, steps: number): Promise<Known> {
  const before = process.mainThreadCpuMs();
  const fromUs = nowUs();
  await (await fetch(`${url}${KNOWN_LOOP_PATH}?steps=${steps}`)).text();
  return { fromUs, toUs: nowUs(), cpuMs: process.mainThreadCpuMs() - before };
}

function samplesBetween(samplesUs: readonly number[], fromUs: number, toUs: number): number {
  return samplesUs.filter((at) => at >= fromUs && at < toUs).length;
}
