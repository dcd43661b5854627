import { createScheduledController, env } from 'cloudflare:test';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sqliteTime } from '../src/clock.ts';
import worker from '../src/index.ts';
import { ATTEMPT_STATEMENTS_MAX, MINUTE_MS } from '../src/limits.ts';
import { drain } from '../src/queue/drain.ts';
import type { QueueMessage } from '../src/queue/messages.ts';
import { countingDatabase, type DatabaseCost } from './support/counting-database.ts';
import { day, event } from './support/events.ts';
import { forgetRawEvents, insertAlike } from './support/raw-rows.ts';
import { consume, deliver, envWithOutbox, newTerraId, newUser, rowsOf } from './support/stack.ts';
import { volume } from './support/volume.ts';

/** One bad event, or many, must not keep the others waiting. */

const BATCH = 100;
/** What one tick of the cron takes. */
const ROWS_A_TICK = 1_000;
const TICKS = Math.ceil(volume({ runs: 2_000, seed: 0 }).runs / ROWS_A_TICK);
/** A backlog of so many ticks; `npm run prove -- --of backlog` tries a longer one. */
const ROWS = TICKS * ROWS_A_TICK;
const DAYS_MAX = 2_000;
vi.setConfig({ testTimeout: 60_000 + ROWS * 10 });
const NOW = Date.parse('2026-03-05T12:00:00.000Z');

beforeEach(forgetRawEvents);

/** A person whose rows the database refuses to write, until the test is over. */
async function refuse(user: string): Promise<void> {
  const name = `refuse_${user.replaceAll(/\W/g, '_')}`;
  await env.DB.prepare(
    `create trigger ${name} before insert on daily_summary
when new.user_id = '${user}'
begin
  select raise(abort, 'this row is refused');
end`,
  ).run();
  onTestFinished(async () => {
    await env.DB.prepare(`drop trigger ${name}`).run();
  });
}

/** Never attempted events of one person, a day each, written by one statement. */
async function insertDays(user: string, terraId: string, count: number): Promise<void> {
  await env.DB.prepare(
    `with recursive n(i) as (select 0 union all select i + 1 from n where i < ?3 - 1)
insert into raw_events(received_at, event_type, terra_user_id, reference_id, provider, payload, payload_bytes,
  signature_verified, dedup_key, order_ms)
select ?4, 'daily', ?2, ?1, 'oura', payload, length(payload), 1, 'days-' || ?2 || '-' || i, i
from (
  select i, json_object(
    'type', 'daily',
    'user', json_object('user_id', ?2, 'reference_id', ?1, 'provider', 'OURA'),
    'data', json_array(json_object(
      'metadata', json_object('start_time', date('2000-01-01', '+' || (i % ${DAYS_MAX}) || ' days') || 'T00:00:00+01:00'),
      'distance_data', json_object('steps', i)
    ))
  ) as payload
  from n
)`,
  )
    .bind(user, terraId, count, sqliteTime(NOW - 60 * MINUTE_MS))
    .run();
}

type Send = { readonly messages: number; readonly bytes: number };

/** An env that counts what it asks of the database and remembers what it sends to the queue, and how. */
function countedEnv(): {
  env: Env;
  cost: DatabaseCost;
  reset: () => void;
  sends: Send[];
  messages: QueueMessage[];
} {
  const { db, cost, reset } = countingDatabase(env.DB);
  const sends: Send[] = [];
  const messages: QueueMessage[] = [];
  const sendBatch = async (batch: Iterable<{ body: QueueMessage }>) => {
    const bodies = [...batch].map(({ body }) => body);
    sends.push({
      messages: bodies.length,
      bytes: bodies.reduce((total, body) => total + JSON.stringify(body).length, 0),
    });
    messages.push(...bodies);
  };
  return {
    env: { ...env, DB: db, TERRA_EVENTS: { sendBatch } as unknown as Queue },
    cost,
    reset,
    sends,
    messages,
  };
}

async function unprocessed(): Promise<number> {
  const left = await env.DB.prepare('select count(*) as n from raw_events where processed_at is null').first(
    'n',
  );
  return Number(left);
}

describe('one bad message among a hundred', () => {
  it.each([0, 41, 99])('at place %i fails alone: the others are committed by the same call', async (bad) => {
    const { env: collecting, outbox } = envWithOutbox();
    const people = Array.from({ length: BATCH }, () => ({ user: newUser(), terraId: newTerraId() }));
    for (const who of people) await deliver(event('daily', who, [day({ steps: 1 })]), { env: collecting });
    const refused = people[bad]?.user ?? '';
    await refuse(refused);
    const { env: used, cost } = countedEnv();
    const fate = await consume(outbox.messages, used);
    expect(fate.retried).toEqual([bad]);
    expect(fate.acked).toHaveLength(BATCH - 1);
    const written = await env.DB.prepare(
      `select count(*) as n from daily_summary
where user_id in (select value from json_each(?1))`,
    )
      .bind(JSON.stringify(people.map(({ user }) => user)))
      .first('n');
    expect(written).toBe(BATCH - 1);
    expect(await rowsOf('daily_summary', refused)).toEqual([]);
    const failed = await env.DB.prepare(
      'select process_error, attempts from raw_events where processed_at is null',
    ).all();
    expect(failed.results).toEqual([
      { process_error: expect.stringContaining('this row is refused'), attempts: 1 },
    ]);
    console.log(`a bad message at ${bad}: ${cost.roundTrips} round trips, ${cost.statements} statements`);
    // Halved 7 times: 15 attempts of load and commit at most, one read of the rows, two for the outcome.
    expect(cost.roundTrips).toBeLessThanOrEqual(1 + 15 * 2 + 2);
    expect(cost.statements).toBeLessThanOrEqual(15 * ATTEMPT_STATEMENTS_MAX);
  });

  it('two people, of whom one is refused: nothing of the refused one is left half-written', async () => {
    const { env: collecting, outbox } = envWithOutbox();
    const [good, bad] = [newUser(), newUser()];
    for (let i = 0; i < BATCH; i += 1) {
      const user = i % 10 === 0 ? bad : good;
      const date = new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10);
      await deliver(event('daily', { user, terraId: `${user}-ring` }, [day({ date, steps: i + 1 })]), {
        env: collecting,
      });
    }
    await refuse(bad);
    const { env: used, cost } = countedEnv();
    const fate = await consume(outbox.messages, used);
    expect(fate.retried).toEqual(Array.from({ length: 10 }, (_, i) => i * 10));
    expect(await rowsOf('daily_summary', good)).toHaveLength(90);
    expect(await rowsOf('daily_summary', bad)).toEqual([]);
    console.log(`ten bad messages: ${cost.roundTrips} round trips, ${cost.statements} statements`);
    expect(cost.roundTrips).toBeLessThanOrEqual(200);
  });
});

describe('a backlog', () => {
  it(`of ${ROWS} never attempted rows is drained by cron ticks, in sends the queue takes`, async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    await insertDays(who.user, who.terraId, ROWS);
    const used = countedEnv();
    let ticks = 0;
    let tickStatements = 0;
    while ((await unprocessed()) > 0 && ticks < 2 * TICKS) {
      used.reset();
      await worker.scheduled(createScheduledController({ cron: '*/5 * * * *' }), used.env);
      tickStatements = Math.max(tickStatements, used.cost.statements);
      ticks += 1;
      while (used.messages.length > 0) await consume(used.messages.splice(0, BATCH), used.env);
    }
    expect(await unprocessed()).toBe(0);
    expect(ticks).toBe(TICKS);
    expect(await rowsOf('daily_summary', who.user)).toHaveLength(Math.min(ROWS, DAYS_MAX));
    expect(used.sends).toHaveLength(ROWS / BATCH);
    expect(Math.max(...used.sends.map(({ messages }) => messages))).toBeLessThanOrEqual(100);
    expect(Math.max(...used.sends.map(({ bytes }) => bytes))).toBeLessThan(256_000);
    console.log(`${ROWS} rows: ${ticks} ticks, at most ${tickStatements} statements a tick`);
    // Three for the drain, one for erasures that came to a halt, three for the outbox, three for rebuilds, two for bodies,
    // two that note the run, and at most 25 for silences. The free plan allows 50 an invocation.
    expect(tickStatements).toBeLessThanOrEqual(39);
  });

  it(`of ${ROWS} good rows is not held up by 60 that always fail, nor they by it`, async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const failing = await insertAlike(60, {
      received_at: sqliteTime(NOW - 120 * MINUTE_MS),
      attempts: 3,
      process_error: 'Error: always',
    });
    await insertDays(who.user, who.terraId, ROWS);
    const isFailing = new Set(failing);
    const goodOfTick: number[] = [];
    const tried = new Set<number>();
    for (let tick = 0; tick < TICKS; tick += 1) {
      const used = countedEnv();
      await drain(used.env, NOW + tick * 5 * MINUTE_MS);
      const ids = used.messages.flatMap((message) => ('rawEventId' in message ? [message.rawEventId] : []));
      const [bad, good] = [ids.filter((id) => isFailing.has(id)), ids.filter((id) => !isFailing.has(id))];
      goodOfTick.push(good.length);
      for (const id of bad) tried.add(id);
      // The good are processed, the bad fail again and wait.
      await env.DB.prepare(
        `update raw_events set processed_at = ?2
where id in (select value from json_each(?1))`,
      )
        .bind(JSON.stringify(good), sqliteTime(NOW))
        .run();
      await env.DB.prepare(
        `update raw_events set attempts = attempts + 1, next_attempt_at = ?2
where id in (select value from json_each(?1))`,
      )
        .bind(JSON.stringify(bad), new Date(NOW + (tick * 5 + 8) * MINUTE_MS).toISOString())
        .run();
    }
    expect(goodOfTick).toEqual(Array.from({ length: TICKS }, () => ROWS_A_TICK));
    expect(tried.size).toBe(60);
    expect(await unprocessed()).toBe(60);
  });
});
