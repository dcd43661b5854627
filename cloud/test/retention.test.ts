import { createScheduledController, env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { isoTime, sqliteTime } from '../src/clock.ts';
import worker from '../src/index.ts';
import { DAY_MS, HOUR_MS } from '../src/limits.ts';
import { deleteAgedRows, deleteUnownedEvents } from '../src/operator/retention.ts';
import {
  AGING_KINDS,
  type AgingKind,
  deleteAgedStatements,
  unownedStatement,
} from '../src/store/retention.ts';
import { countingDatabase } from './support/counting-database.ts';
import { event, terraUser, workout } from './support/events.ts';
import { asPerson, deliver, ingest, newTerraId, newUser } from './support/stack.ts';

const NOW = Date.UTC(2027, 2, 1, 3, 30);

/** How one old row of a kind is made: `?1` is its person, `?2` an id of its own, `?3` its time. */
const OLD_ROWS: Record<
  AgingKind,
  { readonly keptMs: number; readonly sql: string; readonly isIso: boolean }
> = {
  trace_events: {
    keptMs: 30 * DAY_MS,
    isIso: false,
    sql: "insert into trace_events(user_id, message, ts, level, event) values (?1, ?2, ?3, 'info', 'e')",
  },
  sessions: {
    keptMs: 30 * DAY_MS,
    isIso: true,
    sql: "insert into sessions(user_id, id, client, created_at, last_used_at, expires_at) values (?1, ?2, 'c', '', '', ?3)",
  },
  idempotency_keys: {
    keptMs: DAY_MS,
    isIso: true,
    sql: "insert into idempotency_keys(user_id, key, claimed_at, request_hash, claim) values (?1, ?2, ?3, '', '')",
  },
  device_logins: {
    keptMs: HOUR_MS,
    isIso: true,
    sql: `insert into device_logins(user_id, device_code_hash, user_code, expires_at, client, created_at, interval_s)
values (?1, ?2, ?2, ?3, 'c', '', 5)`,
  },
  backfills: {
    keptMs: 30 * DAY_MS,
    isIso: true,
    sql: `insert into backfills(user_id, id, created_at, terra_user_id, resource, start_date, end_date, status,
  next_attempt_at) values (?1, ?2, ?3, 't', 'daily', '', '', 'sent', '')`,
  },
  large_requests: {
    keptMs: 30 * DAY_MS,
    isIso: true,
    sql: 'insert into large_requests(user_id, reference, noted_at) values (?1, ?2, ?3)',
  },
  imports: {
    keptMs: 30 * DAY_MS,
    isIso: true,
    sql: 'insert into imports(user_id, id, created_at, days, requests) values (?1, ?2, ?3, 1, 1)',
  },
  // A person has one: every row here is of somebody else.
  rebuilds: {
    keptMs: 30 * DAY_MS,
    isIso: true,
    sql: `insert into rebuilds(user_id, id, finished_at, rules, is_dry_run, state, next_attempt_at, started_at)
select id, ?2, ?3, 1, 0, 'done', '', ''
from users
where ?1 <> '' and id not in (select user_id from rebuilds)
limit 1`,
  },
  redeliveries: {
    keptMs: 30 * DAY_MS,
    isIso: false,
    sql: `insert into redeliveries(raw_event_id, terra_reference, delivered_at, trace_id)
select max(id), ?2, ?3, ?1 from raw_events`,
  },
  unknown_fields: {
    keptMs: 90 * DAY_MS,
    isIso: true,
    sql: 'insert into unknown_fields(event_type, path, count, first_seen, last_seen) values (?1, ?2, 1, ?3, ?3)',
  },
  silences: {
    keptMs: 400 * DAY_MS,
    isIso: true,
    sql: `insert into silences(user_id, terra_user_id, ended_at, kind, resource, since, from_date, to_date, found_at, due_at)
values (?1, ?2, ?3, 'gap', 'daily', '', '', '', '', '')`,
  },
  tombstones: {
    keptMs: 365 * DAY_MS,
    isIso: true,
    sql: "insert into tombstones(user_id, key, deleted_at, table_name) values (?1, ?2, ?3, 'activities')",
  },
};

async function add(kind: AgingKind, user: string, ...times: readonly number[]): Promise<void> {
  if (kind === 'rebuilds') await Promise.all(times.map(newPerson));
  const { sql, isIso } = OLD_ROWS[kind];
  await env.DB.batch(
    times.map((ms) =>
      env.DB.prepare(sql).bind(user, crypto.randomUUID(), isIso ? isoTime(ms) : sqliteTime(ms)),
    ),
  );
}

async function count(table: string): Promise<number> {
  return Number(await env.DB.prepare(`select count(*) as rows from ${table}`).first('rows'));
}

async function newPerson(): Promise<string> {
  const user = newUser();
  await env.DB.prepare('insert into users(id) values (?)').bind(user).run();
  return user;
}

/** An event of nobody, received then. */
async function unowned(receivedMs: number, values: Record<string, string | null> = {}): Promise<number> {
  const row = {
    event_type: 'daily',
    terra_user_id: newTerraId(),
    payload: '{}',
    signature_verified: 1,
    dedup_key: crypto.randomUUID(),
    received_at: sqliteTime(receivedMs),
    processed_at: sqliteTime(receivedMs),
    ...values,
  };
  const columns = Object.keys(row);
  const made = await env.DB.prepare(
    `insert into raw_events(${columns.join()}) values (${columns.map(() => '?').join()}) returning id`,
  )
    .bind(...Object.values(row))
    .first<number>('id');
  return Number(made);
}

async function idsLeft(): Promise<number[]> {
  const { results } = await env.DB.prepare('select id from raw_events order by id').all<{ id: number }>();
  return results.map(({ id }) => id);
}

beforeEach(async () => {
  await env.DB.batch(
    [...AGING_KINDS, 'raw_events', 'sweeps'].map((table) => env.DB.prepare(`delete from ${table}`)),
  );
});

describe('what ends with age', () => {
  it.each(AGING_KINDS)('%s: what is old goes, at a cost that what stays does not raise', async (kind) => {
    const user = await newPerson();
    await unowned(NOW, { user_id: user });
    const { keptMs } = OLD_ROWS[kind];
    const reads: number[] = [];
    for (const young of [1, 40]) {
      const times = Array.from({ length: young + 5 }, (_, n) => NOW - keptMs + (n - 5) * 1_000);
      await add(kind, user, ...times);
      const left = (await count(kind)) - 5;
      const { db, cost } = countingDatabase(env.DB);
      expect(await deleteAgedRows({ ...env, DB: db }, kind, NOW)).toBe(5);
      expect(await count(kind)).toBe(left);
      reads.push(cost.rowsRead);
    }
    expect(reads[1]).toBe(reads[0]);
  });

  it.each(AGING_KINDS)('%s are found by their index alone', async (kind) => {
    for (const { sql, parameters } of deleteAgedStatements(kind, NOW, 10)) {
      const plan = await env.DB.prepare(`explain query plan ${sql}`)
        .bind(...parameters)
        .all<{ detail: string }>();
      const scans = plan.results
        .map(({ detail }) => detail)
        .filter((detail) => /^SCAN (?!\(|gone|json)/.test(detail));
      expect(scans, sql).toEqual([]);
    }
  });

  it('goes in batches, and what one night may not waits for the next', async () => {
    const user = await newPerson();
    await add('trace_events', user, ...Array<number>(7).fill(NOW - 40 * DAY_MS));
    const bounds = { rows: 2, batches: 2 };
    expect(await deleteAgedRows(env, 'trace_events', NOW, bounds)).toBe(4);
    expect(await deleteAgedRows(env, 'trace_events', NOW, bounds)).toBe(3);
  });

  it('keeps what is still to be done, and sessions that live', async () => {
    const user = await newPerson();
    await add('backfills', user, NOW - 90 * DAY_MS);
    await add('sessions', user, NOW + DAY_MS);
    await env.DB.prepare("update backfills set status = 'pending'").run();
    expect(await deleteAgedRows(env, 'backfills', NOW)).toBe(0);
    expect(await deleteAgedRows(env, 'sessions', NOW)).toBe(0);
    await env.DB.prepare('update sessions set revoked_at = ?')
      .bind(isoTime(NOW - 31 * DAY_MS))
      .run();
    expect(await deleteAgedRows(env, 'sessions', NOW)).toBe(1);
  });
});

describe('events that nobody owns', () => {
  it('go after 30 days, with their objects and a trace; what names somebody stays', async () => {
    const who = { user: await newPerson(), terraId: newTerraId() };
    await ingest({ type: 'auth', user: terraUser(who) });
    const old = NOW - 31 * DAY_MS;
    const key = `raw-events/${crypto.randomUUID()}.json`;
    await env.RAW_PAYLOADS.put(key, '{}');
    const [auth = 0] = await idsLeft();
    const parked = { processed_at: null, process_error: 'no_connection_for_terra_user' };
    await unowned(old, { payload: '', payload_key: key });
    await unowned(old, parked);
    const kept = [
      await unowned(old, { user_id: who.user }),
      await unowned(old, { reference_id: 'user_somebody' }),
      await unowned(old, { ...parked, terra_user_id: who.terraId }),
      await unowned(NOW - 29 * DAY_MS),
      await unowned(NOW - 29 * DAY_MS, parked),
    ];
    await env.DB.prepare('update raw_events set received_at = ? where id = ?')
      .bind(sqliteTime(old), auth)
      .run();
    expect(await deleteUnownedEvents(env, 'unowned_processed', NOW)).toBe(1);
    expect(await deleteUnownedEvents(env, 'unowned_waiting', NOW)).toBe(1);
    expect(await idsLeft()).toEqual([auth, ...kept]);
    expect(await env.RAW_PAYLOADS.head(key)).toBeNull();
    const { results } = await env.DB.prepare(
      "select level, message, data from trace_events where event = 'unowned_deleted' order by id",
    ).all<{ data: string }>();
    expect(results).toMatchObject([
      { level: 'warn', message: 'unowned_processed' },
      { level: 'warn', message: 'unowned_waiting' },
    ]);
    expect(results.map(({ data }) => JSON.parse(data).events)).toEqual([1, 1]);
  });

  it('are looked at a bounded number a night, each night after the last', async () => {
    const old = NOW - 31 * DAY_MS;
    for (let n = 0; n < 4; n += 1) await unowned(old, { reference_id: 'user_somebody' });
    const last = await unowned(old);
    const bounds = { rows: 2, batches: 1 };
    expect(await deleteUnownedEvents(env, 'unowned_processed', NOW, bounds)).toBe(0);
    expect(await deleteUnownedEvents(env, 'unowned_processed', NOW, bounds)).toBe(0);
    expect(await deleteUnownedEvents(env, 'unowned_processed', NOW, bounds)).toBe(1);
    expect(await idsLeft()).not.toContain(last);
  });

  it('are found by indexes that owned events are not in', async () => {
    for (const place of ['unowned_processed', 'unowned_waiting'] as const) {
      const { sql, parameters } = unownedStatement(place, 0, NOW, 10);
      const plan = await env.DB.prepare(`explain query plan ${sql}`)
        .bind(...parameters)
        .all<{ detail: string }>();
      expect(plan.results[0]?.detail).toMatch(/^SEARCH raw_events USING .*INDEX idx_raw_un/);
    }
  });
});

it('happens at 03:30 UTC', async () => {
  const user = await newPerson();
  await add('trace_events', user, Date.UTC(2020, 0, 1));
  const old = await unowned(Date.UTC(2020, 0, 1));
  await worker.scheduled(createScheduledController({ cron: '30 3 * * *' }), env);
  expect(await env.DB.prepare('select 1 from trace_events where user_id = ?').bind(user).first()).toBeNull();
  expect(await idsLeft()).not.toContain(old);
});

describe('a mirror that has not seen a tombstone that is gone', () => {
  it('is told to sync in full; one that has seen it is not', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const sync = async (since?: string) => {
      const query = since === undefined ? '' : `?since=${encodeURIComponent(since)}`;
      return asPerson(who.user, `/v1/sync${query}`);
    };
    const now = async () => (await (await sync()).json<{ now: string }>()).now;
    await ingest(event('activity', who, [workout()]), { orderingMs: Date.UTC(2026, 2, 1) });
    const before = await now();
    await ingest(event('activity', who, [workout({ uploadType: 4 })]), { orderingMs: Date.UTC(2026, 2, 2) });
    const after = await now();
    expect((await sync(before)).status).toBe(200);
    expect(await deleteAgedRows(env, 'tombstones', Date.parse(after) + 366 * DAY_MS)).toBe(1);
    const refused = await sync(before);
    expect(refused.status).toBe(410);
    expect(await refused.json()).toMatchObject({ error: { code: 'sync_expired' } });
    for (const since of [after, undefined]) expect((await sync(since)).status).toBe(200);
  });
});

it('keeps a stored delivery whose answer was not written yet', async () => {
  const { raw_event_id: id } = await (await deliver(event('daily', { user: 'x', terraId: 'y' }, []))).json<{
    raw_event_id: number;
  }>();
  await deleteUnownedEvents(env, 'unowned_waiting', Date.now());
  expect(await idsLeft()).toContain(id);
});
