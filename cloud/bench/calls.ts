import type { CountedStack } from './counted-stack.ts';
import { INVOCATIONS } from './invocations.ts';
import type { Runtime } from './runtime.ts';
import type { Spent } from './spent.ts';

/** One kind of call: what it asked for the first time, and the CPU of the process for one, of some. */
export type CallCost = { readonly name: string; readonly spent: Spent; readonly cpuMs: number };

/** Before the calls whose CPU counts each is made so often: the first of a kind runs code that was never run. */
const WARM_UPS = 1;

/** Makes a call of every kind: the counts are those of the first, which a test holds. */
export async function costOfCalls(
  stack: CountedStack,
  runtime: Runtime,
  turns: number,
): Promise<readonly CallCost[]> {
  const spentBy = new Map<string, Spent>();
  const cpuBy = new Map<string, number>();
  for (let turn = 0; turn < WARM_UPS + turns; turn += 1) {
    for (const { name, arrange, act } of INVOCATIONS) {
      const arranged = await arrange?.(stack, turn);
      await stack.spent();
      const before = runtime.process.cpuMs();
      await act(stack, turn, arranged);
      const spent = await stack.spent();
      if (turn === 0) spentBy.set(name, spent);
      if (turn >= WARM_UPS)
        cpuBy.set(name, (cpuBy.get(name) ?? 0) + (runtime.process.cpuMs() - before) / turns);
    }
  }
  return [...spentBy].map(([name, spent]) => ({ name, spent, cpuMs: cpuBy.get(name) ?? 0 }));
}

export function callOf(calls: readonly CallCost[], name: string): CallCost {
  const found = calls.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no call is named ${name}`);
  return found;
}
