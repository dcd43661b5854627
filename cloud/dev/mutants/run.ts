import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { randomFrom } from '../terra/random.ts';
import { Lane, type Outcome, type Tried } from './lane.ts';
import { likelyTests, nearestTests } from './likely-tests.ts';
import { MUTANTS } from './list.ts';
import { type MadeMutant, madeMutants } from './made.ts';
import type { Mutant } from './mutant.ts';

/**
 * Switches off each guard in turn, in a copy of the tree, and reports which test noticed. Exits 1 when a guard
 * went unnoticed, or is not where the list says. `--only TEXT`, which may be said
 * several times, narrows it to guards whose name holds TEXT.
 *
 * `--made 40 --seed 7` takes a sample of the guards that the code's own form gives away, instead of the list.
 * The tests that are likely to notice run first, then all that run in workerd. Of these guards 95 in 100 have to be
 * noticed. With `--quick` only the likely tests run: some seconds a guard, and what is left may still be noticed by others.
 *
 * Two guards are tried at a time, each in a copy of its own; `--lanes 1` leaves a core to other work.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url));

const NOTICED_SHARE_LEAST = 0.95;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [''] },
      made: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
      quick: { type: 'boolean', default: false },
      lanes: { type: 'string', default: '2' },
    },
  });
  for (const [name, text] of Object.entries({
    made: values.made ?? '0',
    seed: values.seed,
    lanes: values.lanes,
  })) {
    if (/^\d{1,10}$/.test(text) && !(name === 'lanes' && Number(text) === 0)) continue;
    console.error(`--${name} must be a whole number, not ${JSON.stringify(text)}`);
    return 2;
  }
  const isNamed = ({ guard }: { readonly guard: string }) => values.only.some((text) => guard.includes(text));
  const tried =
    values.made === undefined
      ? MUTANTS.filter(isNamed).map(listed)
      : sample(madeMutants(root).filter(isNamed), Number(values.made), Number(values.seed)).map((mutant) =>
          found(mutant, values.quick),
        );
  if (values.made !== undefined) console.log(`seed ${values.seed}`);
  const unnoticed = await switchOff(tried, Number(values.lanes));
  console.log(`${tried.length} guards, ${tried.length - unnoticed} noticed, ${unnoticed} not`);
  const allowed = values.made === undefined ? 0 : Math.floor(tried.length * (1 - NOTICED_SHARE_LEAST));
  return unnoticed <= allowed ? 0 : 1;
}

/** How many no test noticed, or could not be switched off. */
async function switchOff(tried: readonly Tried[], laneCount: number): Promise<number> {
  let unnoticed = 0;
  const report = ({ mutant, state, why }: Outcome) => {
    if (state !== 'noticed') unnoticed += 1;
    console.log(`${state === 'noticed' ? state : state.toUpperCase()}  ${mutant.guard}: ${why}`);
  };
  const groups = Object.values(Object.groupBy(tried, ({ tests }) => tests.join(' ')));
  const waiting = groups.map((group) => group ?? []).toSorted((a, b) => b.length - a.length);
  const work = async (lane: Lane) => {
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift())
      await lane.tryOut(group, report);
  };
  const lanes = Array.from({ length: Math.min(laneCount, groups.length) }, () => new Lane(root));
  try {
    await Promise.all(lanes.map(work));
  } finally {
    await Promise.all(lanes.map((lane) => lane.end()));
  }
  return unnoticed;
}

function listed({ guard, file, from, to, tests }: Mutant): Tried {
  const change = (source: string): string => {
    if (source.split(from).length === 2) return source.replace(from, () => to);
    throw new Error(`"${guard}" is not in ${file} exactly once: mend the list`);
  };
  return { guard, file, change, tests, nearest: [], otherwise: tests };
}

function found({ guard, file, line, to }: MadeMutant, isQuick: boolean): Tried {
  const change = (source: string): string => source.split('\n').with(line, to).join('\n');
  return {
    guard,
    file,
    change,
    tests: likelyTests(root, file),
    nearest: nearestTests(root, file),
    otherwise: isQuick ? null : [],
  };
}

/** The same seed gives the same guards, as long as the code is the same. */
function sample(all: readonly MadeMutant[], count: number, seed: number): readonly MadeMutant[] {
  const random = randomFrom(seed);
  const drawn = all.map((mutant) => ({ mutant, lot: random() })).toSorted((a, b) => a.lot - b.lot);
  return drawn.slice(0, count).map(({ mutant }) => mutant);
}

process.exitCode = await main();
