import type { CountedStack } from './counted-stack.ts';
import { INVOCATIONS } from './invocations.ts';
import type { Runtime } from './runtime.ts';
import type { Spent } from './spent.ts';

/** One kind of call: what it asked for the first time, and the CPU of the process for one, of some. */
export type CallCount = { readonly name: string; readonly spent: Spent; readonly cpuMs: number };

/** Before the calls whose CPU counts each is made so often: the first of a kind runs code that was never run. */
const WARM_UPS = 1;

/** Makes a call of every kind: the counts are those of the first, which a test holds. */
export async function costOfCalls(
  stack: CountedStack,
  runtime: Runtime,
  turns: number,
): Promise<readonly CallCount[]> {
  const spentBy = new Map<string, Spent>();
  const cpuBy = new Map<string, number>();
  await makeCalls(stack, WARM_UPS + turns, async (name, turn, call) => {
    const before = runtime.process.cpuMs();
    const spent = await call();
    if (turn === 0) spentBy.set(name, spent);
    if (turn >= WARM_UPS)
      cpuBy.set(name, (cpuBy.get(name) ?? 0) + (runtime.process.cpuMs() - before) / turns);
  });
  return [...spentBy].map(([name, spent]) => ({ name, spent, cpuMs: cpuBy.get(name) ?? 0 }));
}

/**
 * Lets every kind of call be made so many times over. `watch` is given the call alone, what is there before it already
 * is; the call answers what it spent, what it did after its answer included.
 */
export async function makeCalls(
  stack: CountedStack,
  turns: number,
  watch: (name: string, turn: number, call: () => Promise<Spent>) => Promise<void>,
): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    for (const { name, arrange, act } of INVOCATIONS) {
      const arranged = await arrange?.(stack, turn);
      await stack.spent();
      await watch(name, turn, async () => {
        await act(stack, turn, arranged);
        return stack.spent();
      });
    }
  }
}

export function callOf<Call extends { readonly name: string }>(calls: readonly Call[], name: string): Call {
  const found = calls.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no call is named ${name}`);
  return found;
}
