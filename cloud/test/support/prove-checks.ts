import { env } from 'cloudflare:test';
import { expect } from 'vitest';
import { SYNCED_TABLES } from '../../src/contract/tables.ts';
import { sha256Hex } from '../../src/digest.ts';
import { readEnvelope } from '../../src/normalize/envelope.ts';
import { PAYLOAD_TEXT } from '../../src/store/payload-text.ts';
import { type RawEventRow, storedEvent } from '../../src/store/raw-events.ts';
import { keyOf, referenceFold } from './reference-fold.ts';
import { type Ending, referencePeople, type ToldEvent } from './reference-people.ts';

const TYPED = ['daily_summary', 'sleep_sessions', 'activities', 'biomarkers_raw'] as const;
const OTHERS = [
  'users',
  'terra_connections',
  'tombstones',
  'lab_uploads',
  'lab_reports',
  'biomarker_days',
  'item_homes',
  'lab_sessions',
] as const;
const PERSONAL = ['backfills', 'large_requests', 'trace_events', 'erased_subjects'] as const;
const TABLES = [...TYPED, ...OTHERS, ...PERSONAL];

type Row = Record<string, string | number | null>;

type Tables = Record<(typeof TABLES)[number], readonly Row[]>;

/** Everything stored, table by table. */
export type Stored = {
  readonly tables: Readonly<Tables>;
  readonly events: readonly Row[];
};

export async function readStored(): Promise<Stored> {
  const answers = await env.DB.batch<Row>([
    env.DB.prepare(`select *, ${PAYLOAD_TEXT} as payload from raw_events order by id`),
    ...TABLES.map((table) => env.DB.prepare(`select * from ${table}`)),
  ]);
  const [events, ...rest] = answers.map(({ results }) => results);
  const tables = {} as Tables;
  TABLES.forEach((table, i) => {
    tables[table] = sorted(rest[i] ?? []);
  });
  return { tables, events: events ?? [] };
}

/** Every person's rows and connections are the reference's, every event has ended as it must, nobody erased is left. */
export async function checkPeople(stored: Stored, wiped: ReadonlySet<string>): Promise<void> {
  const { tables } = stored;
  const alive = await readEvents(stored);
  const uploads = tables.lab_uploads.map((row): [string, string] => [
    String(row.terra_upload_id),
    String(row.user_id),
  ]);
  const { people, endings } = referencePeople(alive, new Map(uploads));
  expect(endingsOf(stored, alive), 'how every event ended').toEqual(Object.fromEntries(endings));
  for (const user of tables.users) {
    const id = String(user.id);
    const person = people.get(id) ?? { events: [], connections: [] };
    expect(typedRows(tables, id), `the rows of ${id}`).toEqual(referenceFold(person.events));
    expect(connectionsOf(tables, id), `the connections of ${id}`).toEqual(person.connections);
    checkClock(tables, id, String(user.clock));
  }
  checkTombstones(tables);
  const users = new Set(tables.users.map(({ id }) => id));
  for (const table of [
    ...TYPED,
    'terra_connections',
    'biomarker_days',
    'item_homes',
    'lab_sessions',
    'tombstones',
  ] as const) {
    expect(
      tables[table].filter(({ user_id }) => !users.has(user_id ?? '')),
      `${table} of nobody`,
    ).toEqual([]);
  }
  for (const id of wiped) {
    const places = Object.entries({ ...tables, events: stored.events }).filter(([, rows]) =>
      JSON.stringify(rows).includes(`"${id}"`),
    );
    expect(
      places.map(([table]) => table),
      `where ${id} is left`,
    ).toEqual([]);
  }
  const erased = new Set(tables.erased_subjects.map(({ subject_hash }) => subject_hash));
  const late = alive.filter(({ payload }) =>
    readEnvelope(payload).subjects.some((id) => erased.has(sha256Hex(id))),
  );
  expect(late, 'events of the erased').toEqual([]);
}

/** A replay changed nothing that anybody can see: no value, no `updated_at`, no clock, no event's ending. */
export function checkQuiet(before: Stored, after: Stored): void {
  for (const table of [
    ...TYPED,
    'users',
    'terra_connections',
    'tombstones',
    'biomarker_days',
    'item_homes',
    'lab_sessions',
  ] as const) {
    expect(withoutReceipts(after.tables[table]), `${table} after a replay`).toEqual(
      withoutReceipts(before.tables[table]),
    );
  }
  expect(ended(after), 'how events ended after a replay').toEqual(ended(before));
}

/** The cron learns from events at any time when people are used to hear of their devices. */
function withoutReceipts(rows: readonly Row[]): readonly Row[] {
  return rows.map(({ receipts: _, ...row }) => row);
}

/** A rebuild made the same rows, down to what the fold remembers: nobody's mirror hears of it. */
export function checkRemade(before: Stored, after: Stored): void {
  for (const table of [...TYPED, 'biomarker_days', 'tombstones', 'item_homes', 'lab_sessions'] as const) {
    expect(after.tables[table], `${table}, made anew`).toEqual(before.tables[table]);
  }
  expect(after.tables.users.map(({ id }) => id)).toEqual(before.tables.users.map(({ id }) => id));
}

/** Rows built anew from the events alone are the rows that were there. */
export function checkRebuilt(before: Stored, after: Stored): void {
  for (const user of before.tables.users) {
    const id = String(user.id);
    expect(typedRows(after.tables, id), `the rows of ${id}, rebuilt`).toEqual(typedRows(before.tables, id));
    checkClock(after.tables, id, String(after.tables.users.find((one) => one.id === id)?.clock));
  }
  expect(ended(after), 'how events ended after a rebuild').toEqual(ended(before));
}

function sorted(rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function ended({ events }: Stored): unknown {
  return events.map((row) => [row.id, row.processed_at !== null, row.process_error, ownerTold(row)]);
}

function endingsOf({ events }: Stored, alive: readonly ToldEvent[]): unknown {
  const ids = new Set(alive.map(({ id }) => id));
  const rows = events.filter(({ id }) => ids.has(Number(id)));
  return Object.fromEntries(
    rows.map((row): [number, Ending] => {
      const error = row.process_error === null ? null : String(row.process_error);
      const userId = ownerTold(row);
      return [Number(row.id), { isProcessed: row.processed_at !== null, error, userId }];
    }),
  );
}

/** What is skipped writes no rows, so it may or may not know whose it is. */
function ownerTold({ process_error, user_id }: Row): string | null {
  const isSkipped = String(process_error).startsWith('skipped:');
  return isSkipped || user_id === null ? null : String(user_id);
}

/** The events that are whole; what is left of an erased person's is blank. */
async function readEvents({ events }: Stored): Promise<ToldEvent[]> {
  const told: ToldEvent[] = [];
  for (const one of events) {
    if (one.process_error === 'skipped:user_erased') {
      expect([one.payload, one.payload_key, one.terra_user_id, one.reference_id, one.user_id]).toEqual([
        '',
        null,
        '',
        null,
        null,
      ]);
      continue;
    }
    const row = one as unknown as RawEventRow;
    const text =
      row.payload_key === null ? row.payload : await (await env.RAW_PAYLOADS.get(row.payload_key))?.text();
    told.push({ id: row.id, event: storedEvent(row), payload: JSON.parse(text ?? 'null') as unknown });
  }
  return told;
}

function typedRows(tables: Stored['tables'], userId: string): Record<string, Row[]> {
  const rowsOf = (table: (typeof TYPED)[number]) =>
    tables[table]
      .filter(({ user_id }) => user_id === userId)
      .map(
        ({ user_id: _user, updated_at: _at, cells: _cells, rules: _rules, canonical: _canonical, ...row }) =>
          row,
      )
      .toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return Object.fromEntries(TYPED.map((table) => [table, rowsOf(table)]));
}

function connectionsOf(tables: Stored['tables'], userId: string): Row[] {
  return (
    tables.terra_connections
      .filter(({ user_id }) => user_id === userId)
      // Requests that Terra takes write `asked_from`, the cron writes `receipts`, and no event either of them.
      .map(
        ({ id: _id, user_id: _user, cells: _cells, asked_from: _asked, receipts: _receipts, ...row }) => row,
      )
      .toSorted((a, b) => (String(a.terra_user_id) < String(b.terra_user_id) ? -1 : 1))
  );
}

function checkClock(tables: Stored['tables'], userId: string, clock: string): void {
  for (const table of [...TYPED, 'lab_uploads', 'tombstones'] as const) {
    for (const row of tables[table]) {
      if (row.user_id !== userId) continue;
      const at = String(row.updated_at ?? row.deleted_at);
      expect(at <= clock, `${table}: ${at} is after the clock ${clock}`).toBe(true);
    }
  }
}

/** A row that is there is not told to be gone. */
function checkTombstones(tables: Stored['tables']): void {
  const gone = new Set(
    tables.tombstones.map((row) => JSON.stringify([row.user_id, row.table_name, row.key])),
  );
  for (const table of TYPED) {
    for (const row of tables[table]) {
      const key = JSON.stringify(
        Object.fromEntries(SYNCED_TABLES[table].key.map((name) => [name, row[name]])),
      );
      expect(gone.has(JSON.stringify([row.user_id, table, key])), `${table} ${key} has a tombstone`).toBe(
        false,
      );
    }
  }
}
