import type { Spent } from './spent.ts';

/** Cloudflare's published prices in dollars, as they stood on this date. Whoever repeats the bench looks whether they still do. */
export const PRICES_READ_ON = '2026-11-28';

export type Price = {
  /** What is counted, as a line of the page names it. */
  readonly what: string;
  /** Dollars a million, or of storage a GB and month, beyond what is included. */
  readonly dollars: number;
  readonly unit: 'million' | 'GB-month';
  /** What the free plan gives a day, and the paid plan of 5 dollars a month includes a month; of storage at a time. */
  readonly freeADay: number;
  readonly paidAMonth: number;
  readonly from: string;
};

const WORKERS = 'https://developers.cloudflare.com/workers/platform/pricing/';
const D1 = 'https://developers.cloudflare.com/d1/platform/pricing/';
const R2 = 'https://developers.cloudflare.com/r2/pricing/';
const QUEUES = 'https://developers.cloudflare.com/queues/platform/pricing/';
const KV = 'https://developers.cloudflare.com/kv/platform/pricing/';
const LOGS = 'https://developers.cloudflare.com/workers/observability/logs/workers-logs/#pricing';

const MILLION = 1_000_000;
const DAYS_A_MONTH = 30;
const MONTHS_A_YEAR = 12;

function counted(what: string, dollars: number, freeADay: number, paidAMonth: number, from: string): Price {
  return { what, dollars, unit: 'million', freeADay, paidAMonth, from };
}

export const PRICES = {
  requests: counted('requests, batches and ticks', 0.3, 100_000, 10 * MILLION, WORKERS),
  // The free plan has no sum of CPU but a limit of each call: FREE_PLAN.
  cpuMs: counted('ms of CPU', 0.02, Number.POSITIVE_INFINITY, 30 * MILLION, WORKERS),
  rowsRead: counted('rows read of D1', 0.001, 5 * MILLION, 25_000 * MILLION, D1),
  rowsWritten: counted('rows written of D1', 1, 100_000, 50 * MILLION, D1),
  classA: counted('calls to R2 that write or list', 4.5, MILLION / DAYS_A_MONTH, MILLION, R2),
  classB: counted('calls to R2 that read', 0.36, (10 * MILLION) / DAYS_A_MONTH, 10 * MILLION, R2),
  // Three a message: written, read, deleted; each of ours is below 64 KB.
  queueOperations: counted('operations of the queue', 0.4, 10_000, MILLION, QUEUES),
  kvReads: counted('reads of KV', 0.5, 100_000, 10 * MILLION, KV),
  kvWrites: counted('writes, deletes and lists of KV', 5, 1_000, MILLION, KV),
  // A call is a line, beside the lines that the Worker writes.
  logLines: counted('lines of Workers Logs', 0.6, 200_000, 20 * MILLION, LOGS),
  // The free plan has 5 GB in all, but 500 MB a database, and Amy has one.
  d1Gb: { what: 'GB in D1', dollars: 0.75, unit: 'GB-month', freeADay: 0.5, paidAMonth: 5, from: D1 },
  r2Gb: { what: 'GB in R2', dollars: 0.015, unit: 'GB-month', freeADay: 10, paidAMonth: 10, from: R2 },
} as const satisfies Readonly<Record<string, Price>>;

export type Priced = keyof typeof PRICES;

/** What each call of the Worker may use on the free plan, what the paid one costs, and how large a database of either may become. */
export const FREE_PLAN = { cpuMs: 10, queries: 50, databaseBytes: 500_000_000 } as const;
export const PAID_PLAN = { dollarsAMonth: 5, databaseBytes: 10_000_000_000 } as const;

export const OPERATIONS_A_MESSAGE = 3;

/** Amounts as they are billed. */
export type Bill = Readonly<Record<Priced, number>>;

export function billOf(spent: Spent, cpuMs: number): Bill {
  return {
    requests: spent.invocations,
    cpuMs,
    rowsRead: spent.rowsRead,
    rowsWritten: spent.rowsWritten,
    classA: spent.classA,
    classB: spent.classB,
    queueOperations: spent.messages * OPERATIONS_A_MESSAGE,
    kvReads: spent.kvReads,
    kvWrites: spent.kvWrites,
    logLines: spent.invocations + spent.logLines,
    d1Gb: 0,
    r2Gb: 0,
  };
}

export const PRICED = Object.keys(PRICES) as readonly Priced[];

/** Each amount by its name. */
export function billBy(amountOf: (name: Priced) => number): Bill {
  return Object.fromEntries(PRICED.map((name) => [name, amountOf(name)])) as Record<Priced, number>;
}

/** Dollars of an amount beyond what is included; of storage, for a year. */
export function dollarsOf(name: Priced, amount: number): number {
  const { dollars, unit } = PRICES[name];
  return unit === 'million' ? (amount * dollars) / MILLION : amount * dollars * MONTHS_A_YEAR;
}

export function dollarsOfAll(bill: Bill): number {
  return PRICED.reduce((total, name) => total + dollarsOf(name, bill[name]), 0);
}
