import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { IsoTime } from '../src/clock.ts';
import { decodeRowCounts, type RowCounts } from '../src/fold/row-counts.ts';
import { ownerHints } from '../src/normalize/envelope.ts';
import { PAYLOAD_TEXT } from '../src/store/payload-text.ts';
import { type RawEventRow, storedEvent } from '../src/store/raw-events.ts';
import { countingDatabase } from './support/counting-database.ts';
import { keyOf, referenceFold } from './support/reference-fold.ts';
import { asPerson, consume, deliver, envWithOutbox, newTerraId, newUser, rowsOf } from './support/stack.ts';
import { volume } from './support/volume.ts';
import { shuffled, type YearEvent, yearOf } from './support/year.ts';

const TABLES = ['daily_summary', 'sleep_sessions', 'activities', 'biomarkers_raw'] as const;
const BATCH = 17;

type Person = { readonly user: string; readonly rings: readonly { terraId: string; provider: string }[] };

function newPerson(): Person {
  return {
    user: newUser(),
    rings: ['OURA', 'GARMIN'].map((provider) => ({ terraId: newTerraId(), provider })),
  };
}

/** So many days of it in the suite, all of `npm run prove -- --of convergence`. */
const { runs: DAYS, seed: SEED } = volume({ runs: 120, seed: 20_260_301 });

/** The same year for whoever it is: devices differ by their ids only. */
function yearFor({ user, rings }: Person): YearEvent[] {
  return rings.flatMap((ring, i) => yearOf({ user, ...ring }, 7 + i, DAYS));
}

/** Delivers events and consumes what was enqueued, a batch at a time. */
async function pass(events: readonly YearEvent[], used = envWithOutbox()): Promise<void> {
  for (const { body, orderingMs } of events) await deliver(body, { env: used.env, orderingMs });
  for (let start = 0; start < used.outbox.messages.length; start += BATCH) {
    await consume(used.outbox.messages.slice(start, start + BATCH), used.env);
  }
}

async function typedTables(user: string): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {};
  for (const table of TABLES) {
    const rows = await rowsOf(table, user, ['user_id', 'updated_at', 'cells', 'rules', 'canonical']);
    tables[table] = rows.toSorted((a, b) => (keyOf(a as never) < keyOf(b as never) ? -1 : 1));
  }
  return tables;
}

/** Rows by table and source, as they are kept beside the clock. */
async function keptCounts(user: string): Promise<RowCounts | null> {
  const row = await env.DB.prepare('select row_counts, clock from users where id = ?')
    .bind(user)
    .first<{ row_counts: string | null; clock: IsoTime }>();
  return row === null ? null : decodeRowCounts(row.row_counts, row.clock);
}

/** The same, counted. */
async function countedRows(user: string): Promise<RowCounts> {
  const counts: Record<string, Record<string, number>> = {};
  for (const table of TABLES) {
    for (const [source, rows] of Map.groupBy(await rowsOf(table, user), (row) => String(row.source)))
      counts[table] = { ...counts[table], [source]: rows.length };
  }
  return counts;
}

async function reference(user: string): Promise<Record<string, unknown[]>> {
  const { results } = await env.DB.prepare(
    `select *, ${PAYLOAD_TEXT} as payload from raw_events where reference_id = ?`,
  )
    .bind(user)
    .all<RawEventRow>();
  const events = results.map((row) => ({
    event: storedEvent(row),
    payload: JSON.parse(row.payload) as unknown,
  }));
  expect(events.every(({ event, payload }) => ownerHints(event, payload).referenceUser === user)).toBe(true);
  return referenceFold(events) as unknown as Record<string, unknown[]>;
}

describe('a year of deliveries', () => {
  it('shuffled and with every tenth repeated gives the same rows as in order, and as the reference fold', async () => {
    const [ordered, mixed] = [newPerson(), newPerson()];
    const year = yearFor(ordered);
    await pass(year);
    const other = yearFor(mixed);
    const withRepeats = [...other, ...other.filter((_, i) => i % 10 === 0)];
    await pass(shuffled(withRepeats, SEED));
    const rows = await typedTables(ordered.user);
    expect(rows.daily_summary?.length).toBeGreaterThan(1.6 * DAYS);
    expect(rows.activities?.length).toBeGreaterThan(0.3 * DAYS);
    expect(rows.sleep_sessions?.length).toBeGreaterThan(1.6 * DAYS);
    expect(await typedTables(mixed.user)).toEqual(rows);
    expect(rows).toEqual(await reference(ordered.user));
    expect(await typedTables(mixed.user)).toEqual(await reference(mixed.user));
    for (const { user } of [ordered, mixed]) expect(await keptCounts(user)).toEqual(await countedRows(user));
  }, 240_000);

  it('delivered again writes no row and appears in no sync; replayed, it moves no updated_at', async () => {
    const person = newPerson();
    const { db, cost, reset } = countingDatabase(env.DB);
    const used = envWithOutbox({ ...env, DB: db });
    const year = yearFor(person).slice(0, 40);
    await pass(year, used);
    const synced = (await (await asPerson(person.user, '/v1/sync?limit=1')).json()) as { now: string };
    const { results } = await env.DB.prepare('select clock as now from users where id = ?')
      .bind(person.user)
      .all<{ now: string }>();
    const now = results[0]?.now ?? '';
    expect(synced.now).toBe(now);
    const sent = used.outbox.messages.length;
    reset();
    for (const { body, orderingMs } of year) await deliver(body, { env: used.env, orderingMs });
    expect(cost).toMatchObject({ rowsWritten: 0, roundTrips: year.length });
    expect(used.outbox.messages).toHaveLength(sent);
    await consume(
      used.outbox.messages.map((message) => ({ ...message, force: true })),
      used.env,
    );
    const page = (await (await asPerson(person.user, `/v1/sync?since=${now}`)).json()) as {
      data: Record<string, unknown[]>;
      now: string;
    };
    expect(Object.values(page.data).flat()).toEqual([]);
    expect(page.now).toBe(now);
  }, 60_000);
});
