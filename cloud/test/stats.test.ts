import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { isoTime, sqliteTime } from '../src/clock.ts';
import type { EventOutcome } from '../src/contract/stats.ts';
import { notedRun } from '../src/cron/noted-run.ts';
import { asRawEventId } from '../src/ids.ts';
import { DAY_MS, MINUTE_MS, WAITS_FOR_LIMIT } from '../src/limits.ts';
import { writeCronEnd, writeCronStart } from '../src/store/cron-runs.ts';
import { countFailureStatement, countOutcomesStatements } from '../src/store/outcome-counts.ts';
import { runAll } from '../src/store/statements.ts';
import { readStats } from '../src/store/stats.ts';
import { day, event } from './support/events.ts';
import { faultyEnv } from './support/faulty-env.ts';
import { plansOf } from './support/plans.ts';
import { forgetRawEvents, insertRaw } from './support/raw-rows.ts';
import { asOperator, consume, ingest, newTerraId, newUser } from './support/stack.ts';

const NOW = Date.parse('2026-03-01T12:00:00Z');

async function insertRequest(dueMs: number, error: string | null, status = 'pending'): Promise<void> {
  const user = newUser();
  await env.DB.prepare('insert into users(id) values (?1)').bind(user).run();
  await env.DB.prepare(
    `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, status, next_attempt_at,
  error, created_at)
values (?1, ?2, ?1, 'daily', '2026-01-01', '2026-01-31', ?3, ?4, ?5, ?4)`,
  )
    .bind(crypto.randomUUID(), user, status, isoTime(dueMs), error)
    .run();
}

it('tells requests that are due from those that Terra put off', async () => {
  const before = await readStats(env.DB, NOW);
  expect(before).toMatchObject({
    outbox_pending: 0,
    outbox_waiting: 0,
    outbox_next_attempt_at: null,
    outbox_waiting_error: null,
  });
  // Due, in the queue, and refused for good: none of them waits.
  await insertRequest(NOW - MINUTE_MS, 'http 429: {}');
  await insertRequest(NOW + MINUTE_MS, null);
  await insertRequest(NOW + 90 * MINUTE_MS, 'http 429: {}', 'failed');
  expect(await readStats(env.DB, NOW)).toMatchObject({ outbox_pending: 2, outbox_waiting: 0 });
  await insertRequest(NOW + 60 * MINUTE_MS, null);
  await insertRequest(NOW + 2 * MINUTE_MS, 'http 429: {"message":"Too many"}');
  await insertRequest(NOW + 30 * MINUTE_MS, 'network: no answer');
  const figures = {
    outbox_pending: 5,
    outbox_waiting: 3,
    outbox_next_attempt_at: isoTime(NOW + 2 * MINUTE_MS),
    outbox_waiting_error: 'http 429: {"message":"Too many"}',
  };
  expect(await readStats(env.DB, NOW)).toMatchObject(figures);
  await insertRequest(NOW + 50 * MINUTE_MS, WAITS_FOR_LIMIT);
  await insertRequest(NOW + 40 * MINUTE_MS, WAITS_FOR_LIMIT);
  expect((await readStats(env.DB, NOW)).waiting).toEqual([
    { error: WAITS_FOR_LIMIT, requests: 2, next_attempt_at: isoTime(NOW + 40 * MINUTE_MS) },
    {
      error: 'http 429: {"message":"Too many"}',
      requests: 1,
      next_attempt_at: figures.outbox_next_attempt_at,
    },
    expect.objectContaining({ error: 'network: no answer', requests: 1 }),
    expect.objectContaining({ error: null, requests: 1 }),
  ]);
  expect(await (await asOperator('/admin/stats')).json()).toMatchObject({
    outbox_pending: 7,
    outbox_waiting: expect.any(Number),
    outbox_next_attempt_at: expect.toBeOneOf([null, expect.any(String)]),
    outbox_waiting_error: expect.toBeOneOf([null, expect.any(String)]),
  });
});

it('tells the oldest event on its way from the oldest that an error keeps', async () => {
  await forgetRawEvents();
  const none = { backlog: 0, oldest_backlog: null, parked: 0, oldest_parked: null, last_received_at: null };
  expect(await readStats(env.DB, NOW)).toMatchObject({ ...none, oldest_unprocessed: null });
  const parked = { received_at: '2026-03-01 09:00:00', process_error: 'no_connection_for_terra_user' };
  const done = { received_at: '2026-03-01 11:00:00', processed_at: '2026-03-01 11:00:01' };
  await insertRaw({ ...parked, processed_at: null }, done);
  const waits = { ...none, parked: 1, oldest_parked: parked.received_at, last_received_at: done.received_at };
  expect(await readStats(env.DB, NOW)).toMatchObject({ ...waits, oldest_unprocessed: parked.received_at });
  await insertRaw({ received_at: '2026-03-01 10:00:00', processed_at: null });
  expect(await readStats(env.DB, NOW)).toMatchObject({
    backlog: 1,
    oldest_backlog: '2026-03-01 10:00:00',
    parked: 1,
    oldest_parked: parked.received_at,
    oldest_unprocessed: parked.received_at,
    last_received_at: '2026-03-01 10:00:00',
  });
});

it('tells how much came in each of the last 24 hours, in looks that do not grow with what is stored', async () => {
  await forgetRawEvents();
  expect((await readStats(env.DB, NOW)).received_by_hour).toEqual(Array.from({ length: 24 }, () => 0));
  const at = (minutesAgo: number) => ({ received_at: sqliteTime(NOW - minutesAgo * MINUTE_MS) });
  // The first lies before the day; a bound is of the hour that it begins.
  await insertRaw(at(2_000), at(1_440), at(1_439), at(61), at(60), at(1), at(0));
  const hours = (await readStats(env.DB, NOW)).received_by_hour;
  expect([hours.length, hours[0], hours.at(-2), hours.at(-1)]).toEqual([24, 2, 1, 3]);
  expect(hours.reduce((all, events) => all + events, 0)).toBe(6);
  const looks = (await plansOf('/admin/stats')).find((steps) => steps.includes('SCAN halved')) ?? [];
  expect(looks.length).toBeGreaterThan(2);
  expect(looks.filter((step) => step.startsWith('SCAN raw_events'))).toEqual([]);
  await forgetRawEvents();
});

it('gives the figures to Prometheus from indexes alone, with the last run of each cron', async () => {
  await forgetRawEvents();
  await insertRaw({ process_error: 'owner_conflict' }, {});
  const times = [NOW, NOW + 1, NOW + 2];
  await notedRun('no such cron', env, () => times.shift() ?? NOW);
  const broken = { ...env, TERRA_EVENTS: undefined } as unknown as Env;
  await expect(notedRun('*/5 * * * *', broken, () => NOW)).rejects.toThrow();
  expect((await readStats(env.DB, NOW)).crons).toEqual([
    { cron: '*/5 * * * *', started_at: isoTime(NOW), finished_at: isoTime(NOW), outcome: 'failed' },
    { cron: 'no such cron', started_at: isoTime(NOW), finished_at: isoTime(NOW + 2), outcome: 'ok' },
  ]);
  // A run whose beginning could not be noted runs all the same.
  const faulty = faultyEnv(env);
  faulty.inject({ nth: 1, when: 'before', lasts: 'once' });
  await notedRun('no such cron', faulty.env, () => NOW + 9);
  const last = { cron: 'no such cron', started_at: isoTime(NOW + 9), finished_at: isoTime(NOW + 9) };
  expect((await readStats(env.DB, NOW)).crons[1]).toEqual({ ...last, outcome: 'ok' });
  // One that ends while a later one runs says nothing of that one.
  await writeCronStart(env.DB, 'no such cron', isoTime(NOW + 10));
  await writeCronEnd(env.DB, { ...last, outcome: 'failed' });
  const running = { started_at: isoTime(NOW + 10), finished_at: null, outcome: null };
  expect((await readStats(env.DB, NOW)).crons[1]).toMatchObject(running);
  const response = await asOperator('/admin/metrics');
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text).toContain(
    '# HELP amy_backlog Events on their way.\n# TYPE amy_backlog gauge\namy_backlog 1\n',
  );
  expect(text).toContain('# TYPE amy_events_total counter\n');
  expect(text).toContain('amy_errors{code="owner_conflict"} 1\n');
  expect(text).toContain('amy_rejected_signatures_last_hour{reason="stale"} 0\n');
  expect(text).toContain('\namy_last_received_age_seconds ');
  expect(text).toContain('amy_cron_failed{cron="*/5 * * * *"} 1\n');
  for (const line of text.trimEnd().split('\n')) {
    expect(line).toMatch(/^(# (HELP|TYPE) amy_\w+ .+|amy_\w+(\{\w+="[^"]*"\})? -?\d+(\.\d+)?)$/);
  }
  await forgetRawEvents();
  expect(await (await asOperator('/admin/metrics')).text()).not.toContain('\namy_last_received_age_seconds ');
  const steps = (await plansOf('/admin/metrics')).flat();
  // The newest event is the first of the table from its end on.
  expect(steps.filter((step) => step === 'SCAN raw_events')).toHaveLength(1);
});

describe('what became of events', () => {
  const counted = async (nowMs: number) => {
    const { outcomes } = await readStats(env.DB, nowMs);
    return { outcomes };
  };
  const count = async (outcomes: readonly EventOutcome[], nowMs: number) =>
    void (await runAll(env.DB, countOutcomesStatements(outcomes, nowMs)));

  beforeEach(async () => {
    await env.DB.prepare('delete from outcome_counts').run();
  });

  it('is counted in the commit of the event, once, and a replay is not counted again', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const { id: daily } = await ingest(event('daily', who, [day({ steps: 1 })]));
    await ingest(event('nutrition', who, []));
    const { id: parked } = await ingest({
      type: 'daily',
      user: { user_id: newTerraId(), provider: 'OURA', reference_id: null },
      data: [day({ steps: 1 })],
    });
    const { id: partial } = await ingest(
      event('daily', who, [day({ steps: 1 }), { metadata: { start_time: 'no time' } }]),
    );
    await consume([
      { rawEventId: daily, force: true },
      { rawEventId: partial, force: true },
      { rawEventId: parked },
    ]);
    // By hand, each way that is in use.
    for (const columns of [
      'processed_at = null',
      'processed_at = null, process_error = null, attempts = 0',
    ]) {
      await env.DB.prepare(`update raw_events set ${columns} where id = ?`).bind(daily).run();
      await consume([{ rawEventId: daily }]);
    }
    const { outcomes } = await counted(Date.now());
    expect(outcomes).toEqual([
      { outcome: 'normalized', hour: 2, day: 2, ever: 2 },
      { outcome: 'parked', hour: 2, day: 2, ever: 2 },
      { outcome: 'skipped', hour: 1, day: 1, ever: 1 },
    ]);
    expect(await (await asOperator('/admin/stats')).json()).toMatchObject({
      normalized: 2,
      skipped: 1,
      rates: { last_hour: { normalized: 2, skipped: 1, parked: 2, failed: 0 } },
    });
  });

  it('is counted in 144 slots for ever: a slot of another day is begun anew and loses nothing', async () => {
    await count(['normalized', 'normalized', 'failed'], NOW);
    await count(['normalized'], NOW + 50 * MINUTE_MS);
    const first = [{ outcome: 'failed', hour: 1, day: 1, ever: 1 }];
    expect((await counted(NOW + 50 * MINUTE_MS)).outcomes).toEqual([
      ...first,
      { outcome: 'normalized', hour: 3, day: 3, ever: 3 },
    ]);
    await count(['normalized'], NOW + DAY_MS);
    // What comes late into a slot of another day.
    await count(['normalized', 'normalized'], NOW);
    expect((await counted(NOW + DAY_MS + MINUTE_MS)).outcomes).toEqual([
      { outcome: 'failed', hour: 0, day: 1, ever: 1 },
      { outcome: 'normalized', hour: 1, day: 2, ever: 6 },
    ]);
    expect((await counted(NOW + 3 * DAY_MS)).outcomes).toEqual([
      { outcome: 'failed', hour: 0, day: 0, ever: 1 },
      { outcome: 'normalized', hour: 0, day: 0, ever: 6 },
    ]);
  });

  it('is a failure where a commit did not happen, and none where only its answer was lost', async () => {
    const [waits, done] = await insertRaw({ processed_at: null }, { processed_at: '2026-03-01 11:00:00' });
    for (const id of [waits, done]) await runAll(env.DB, [countFailureStatement(asRawEventId(id ?? 0), NOW)]);
    expect((await counted(NOW)).outcomes).toEqual([{ outcome: 'failed', hour: 1, day: 1, ever: 1 }]);
  });
});
