/** What work asked of the platform, by what is billed or bounded there. */
export type Spent = {
  /** Calls of the Worker: a request, a batch of the queue, a tick of a cron. */
  readonly invocations: number;
  /** Calls to D1 that cross the network: a batch is one. */
  readonly roundTrips: number;
  /** What D1 counts as queries: each statement of a batch. */
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
  /** Calls to R2 that change or list, those that read, and the bytes that were put. */
  readonly classA: number;
  readonly classB: number;
  readonly bytesPut: number;
  readonly kvReads: number;
  /** Writes, deletes and lists of KV: of one price. */
  readonly kvWrites: number;
  /** Messages that were given to the queue, each of less than 64 KB. */
  readonly messages: number;
  readonly logLines: number;
  /** Requests of the Worker to others: to Terra. */
  readonly fetches: number;
};

export const NOTHING: Spent = {
  invocations: 0,
  roundTrips: 0,
  statements: 0,
  rowsRead: 0,
  rowsWritten: 0,
  classA: 0,
  classB: 0,
  bytesPut: 0,
  kvReads: 0,
  kvWrites: 0,
  messages: 0,
  logLines: 0,
  fetches: 0,
};

/** Of two pieces of work. */
export function sum(one: Spent, other: Spent): Spent {
  return each((name) => one[name] + other[name]);
}

/** The work so many times, or a part of it. */
export function times(one: Spent, factor: number): Spent {
  return each((name) => one[name] * factor);
}

function each(countOf: (name: keyof Spent) => number): Spent {
  const names = Object.keys(NOTHING) as (keyof Spent)[];
  const made = Object.fromEntries(names.map((name) => [name, countOf(name)]));
  return { ...NOTHING, ...made };
}
