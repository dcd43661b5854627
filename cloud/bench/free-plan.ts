import type { CallCost } from './own-cpu.ts';
import { FREE_PLAN } from './prices.ts';

/** What a kind of call is known to be beside the free plan's CPU of one call. */
export type Kept = 'fits' | 'too much';

/**
 * Every kind of call. What took 8 ms or more over nine calls is kept as too much, because two runs of the same differ by
 * up to a third. `npm run bench -- --cost` fails where what it measures says otherwise, and docs/cost.md has the
 * sentence below: whoever changes a line here says so there.
 */
export const CPU_OF_CALLS: Readonly<Record<string, Kept>> = {
  'webhook: an event': 'fits',
  'webhook: the same again': 'fits',
  'webhook: 20 KB': 'fits',
  'webhook: 1.2 MB, to R2': 'too much',
  'consumer: one event': 'fits',
  'consumer: a hundred events, the mix': 'too much',
  'consumer: a device is connected': 'fits',
  'consumer: ten requests for history go to Terra': 'too much',
  'consumer: results of a lab': 'fits',
  'consumer: ten dead letters': 'fits',
  'sync: a first page': 'fits',
  'sync: nothing changed': 'fits',
  'sync: one day changed': 'fits',
  '/v1/me': 'fits',
  '/v1/digest': 'fits',
  'import of 7 days': 'fits',
  'upload of a lab report': 'fits',
  '/admin/stats': 'fits',
  '/admin/dlq': 'fits',
  '/admin/silences': 'fits',
  '/admin/traces': 'fits',
  '/admin/metrics': 'fits',
  '/admin/events of a person': 'fits',
  '/admin/user of a person': 'fits',
  '/admin/drain': 'fits',
  'every five minutes: nothing new': 'fits',
  'every five minutes: twenty events that lost their message': 'fits',
  'every six hours': 'fits',
  'nightly: old bodies of forty people move': 'too much',
  'nightly: nothing is old': 'too much',
  'a person erases what is theirs': 'too much',
  'the operator wipes a person': 'fits',
};

const TOO_MUCH = Object.keys(CPU_OF_CALLS).filter((name) => CPU_OF_CALLS[name] === 'too much');

/** As docs/cost.md has it. */
export const TOO_MUCH_SENTENCE = `Not to be counted on within ${FREE_PLAN.cpuMs} ms of CPU: ${TOO_MUCH.join('; ')}.`;

/** Above this a call is near the limit: the first call of a kind in an isolate takes up to twice as much. */
const NEAR_MS = FREE_PLAN.cpuMs / 2;

/** Whether the free plan has room for such a call, as the page says it. */
export function verdictOf({ spent, ownCpuMs }: CallCost): string {
  const told = [
    ...(hasTooManyQueries(spent) ? ['too many queries'] : []),
    ...(hasTooMuchCpu(ownCpuMs) ? ['too much CPU'] : ownCpuMs > NEAR_MS ? ['CPU near'] : []),
  ];
  return told.join(', ') || 'fits';
}

/** Names of the calls of which the free plan does not allow as many queries, and of those with more CPU than it has. */
export function beyondFreePlan(calls: readonly CallCost[]) {
  const namesOf = (some: readonly CallCost[]) => some.map(({ name }) => name);
  return {
    queries: namesOf(calls.filter(({ spent }) => hasTooManyQueries(spent))),
    cpu: namesOf(calls.filter(({ ownCpuMs }) => hasTooMuchCpu(ownCpuMs))),
  };
}

/** Says of each call that takes other CPU than is kept of it that it does; answers the exit code. */
export function heldToKept(calls: readonly CallCost[], say: (sentence: string) => void): 0 | 1 {
  const sentences = calls.flatMap(contradiction);
  for (const sentence of sentences) say(sentence);
  return sentences.length === 0 ? 0 : 1;
}

/** What fits has room up to the limit, and what is too much has to fit well: figures near it are not sure. */
function contradiction({ name, ownCpuMs }: CallCost): readonly string[] {
  const kept = CPU_OF_CALLS[name];
  const isBroken = kept === 'fits' ? hasTooMuchCpu(ownCpuMs) : kept === 'too much' && ownCpuMs <= NEAR_MS;
  if (!isBroken) return [];
  const says =
    kept === 'fits' ? `fits the free plan's ${FREE_PLAN.cpuMs} ms` : 'is too much for the free plan';
  return [
    `"${name}" takes ${ownCpuMs.toFixed(1)} ms of the Worker's own CPU, and cloud/bench/free-plan.ts says that it ${says}.`,
  ];
}

function hasTooManyQueries({ statements }: CallCost['spent']): boolean {
  return statements > FREE_PLAN.queries;
}

function hasTooMuchCpu(ownCpuMs: number): boolean {
  return ownCpuMs > FREE_PLAN.cpuMs;
}
