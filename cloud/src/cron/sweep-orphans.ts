import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { ORPHAN_AGE_MS, ORPHAN_SWEEP_PAGES, ORPHANS_DELETED_MAX, R2_KEYS_A_CALL } from '../limits.ts';
import { log } from '../log.ts';
import { areSweepsHeld } from '../operator/sweep-hold.ts';
import { type ObjectKind, type ObjectName, readOrphans } from '../store/orphans.ts';
import { runAll } from '../store/statements.ts';
import { readSweep, storeSweepStatement } from '../store/sweeps.ts';
import { storeTracesStatements, type Trace } from '../store/traces.ts';

/** How much one run looks at and deletes. */
export type SweepBounds = {
  readonly keysAPage: number;
  readonly pages: number;
  readonly deletedMax: number;
};

const BOUNDS: SweepBounds = {
  keysAPage: R2_KEYS_A_CALL,
  pages: ORPHAN_SWEEP_PAGES,
  deletedMax: ORPHANS_DELETED_MAX,
};

/** Where the objects of a kind are, and how a row is found by a key; keys of another form are left alone. */
type Place = {
  readonly bucket: (env: Env) => R2Bucket;
  readonly prefix: string;
  readonly rowOf: (key: string) => string | number | null;
  /** SHA-256 of the id of the person whom the key names. */
  readonly personHashOf: (key: string) => string | null;
};

const LAB_FILE = /^lab-uploads\/(.+)\/([^/]+)\.[a-z]+$/;

const PACK = /^bodies\/([0-9a-f]+)\/(\d+)\.gz$/;

const PLACES: Record<ObjectKind, Place> = {
  payloads: {
    bucket: ({ RAW_PAYLOADS }) => RAW_PAYLOADS,
    prefix: 'raw-events/',
    rowOf: (key) => key,
    personHashOf: () => null,
  },
  fetched: {
    bucket: ({ RAW_PAYLOADS }) => RAW_PAYLOADS,
    prefix: 'fetched/',
    rowOf: (key) => {
      const id = /^fetched\/(\d+)(?:-[\w-]+)?\.json$/.exec(key)?.[1];
      return id === undefined ? null : Number(id);
    },
    personHashOf: () => null,
  },
  lab_files: {
    bucket: ({ LAB_REPORTS }) => LAB_REPORTS,
    prefix: 'lab-uploads/',
    rowOf: (key) => LAB_FILE.exec(key)?.[2] ?? null,
    personHashOf: (key) => {
      const person = LAB_FILE.exec(key)?.[1];
      return person === undefined ? null : sha256Hex(person);
    },
  },
  packs: {
    bucket: ({ RAW_PAYLOADS }) => RAW_PAYLOADS,
    prefix: 'bodies/',
    rowOf: (key) => {
      const id = PACK.exec(key)?.[2];
      return id === undefined ? null : Number(id);
    },
    personHashOf: (key) => PACK.exec(key)?.[1] ?? null,
  },
};

type Swept = {
  readonly seen: number;
  readonly deleted: number;
  /** The next run goes on after this key, `''` from the start. */
  readonly after: string;
  /** There was more to delete than one run may. */
  readonly isFull: boolean;
};

/**
 * Deletes objects older than a day that no row names: the row of a put may fail, and an object that nothing
 * leads to would outlive the erasure of its person. Deleting it at once would be wrong, since a failed insert
 * may have landed. It rests on a key being put anew only while its row is there, so that no row comes to name
 * an object that was judged before. Answers how many were deleted.
 */
export async function sweepOrphans(
  env: Env,
  kind: ObjectKind,
  nowMs: UnixMs,
  bounds: SweepBounds = BOUNDS,
): Promise<number> {
  if (await areSweepsHeld(env)) {
    log('warn', 'orphans_held', { kind });
    return 0;
  }
  const start = await readSweep(env.DB, kind);
  const { seen, deleted, after, isFull } = await sweepFrom(env, kind, start, nowMs, bounds);
  log(isFull ? 'error' : 'info', 'orphans_swept', { kind, seen, deleted, is_full: isFull });
  const personHash = PLACES[kind].personHashOf(after);
  const trace: Trace = {
    level: isFull ? 'error' : 'warn',
    event: 'orphans_deleted',
    message: kind,
    details: { deleted, is_full: isFull },
  };
  const notes = [
    ...(after === start ? [] : [storeSweepStatement(kind, after, personHash, isoTime(nowMs))]),
    ...storeTracesStatements(deleted === 0 ? [] : [trace], sqliteTime(nowMs)),
  ];
  if (notes.length > 0) await runAll(env.DB, notes);
  return deleted;
}

async function sweepFrom(
  env: Env,
  kind: ObjectKind,
  start: string,
  nowMs: UnixMs,
  { keysAPage, pages, deletedMax }: SweepBounds,
): Promise<Swept> {
  const { bucket: bucketOf, prefix, rowOf } = PLACES[kind];
  const bucket = bucketOf(env);
  let [after, seen, deleted] = [start, 0, 0];
  for (let turn = 0; turn < pages; turn += 1) {
    const page = await bucket.list({
      prefix,
      limit: keysAPage,
      ...(after === '' ? {} : { startAfter: after }),
    });
    const names = page.objects.flatMap(({ key, uploaded }): ObjectName[] => {
      const by = rowOf(key);
      return by === null || uploaded.getTime() > nowMs - ORPHAN_AGE_MS ? [] : [{ key, by }];
    });
    const orphans = await readOrphans(env.DB, kind, names);
    const doomed = orphans.slice(0, deletedMax - deleted);
    if (doomed.length > 0) await bucket.delete(doomed);
    seen += page.objects.length;
    deleted += doomed.length;
    // What is left of this page comes first the next time.
    if (doomed.length < orphans.length) return { seen, deleted, after, isFull: true };
    if (!page.truncated) return { seen, deleted, after: '', isFull: false };
    after = page.objects.at(-1)?.key ?? after;
  }
  return { seen, deleted, after, isFull: false };
}
