import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { keyOf } from '../../test/support/reference-fold.ts';
import { storedFile } from '../local/stored-files.ts';

/** Everything a stopped stack has in its files that the checks look at. */
export type StoredState = {
  readonly events: readonly RawEvent[];
  /** By table, in one order, without what only the server keeps. */
  readonly typed: Readonly<Record<string, readonly Row[]>>;
  /** By table, as sync sends them. */
  readonly synced: (table: string, columns: readonly string[], key: readonly string[]) => readonly Row[];
  readonly connections: readonly Row[];
  readonly backfills: readonly Row[];
  /** Objects in R2 that no row names. */
  readonly orphans: number;
  /** What SQLite says of the file; `ok` where nothing is wrong. */
  readonly integrity: string;
  readonly close: () => void;
};

export type Row = Readonly<Record<string, string | number | null>>;

const rawEvent = z.object({
  id: z.number(),
  event_type: z.string(),
  terra_user_id: z.string(),
  reference_id: z.string().nullable(),
  provider: z.string().nullable(),
  dedup_key: z.string(),
  order_ms: z.number(),
  received_at: z.string(),
  payload: z.string(),
  payload_key: z.string().nullable(),
  processed_at: z.string().nullable(),
  process_error: z.string().nullable(),
  attempts: z.number(),
});

/** A row of raw_events with its body, wherever that is kept; null where it is nowhere. */
export type RawEvent = z.infer<typeof rawEvent> & { readonly body: Buffer | null };

const TYPED_TABLES = ['daily_summary', 'sleep_sessions', 'activities', 'biomarkers_raw'] as const;
const SERVER_ONLY = ['user_id', 'updated_at', 'cells', 'canonical', 'rules'];

/** A body lies apart from its row. */
const WITH_BODIES = `select r.*, coalesce(b.payload, r.payload) as payload
from raw_events r
left join raw_bodies b on b.raw_event_id = r.id
order by r.id`;

/**
 * Reads what a stopped stack left under `state`, through copies in `scratch`, so that the files themselves
 * are recovered by the Worker and by nobody else.
 */
export function readStoredState(state: string, scratch: string): StoredState {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const database = openDatabase(state, scratch);
  const objects = storedObjects(state, scratch);
  const select = (sql: string): Row[] =>
    database
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }) as Row);
  const events = select(WITH_BODIES).map((row): RawEvent => {
    const event = rawEvent.parse(row);
    const body = event.payload_key === null ? Buffer.from(event.payload) : objects.get(event.payload_key);
    return { ...event, body: body ?? null };
  });
  const named = new Set(events.map(({ payload_key }) => payload_key));
  return {
    events,
    typed: Object.fromEntries(
      TYPED_TABLES.map((table) => [
        table,
        select(`select * from ${table}`)
          .map(withoutServerColumns)
          .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
      ]),
    ),
    synced: (table, columns, key) =>
      select(
        `select ${columns.join(', ')} from ${table} order by ${key.length === 0 ? '1' : key.join(', ')}`,
      ),
    connections: select('select * from terra_connections order by provider'),
    backfills: select('select * from backfills order by id'),
    orphans: [...objects.keys()].filter((key) => !named.has(key)).length,
    integrity: [
      ...select('pragma integrity_check').flatMap((row) => Object.values(row)),
      ...select('pragma foreign_key_check').map((row) => JSON.stringify(row)),
    ].join('; '),
    close: () => {
      database.close();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function withoutServerColumns(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([column]) => !SERVER_ONLY.includes(column)));
}

/** A copy of the database that a stopped stack left under `state`. */
export function openDatabase(state: string, scratch: string): DatabaseSync {
  const database = openCopy(state, 'd1', scratch);
  if (database === null) throw new Error(`there is no D1 database under ${state}`);
  return database;
}

/** A copy of a store's file and of its write-ahead log; null where there is none. */
function openCopy(state: string, store: 'd1' | 'r2', scratch: string): DatabaseSync | null {
  const file = storedFile(state, store);
  if (file === null) return null;
  const copy = join(scratch, `${store}.sqlite`);
  for (const suffix of ['', '-wal']) {
    if (existsSync(file + suffix)) copyFileSync(file + suffix, copy + suffix);
  }
  return new DatabaseSync(copy);
}

const storedBlob = z.object({ key: z.string(), blob_id: z.string() });

/** Whole objects have a blob of their own, those put in parts one a part. */
const BLOBS = `select key, blob_id, 0 as part_number from _mf_objects where blob_id is not null
union all
select object_key, blob_id, part_number from _mf_multipart_parts where object_key is not null
order by key, part_number`;

/** The objects of the payload bucket by key, read from the files workerd keeps them in. */
function storedObjects(state: string, scratch: string): ReadonlyMap<string, Buffer> {
  const r2 = join(state, 'v3', 'r2');
  const index = openCopy(state, 'r2', scratch);
  if (index === null) return new Map();
  try {
    const blobs = new Map<string, Buffer[]>();
    for (const row of index.prepare(BLOBS).all()) {
      const { key, blob_id } = storedBlob.parse({ ...row });
      const blob = readFileSync(join(r2, 'amy-raw-payloads', 'blobs', blob_id));
      blobs.set(key, [...(blobs.get(key) ?? []), blob]);
    }
    return new Map([...blobs].map(([key, parts]) => [key, Buffer.concat(parts)]));
  } finally {
    index.close();
  }
}
