import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { callLines } from '../bench/cost-page.ts';
import { CPU_OF_CALLS, heldToKept, TOO_MUCH_SENTENCE, verdictOf } from '../bench/free-plan.ts';
import { INVOCATIONS } from '../bench/invocations.ts';
import type { CallCost } from '../bench/own-cpu.ts';
import { NOTHING } from '../bench/spent.ts';

/** A call that is kept to fit, and one that is kept to be too much. */
const FITS = 'webhook: an event';
const TOO_MUCH = 'consumer: a hundred events, the mix';

function call(name: string, ownCpuMs: number, statements = 12): CallCost {
  return { name, spent: { ...NOTHING, statements }, cpuMs: 60, ownCpuMs, samples: 100 };
}

function held(...calls: readonly CallCost[]) {
  const said: string[] = [];
  return { exitCode: heldToKept(calls, (sentence) => said.push(sentence)), said };
}

it('keeps of every kind of call whether the free plan has the CPU for it', () => {
  expect(Object.keys(CPU_OF_CALLS)).toEqual(INVOCATIONS.map(({ name }) => name));
});

it('docs/cost.md says the same', () => {
  const document = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8');
  const items = document.split('\n- ').map((item) => item.trim().replace(/\s+/g, ' '));
  expect(items.find((item) => item.startsWith('Not to be counted on'))).toBe(TOO_MUCH_SENTENCE);
});

it("a call is judged by its queries and by the Worker's own CPU, not by that of the process", () => {
  const verdicts = [5, 5.1, 10, 10.1].map((ownCpuMs) => verdictOf(call(FITS, ownCpuMs)));
  expect(verdicts).toEqual(['fits', 'CPU near', 'CPU near', 'too much CPU']);
  expect([50, 51].map((queries) => verdictOf(call(FITS, 1, queries)))).toEqual(['fits', 'too many queries']);
  expect(verdictOf(call(FITS, 12, 51))).toBe('too many queries, too much CPU');
});

it('the page has both CPUs of each call and names what is beyond the free plan', () => {
  const lines = callLines([call('one', 1.24), call('two', 10.06, 60), call('three', 30)]);
  expect(lines.slice(-6)).toEqual([
    '| one | 12 | 0 | 0 | 0 | 0 | 0 | 60.0 | 1.2 | fits |',
    '| two | 60 | 0 | 0 | 0 | 0 | 0 | 60.0 | 10.1 | too many queries, too much CPU |',
    '| three | 12 | 0 | 0 | 0 | 0 | 0 | 60.0 | 30.0 | too much CPU |',
    '',
    'Beyond 50 queries: two.',
    "Beyond 10 ms of the Worker's own CPU: two; three.",
  ]);
  expect(callLines([call('one', 1)]).slice(-2)).toEqual([
    'Beyond 50 queries: none.',
    "Beyond 10 ms of the Worker's own CPU: none.",
  ]);
});

it('fails where a call that is kept to fit does not, and where one that is kept to be too much fits well', () => {
  expect(held(call(FITS, 10), call(TOO_MUCH, 5.1))).toEqual({ exitCode: 0, said: [] });
  expect(held(call(FITS, 10.06), call(TOO_MUCH, 5))).toEqual({
    exitCode: 1,
    said: [
      `"${FITS}" takes 10.1 ms of the Worker's own CPU, and cloud/bench/free-plan.ts says that it fits the free plan's 10 ms.`,
      `"${TOO_MUCH}" takes 5.0 ms of the Worker's own CPU, and cloud/bench/free-plan.ts says that it is too much for the free plan.`,
    ],
  });
});
