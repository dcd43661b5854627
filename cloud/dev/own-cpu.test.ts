import { describe, expect, it } from 'vitest';
import { makeCalls } from '../bench/calls.ts';
import type { CountedStack } from '../bench/counted-stack.ts';
import { INVOCATIONS } from '../bench/invocations.ts';
import { ownCpuOf } from '../bench/own-cpu.ts';
import { NOTHING } from '../bench/spent.ts';

/** A profiler that looks every 400 us, from one time up to another. */
function looks(fromUs: number, toUs: number): readonly number[] {
  return Array.from({ length: Math.ceil((toUs - fromUs) / 400) }, (_, n) => fromUs + n * 400);
}

const LOOP = { fromUs: 0, toUs: 41_000, cpuMs: 21 };
/** A call in which the code of its kind is run for the first time, as long as the loop. */
const FIRST = { fromUs: 0, toUs: 41_000 };
const EMPTY = { fromUs: 50_000, toUs: 52_000, cpuMs: 1 };

describe('the own CPU of a kind of call', () => {
  it('is what the profiler saw of all calls but the first, at the worth of a sample that a known loop tells', () => {
    // Of the loop's 20 ms the profiler saw 40 times, so a sample is worth half a millisecond.
    const samplesUs = [...looks(0, 16_000), ...looks(100_000, 104_000), ...looks(200_000, 208_000)];
    const calls = new Map([
      // It computed for 4 ms of its 60, and for 8 of its 50.
      ['a call', [FIRST, { fromUs: 100_000, toUs: 160_000 }, { fromUs: 200_000, toUs: 250_000 }]],
      ['a call that only waits', [FIRST, { fromUs: 300_000, toUs: 900_000 }]],
    ]);
    expect(ownCpuOf({ samplesUs, loops: [LOOP], empty: [EMPTY], calls })).toEqual(
      new Map([
        ['a call', { ownCpuMs: 7.5, samples: 30 }],
        ['a call that only waits', { ownCpuMs: 0, samples: 0 }],
      ]),
    );
  });

  it('counts of a loop what its call would have had without it as well', () => {
    const samplesUs = [...looks(0, 16_000), ...looks(50_000, 51_600), ...looks(100_000, 104_000)];
    const calls = new Map([['a call', [FIRST, { fromUs: 100_000, toUs: 160_000 }]]]);
    const own = ownCpuOf({ samplesUs, loops: [LOOP], empty: [EMPTY], calls }).get('a call');
    expect(own?.ownCpuMs).toBeCloseTo((20 / 36) * 10, 9);
  });

  it('is not told where the profiler saw nothing of the loop', () => {
    expect(() => ownCpuOf({ samplesUs: [], loops: [LOOP], empty: [EMPTY], calls: new Map() })).toThrow(
      'the profiler saw nothing of a loop that computes',
    );
  });
});

it('what must be there before a call is arranged and has ended before the call is watched', async () => {
  const steps: string[] = [];
  const noted =
    <Answer>(step: string, answer: Answer) =>
    async () => {
      steps.push(step);
      return answer;
    };
  const stack: CountedStack = {
    deliver: noted('deliver', 1),
    consume: noted('consume', undefined),
    ask: noted('ask', {}),
    tick: noted('tick', undefined),
    sent: noted('sent', []),
    age: noted('age', undefined),
    nextUpload: noted('nextUpload', undefined),
    spent: noted('spent', NOTHING),
  };
  const watched: string[] = [];
  await makeCalls(stack, 2, async (name, turn, call) => {
    watched.push(`${turn} ${name}`);
    if (name !== 'webhook: the same again') return;
    expect(steps.splice(0).slice(-3)).toEqual(['deliver', 'consume', 'spent']);
    await call();
    expect(steps).toEqual(['deliver', 'spent']);
  });
  expect(watched).toEqual([0, 1].flatMap((turn) => INVOCATIONS.map(({ name }) => `${turn} ${name}`)));
});
