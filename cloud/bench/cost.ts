import { storageRun } from '../dev/storage/run.ts';
import { CASES } from '../dev/storage/year.ts';
import { PAYLOAD_RETENTION_DAYS } from '../src/limits.ts';
import { callOf, costOfCalls } from './calls.ts';
import { type Counts, countEvents } from './counts.ts';
import { costOfNights, type Nights } from './nights.ts';
import { type CallCost, measureOwnCpu } from './own-cpu.ts';
import { type Bill, billBy, billOf } from './prices.ts';
import { type Spent, sum, times } from './spent.ts';
import {
  DAYS_A_YEAR,
  EVENTS_A_DAY,
  SYNCS_WITH_NEWS_A_DAY,
  SYNCS_WITHOUT_NEWS_A_DAY,
  TICKS_A_YEAR,
  TYPICAL,
} from './typical-person.ts';
import { withCounted } from './with-counted.ts';

/** Megabytes of D1 that a person has. */
export type Megabytes = {
  /** For each year, once its bodies have moved to R2. */
  readonly aYear: number;
  /** Of the last week's bodies, which have not moved yet. */
  readonly ofTheWeek: number;
};

export type Cost = {
  readonly counts: Counts;
  readonly calls: readonly CallCost[];
  readonly nights: Nights;
  readonly megabytes: Megabytes;
  /** A million events of the mix: consumed one by one, and by a hundred. */
  readonly millionAlone: Bill;
  readonly millionByHundred: Bill;
  readonly userYear: Bill;
  /** A year of crons that find nothing to do. */
  readonly deploymentYear: Bill;
};

const MILLION = 1_000_000;
const [WITH_SAMPLES] = CASES;

export type CostForm = {
  readonly root: string;
  readonly turns: number;
  /** Calls of a kind under the profiler. At most 9: beyond, calls of different kinds would be about the same days. */
  readonly ownCpuTurns: number;
  readonly storageDays: number;
  readonly onProgress: (line: string) => void;
};

/** Counts and measures on the real Worker, and multiplies by the prices. */
export async function costOf(form: CostForm): Promise<Cost> {
  const calls = await callsOf(form);
  form.onProgress('events and nights are counted');
  // On stores of their own: among the calls are erasures, and nothing is stored of whoever was erased.
  const { counts, nights } = await withCounted(form.root, async ({ amy, floor }) => ({
    counts: await countEvents(amy, floor),
    nights: await costOfNights(amy, EVENTS_A_DAY),
  }));
  form.onProgress('the size of a person is measured');
  const megabytes = await megabytesOf(form);
  const cpuOf = (name: string) => callOf(calls, name).cpuMs;
  const cpuAlone = cpuOf('webhook: an event') + cpuOf('consumer: one event');
  const cpuByHundred = cpuOf('webhook: an event') + cpuOf('consumer: a hundred events, the mix') / 100;
  const after = sum(nights.learned, nights.moved);
  const alone = sum(counts.alone, after);
  return {
    counts,
    calls,
    nights,
    megabytes,
    millionAlone: billOf(times(alone, MILLION), cpuAlone * MILLION),
    millionByHundred: billOf(times(sum(counts.byHundred, after), MILLION), cpuByHundred * MILLION),
    userYear: userYearOf({ alone, cpuAlone, calls, nights, megabytes }),
    deploymentYear: total([
      billOfCalls(calls, 'every five minutes: nothing new', TICKS_A_YEAR.everyFiveMinutes),
      billOfCalls(calls, 'every six hours', TICKS_A_YEAR.everySixHours),
      billOfCalls(calls, 'nightly: nothing is old', TICKS_A_YEAR.nightly),
    ]),
  };
}

/** The profiler costs CPU itself, so what the process takes is measured in a runtime without it. */
async function callsOf({ root, turns, ownCpuTurns, onProgress }: CostForm): Promise<readonly CallCost[]> {
  onProgress('calls of each kind are made and counted');
  const counts = await withCounted(root, ({ amy, runtime }) => costOfCalls(amy, runtime, turns));
  onProgress("they are made again, and the Worker's own CPU is measured");
  const own = await withCounted(root, ({ amy, runtime }) => measureOwnCpu(amy, runtime, ownCpuTurns), true);
  return counts.map((count) => {
    const ofKind = own.get(count.name);
    if (ofKind === undefined) throw new Error(`the own CPU of ${count.name} was not measured`);
    return { ...count, ...ofKind };
  });
}

type UserYear = {
  readonly alone: Spent;
  readonly cpuAlone: number;
  readonly calls: readonly CallCost[];
  readonly nights: Nights;
  readonly megabytes: Megabytes;
};

function userYearOf({ alone, cpuAlone, calls, nights, megabytes }: UserYear): Bill {
  const events = EVENTS_A_DAY * DAYS_A_YEAR;
  const year = total([
    billOf(times(alone, events), cpuAlone * events),
    billOfCalls(calls, 'sync: one day changed', SYNCS_WITH_NEWS_A_DAY * DAYS_A_YEAR),
    billOfCalls(calls, 'sync: nothing changed', SYNCS_WITHOUT_NEWS_A_DAY * DAYS_A_YEAR),
    ...['upload of a lab report', 'webhook: 20 KB', 'consumer: results of a lab'].map((name) =>
      billOfCalls(calls, name, TYPICAL.labsAYear),
    ),
  ]);
  return {
    ...year,
    d1Gb: (megabytes.aYear + megabytes.ofTheWeek) / 1_000,
    r2Gb: (nights.moved.bytesPut * events) / 1e9,
  };
}

function billOfCalls(calls: readonly CallCost[], name: string, count: number): Bill {
  const { spent, cpuMs } = callOf(calls, name);
  return billOf(times(spent, count), cpuMs * count);
}

function total(bills: readonly Bill[]): Bill {
  return billBy((name) => bills.reduce((all, bill) => all + bill[name], 0));
}

/** As `npm run storage` measures it, of the person who has more. */
async function megabytesOf({ root, storageDays: days }: CostForm): Promise<Megabytes> {
  if (WITH_SAMPLES === undefined) throw new Error('npm run storage measures nobody');
  const until = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const { before, after } = await storageRun(WITH_SAMPLES, {
    root,
    until,
    days,
    onProgress: () => undefined,
  });
  const all = (tables: ReadonlyMap<string, number>) =>
    [...tables.values()].reduce((bytes, n) => bytes + n, 0);
  const aDay = (bytes: number) => bytes / days / 1e6;
  return {
    aYear: aDay(all(after)) * DAYS_A_YEAR,
    ofTheWeek: aDay(Math.max(0, all(before) - all(after))) * PAYLOAD_RETENTION_DAYS,
  };
}
