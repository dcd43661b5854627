/** The rooms of one side of the house, highest first, and what may be done in which of them. */
export type House = {
  /** The folder that holds the rooms. */
  readonly root: string;
  /**
   * A file imports from its own room and from lower floors: never from above, never from a neighbour on the same
   * floor. A name with `/` inside or `.ts` at its end is a single file with a floor of its own.
   */
  readonly floors: readonly (readonly string[])[];
  /** What may be imported from outside of `root`; `typesOf` only as a type. */
  readonly outside: { readonly folders: readonly string[]; readonly typesOf: readonly string[] };
  /** The one room that holds SQL. */
  readonly sqlRoom: string;
  /** The one room that calls other machines; null where any may. */
  readonly fetchRoom: string | null;
  /** Rooms that know neither clock nor chance nor a binding, and import nothing but this house. */
  readonly pureRooms: readonly string[];
};

export const WORKER: House = {
  root: 'cloud/src',
  floors: [
    ['index.ts'],
    ['app.ts'],
    ['routes', 'cron'],
    // The consuming side of the queue. What only sends lies lower, for the rooms that leave work behind.
    ['queue', 'middleware', 'pages', 'reference', 'console'],
    // What a page begins with, of whichever room it is, and how it tells a line to paste.
    ['pages/frame.ts', 'pages/shell-word.ts'],
    ['pages/style.ts'],
    ['app-env.ts'],
    ['imports', 'operator'],
    ['connections', 'labs', 'erasure', 'sign-in', 'explain'],
    ['ingest'],
    ['queue/outbox.ts'],
    ['queue/messages.ts', 'queue/retry-policy.ts'],
    ['terra', 'body'],
    ['store'],
    ['fold'],
    ['normalize'],
    ['settings.ts'],
    ['errors.ts'],
    ['contract', 'limits.ts', 'digest.ts', 'event-codes.ts', 'identity.ts', 'log.ts'],
    ['clock.ts', 'ids.ts'],
    ['brand.ts', 'unreachable.ts'],
  ],
  outside: { folders: [], typesOf: [] },
  sqlRoom: 'store',
  fetchRoom: 'terra',
  pureRooms: ['normalize', 'fold'],
};

/** What a person's machine runs of the Worker's own code: what is pure reads a body there as it does here. */
const SHARED = ['contract', ...WORKER.pureRooms].map((room) => `${WORKER.root}/${room}`);

export const CLI: House = {
  root: 'cli/src',
  floors: [
    ['main.ts'],
    ['program.ts', 'apart'],
    ['commands'],
    // What a person takes to a doctor: of what these write, one file.
    ['for-doctor'],
    ['report', 'mcp', 'export'],
    // Above the mirror, whose progress it shows.
    ['terminal'],
    // Fills the mirror from the archive, which do not know each other.
    ['samples'],
    ['mirror', 'archive'],
    ['sign-in'],
    ['api'],
    ['settings.ts'],
    ['errors.ts', 'limits.ts', 'shape.ts', 'dates.ts', 'statistics.ts', 'under-way.ts'],
  ],
  outside: { folders: SHARED, typesOf: ['cloud/src/app.ts'] },
  sqlRoom: 'mirror',
  fetchRoom: null,
  pureRooms: [],
};

/** Names that say nothing about what is inside. */
export const EMPTY_NAMES: readonly string[] = ['utils', 'helpers', 'lib'];

/** Files that break a rule until they are mended. The lists only get shorter; the goal is that they are empty. */
export const NOT_YET: { readonly sql: readonly string[]; readonly fetch: readonly string[] } = {
  sql: [],
  // The keys of the issuer of identities, which is not Terra.
  fetch: ['cloud/src/sign-in/issuer-keys.ts'],
};
