import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { isoTime, sqliteTime } from '../src/clock.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, RECEIPT_STEPS, RECEIPTS_A_STEP } from '../src/limits.ts';
import { catchUp } from '../src/operator/catch-up.ts';
import { findGaps } from '../src/operator/find-gaps.ts';
import { findOverdue } from '../src/operator/find-overdue.ts';
import { learnReceipts } from '../src/operator/learn-receipts.ts';
import { tendSilences } from '../src/operator/silences.ts';
import { countingDatabase } from './support/counting-database.ts';
import { terraUser, type Who } from './support/events.ts';
import { withLimits } from './support/limits-everywhere.ts';
import { type Mail, newSimulator } from './support/simulator.ts';
import {
  asOperator,
  asPerson,
  consume,
  envWithOutbox,
  newTerraId,
  newUser,
  request,
  rowsOf,
} from './support/stack.ts';
import { type FarTerra, newTerra, queryOf } from './support/terra.ts';

/** A Sunday; habits are of the weeks before. */
const NOW = Date.UTC(2026, 2, 1, 12);

// Everybody is looked at: a test begins with nobody.
beforeEach(async () => {
  await env.DB.batch(
    ['raw_events', 'terra_connections', 'users', 'sweeps', 'operator_switches'].map((table) =>
      env.DB.prepare(`delete from ${table}`),
    ),
  );
});

async function connected(): Promise<Who> {
  const who = { user: newUser(), terraId: newTerraId() };
  await env.DB.batch([
    env.DB.prepare('insert into users(id) values (?)').bind(who.user),
    env.DB.prepare(
      `insert into terra_connections(id, user_id, terra_user_id, provider, reference_id, connected_at, state_at)
values (?2, ?1, ?2, 'oura', ?1, ?3, ?3)`,
    ).bind(who.user, who.terraId, isoTime(NOW - 40 * DAY_MS)),
  ]);
  return who;
}

type Received = {
  readonly who: Who;
  readonly ms: number;
  readonly type?: string;
  readonly reference?: string;
};

/** Deliveries as they were received then; in one statement, since a habit takes many. */
async function insertReceived(...events: readonly Received[]): Promise<void> {
  const rows = events.map(({ who, ms, type = 'daily', reference = null }) => [
    ...[type, who.terraId, who.user, sqliteTime(ms), reference],
  ]);
  await env.DB.prepare(
    `insert into raw_events(event_type, terra_user_id, user_id, received_at, terra_reference, payload, payload_bytes,
  signature_verified, dedup_key)
select value->>0, value->>1, value->>2, value->>3, value->>4, '{}', 2, 1, hex(randomblob(16))
from json_each(?)`,
  )
    .bind(JSON.stringify(rows))
    .run();
}

/** Weeks of dailies, every nine hours, the last one `hours` ago. */
function habit(who: Who, hours: number, more: Partial<Received> = {}): Received[] {
  return Array.from({ length: 45 }, (_, n) => ({
    who,
    ms: NOW - (hours + n * 9) * HOUR_MS,
    ...more,
  })).toReversed();
}

/** Terra, with these people's connections. */
async function terraOf(...people: readonly Who[]): Promise<FarTerra> {
  const terra = newTerra();
  for (const who of people) await terra.answers(`/userInfo?reference_id=${who.user}`, 200, [terraUser(who)]);
  return terra;
}

const tick = (used: Env, nowMs = NOW) => tendSilences(withLimits(used), nowMs);

async function silencesOf(who: Who): Promise<Record<string, unknown>[]> {
  const response = await asOperator(`/admin/silences?user_id=${who.user}`);
  return (await response.json<{ rows: Record<string, unknown>[] }>()).rows;
}

async function requestsOf({ user }: Who): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    'select terra_user_id, resource, start_date, end_date from backfills where user_id = ? order by start_date, resource',
  )
    .bind(user)
    .all();
  return results;
}

describe('a connection that is overdue', () => {
  it('is found, compared with Terra, asked for once, and shown to operator and person', async () => {
    const who = await connected();
    await insertReceived(...habit(who, 26));
    const terra = await terraOf(who);
    await tick(terra.env);
    expect((await terra.calls('/userInfo')).map(queryOf)).toEqual([{ reference_id: who.user }]);
    expect(await requestsOf(who)).toEqual([
      { terra_user_id: who.terraId, resource: 'daily', start_date: '2026-02-27', end_date: '2026-03-01' },
    ]);
    expect(terra.outbox.messages).toEqual([{ backfillId: expect.any(String) }]);
    const [row, ...others] = await silencesOf(who);
    expect(others).toEqual([]);
    expect(row).toMatchObject({
      kind: 'overdue',
      user_id: who.user,
      terra_user_id: who.terraId,
      provider: 'oura',
      resource: 'daily',
      last_received_at: isoTime(NOW - 26 * HOUR_MS),
      usual_gap_seconds: 9 * 3_600,
      from_date: '2026-02-27',
      to_date: '2026-03-01',
      found_at: isoTime(NOW),
      compared_at: isoTime(NOW),
      asked_at: isoTime(NOW),
      catch_up: 'pending',
      catch_up_reason: null,
      says: expect.stringMatching(
        /^no daily for .*, usually every 9 h; asked again at 2026-03-01T12:00:00.000Z$/,
      ),
    });
    const me = await (await asPerson(who.user, '/v1/me', { env: terra.env })).json();
    expect(me).toMatchObject({
      connections: [
        {
          last_received_at: isoTime(NOW - 26 * HOUR_MS),
          silences: [{ resource: 'daily', usual_gap_seconds: 32_400, asked_at: isoTime(NOW) }],
        },
      ],
    });
    const figures = { connections: 1, connections_last_day: expect.any(Number), gaps: 0, to_be_asked: 0 };
    expect(await (await asOperator('/admin/stats')).json()).toMatchObject({ silences: figures });
    expect(await (await asOperator('/admin/metrics')).text()).toContain('\namy_silent_connections 1\n');
    for (const hours of [0.1, 2, 30, 300]) await tick(terra.env, NOW + hours * HOUR_MS);
    expect(await requestsOf(who)).toHaveLength(1);
    // What was asked for ends no silence, a delivery of the device's own does.
    await env.DB.prepare("update backfills set terra_reference = 'ref-1', status = 'sent' where user_id = ?")
      .bind(who.user)
      .run();
    await insertReceived({ who, ms: NOW + 301 * HOUR_MS, reference: 'ref-1:chunk:0' });
    await tick(terra.env, NOW + 302 * HOUR_MS);
    expect(await silencesOf(who)).toMatchObject([{ catch_up: 'sent' }]);
    await insertReceived({ who, ms: NOW + 303 * HOUR_MS });
    await tick(terra.env, NOW + 304 * HOUR_MS);
    expect(await silencesOf(who)).toEqual([]);
  });

  it('is asked for at most once a day, whatever else of it falls silent', async () => {
    const who = await connected();
    await insertReceived(...habit(who, 26), ...habit(who, 24 - 3, { type: 'sleep' }));
    const terra = await terraOf(who);
    await tick(terra.env);
    for (const hours of [5, 23]) await tick(terra.env, NOW + hours * HOUR_MS);
    expect(await silencesOf(who)).toMatchObject([
      { resource: 'sleep', asked_at: null, catch_up: 'waits' },
      { resource: 'daily' },
    ]);
    expect(await requestsOf(who)).toHaveLength(1);
    expect(await terra.calls('/userInfo')).toHaveLength(1);
    await tick(terra.env, NOW + 25 * HOUR_MS);
    expect(await requestsOf(who)).toHaveLength(2);
  });

  it('is not asked for while Terra does not answer, says that it is gone, or an operator has paused it', async () => {
    const [unanswered, gone, paused] = [await connected(), await connected(), await connected()];
    await insertReceived(...[unanswered, gone, paused].flatMap((who) => habit(who, 26)));
    const terra = newTerra();
    await terra.answers(`/userInfo?reference_id=${unanswered.user}`, 500, {});
    await terra.answers(`/userInfo?reference_id=${gone.user}`, 200, []);
    await env.DB.prepare("insert into operator_switches(name, set_at) values ('outbound_paused', '')").run();
    await tick(terra.env);
    expect(await terra.calls()).toEqual([]);
    expect(await silencesOf(paused)).toMatchObject([
      { asked_at: null, compared_at: null, catch_up: 'waits' },
    ]);
    await env.DB.prepare('delete from operator_switches').run();
    await terra.answers(`/userInfo?reference_id=${paused.user}`, 200, [terraUser(paused)]);
    await tick(terra.env, NOW + MINUTE_MS);
    await tick(terra.env, NOW + 2 * MINUTE_MS);
    expect(await terra.calls()).toHaveLength(3);
    expect([await requestsOf(unanswered), await requestsOf(gone)]).toEqual([[], []]);
    expect(await requestsOf(paused)).toHaveLength(1);
    // The one that ended is listed no more; Terra is asked about the other an hour later.
    expect(await silencesOf(gone)).toEqual([]);
    await terra.answers(`/userInfo?reference_id=${unanswered.user}`, 200, [terraUser(unanswered)]);
    await tick(terra.env, NOW + 62 * MINUTE_MS);
    expect(await requestsOf(unanswered)).toHaveLength(1);
  });

  it('gets nothing once its person is being erased', async () => {
    const [before, between] = [await connected(), await connected()];
    await insertReceived(...habit(before, 26), ...habit(between, 26));
    const erase = ({ user }: Who) =>
      env.DB.prepare("insert into erasures(subject, requested_at, next_attempt_at) values (?, '', '9')")
        .bind(user)
        .run();
    await erase(before);
    const terra = await terraOf(before, between);
    await learnReceipts(terra.env, NOW);
    await findOverdue(terra.env, NOW);
    await erase(between);
    await catchUp(terra.env, NOW);
    expect(await terra.calls()).toEqual([]);
    expect([await requestsOf(before), await requestsOf(between)]).toEqual([[], []]);
    const { results } = await env.DB.prepare(
      'select c.user_id, c.receipts, s.id from terra_connections c left join silences s using (terra_user_id) order by c.rowid',
    ).all();
    expect(results).toEqual([
      { user_id: before.user, receipts: null, id: null },
      { user_id: between.user, receipts: expect.any(String), id: expect.any(Number) },
    ]);
  });

  it('is judged by what is learned: a delivery of the last minutes is not, so the time until then counts', async () => {
    const [who, ended] = [await connected(), await connected()];
    const justInTime = { who, ms: NOW - 3 * MINUTE_MS };
    await insertReceived(...habit(who, 24 + 0.1), ...habit(ended, 26), justInTime);
    const terra = await terraOf(who, ended);
    await tick(terra.env);
    expect([await silencesOf(who), await silencesOf(ended)]).toEqual([[], [expect.anything()]]);
    const outcomes = async () =>
      (await env.DB.prepare('select outcome from silences order by id').all()).results.map(
        (row) => row.outcome,
      );
    await tick(terra.env, NOW + 88 * DAY_MS);
    expect(await outcomes()).toEqual([null, null]);
    // Nothing came for so long that nothing is expected any more; of the other, which came to life again, it is over.
    await insertReceived({ who, ms: NOW + 90 * DAY_MS - 15 * MINUTE_MS });
    await tick(terra.env, NOW + 90 * DAY_MS);
    expect(await outcomes()).toEqual(['given_up', 'over']);
  });

  it('is no storm: of hundreds at once a few are asked for a tick, at a cost that others do not raise', async () => {
    const people: Who[] = [];
    for (let n = 0; n < 11; n += 1) people.push(await connected());
    await insertReceived(...people.flatMap((who) => habit(who, 26)));
    const terra = await terraOf(...people);
    await tick(terra.env);
    expect(await terra.calls('/userInfo')).toHaveLength(10);
    await tick(terra.env, NOW + 5 * MINUTE_MS);
    expect(await terra.calls('/userInfo')).toHaveLength(11);
    const counted = countingDatabase(env.DB);
    await tick({ ...terra.env, DB: counted.db }, NOW + 10 * MINUTE_MS);
    expect(counted.cost.rowsRead).toBeLessThan(100);
    expect(counted.cost.rowsWritten).toBeLessThan(3);
  });
});

describe('what is learned of deliveries', () => {
  it('comes of what nobody asked for, each read once, in steps; nobody is judged before all is read', async () => {
    const who = await connected();
    await env.DB.prepare(
      `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, created_at, next_attempt_at,
  terra_reference, status) values (?1, ?1, ?2, 'sleep', '', '', '', '', 'ref-2', 'sent')`,
    )
      .bind(who.user, who.terraId)
      .run();
    await insertReceived(
      ...habit(who, 26),
      ...habit(who, 27, { type: 'sleep', reference: 'ref-2' }),
      ...habit(who, 28, { type: 'activity', reference: 'of Terra' }),
      { who, ms: NOW - 5 * MINUTE_MS },
    );
    const kept = () =>
      env.DB.prepare('select receipts from terra_connections')
        .first<string>('receipts')
        .then((text) => JSON.parse(text ?? 'null'));
    expect(await learnReceipts(env, NOW, 8)).toBe(false);
    expect(Object.keys(await kept())).toEqual(['daily']);
    for (let step = 0; !(await learnReceipts(env, NOW, 8)); step += 1) expect(step).toBeLessThan(100);
    expect(await kept()).toEqual({
      daily: { last: NOW - 26 * HOUR_MS, waits: expect.any(Array) },
      activity: { last: NOW - 28 * HOUR_MS, waits: expect.any(Array) },
    });
    const cost = countingDatabase(env.DB);
    expect(await learnReceipts({ ...env, DB: cost.db }, NOW)).toBe(true);
    expect(cost.cost).toMatchObject({ rowsWritten: 0 });
    await env.DB.prepare('delete from raw_events').run();
    const other = { user: newUser(), terraId: newTerraId() };
    const many = Array.from({ length: RECEIPT_STEPS * RECEIPTS_A_STEP + 1 }, () => ({
      who: other,
      ms: NOW - 25 * MINUTE_MS,
    }));
    await insertReceived(...many, { who, ms: NOW - 20 * MINUTE_MS });
    const terra = await terraOf(who);
    await tick(terra.env);
    expect(await silencesOf(who)).toEqual([]);
    await tick(terra.env);
    expect(await silencesOf(who)).toMatchObject([{ resource: 'activity' }]);
  });
});

describe('days that are missing in between', () => {
  async function days({ user }: Who, ...offsets: readonly number[]): Promise<void> {
    await env.DB.batch(
      offsets.map((offset) =>
        env.DB.prepare(
          "insert into daily_summary(user_id, source, datetime, updated_at) values (?, 'oura', ?, '')",
        ).bind(user, isoTime(NOW - offset * DAY_MS).slice(0, 10)),
      ),
    );
  }
  const range = (from: number, to: number) => Array.from({ length: from - to + 1 }, (_, n) => from - n);

  it('are listed and asked for once; what comes ends them, and so does an answer without them', async () => {
    const who = await connected();
    await days(who, ...range(40, 21), ...range(17, 1));
    const terra = await terraOf(who);
    await tick(terra.env);
    const asked = { resource: 'daily', start_date: '2026-02-09', end_date: '2026-02-11' };
    expect(await requestsOf(who)).toEqual([{ ...asked, terra_user_id: who.terraId }]);
    expect(await silencesOf(who)).toMatchObject([
      {
        kind: 'gap',
        resource: 'daily',
        from_date: '2026-02-09',
        to_date: '2026-02-11',
        silent_seconds: null,
      },
    ]);
    await env.DB.prepare("update backfills set status = 'sent'").run();
    await tick(terra.env, NOW + 13 * HOUR_MS);
    expect(await silencesOf(who)).toHaveLength(1);
    await tick(terra.env, NOW + 26 * HOUR_MS);
    expect(await silencesOf(who)).toEqual([]);
    await tick(terra.env, NOW + 39 * HOUR_MS);
    expect(await requestsOf(who)).toHaveLength(1);
    // Another gap, filled by what was asked for.
    await env.DB.prepare("delete from daily_summary where user_id = ? and datetime = '2026-02-20'")
      .bind(who.user)
      .run();
    await tick(terra.env, NOW + 52 * HOUR_MS);
    expect(await silencesOf(who)).toMatchObject([{ from_date: '2026-02-20', to_date: '2026-02-20' }]);
    await days(who, 9);
    await tick(terra.env, NOW + 65 * HOUR_MS);
    expect(await silencesOf(who)).toEqual([]);
    // What is left of the first one, once a part of it came, is no new one.
    await days(who, 20);
    await tick(terra.env, NOW + 78 * HOUR_MS);
    expect(await silencesOf(who)).toEqual([]);
    expect(await requestsOf(who)).toHaveLength(2);
  });

  it('end with their connection, and Terra is not asked about it for ever', async () => {
    const who = await connected();
    await days(who, ...range(40, 21), ...range(17, 1));
    expect(await findGaps(env, NOW)).toBe(1);
    await env.DB.prepare('update terra_connections set deactivated_at = ?').bind(isoTime(NOW)).run();
    const terra = await terraOf(who);
    await tick(terra.env, NOW + MINUTE_MS);
    expect(
      (await env.DB.prepare('select outcome from silences where user_id = ?').bind(who.user).all()).results,
    ).toEqual([{ outcome: 'disconnected' }]);
    expect(await requestsOf(who)).toEqual([]);
  });

  it('are not asked of a connection that is another’s by now', async () => {
    const [who, other] = [await connected(), await connected()];
    await days(who, ...range(40, 21), ...range(17, 1));
    expect(await findGaps(env, NOW)).toBe(1);
    const terra = await terraOf(who);
    await env.DB.prepare('update terra_connections set user_id = ? where terra_user_id = ?')
      .bind(other.user, who.terraId)
      .run();
    await tick(terra.env, NOW + MINUTE_MS);
    expect([await requestsOf(who), await requestsOf(other)]).toEqual([[], []]);
  });

  it('are found also where what is kept of somebody’s deliveries cannot be read, which the failed cron tells', async () => {
    const [who, unreadable] = [await connected(), await connected()];
    await env.DB.prepare("update terra_connections set receipts = '{' where terra_user_id = ?")
      .bind(unreadable.terraId)
      .run();
    await insertReceived({ who: unreadable, ms: NOW - HOUR_MS });
    await days(who, ...range(40, 21), ...range(17, 1));
    const terra = await terraOf(who);
    await expect(tick(terra.env)).rejects.toThrow(/JSON/);
    expect(await silencesOf(who)).toMatchObject([{ kind: 'gap' }]);
    expect(await requestsOf(who)).toHaveLength(1);
  });

  it('are looked for a few people a tick, everybody once a round', async () => {
    const people: Who[] = [];
    for (let n = 0; n < 3; n += 1) people.push(await connected());
    for (const who of people) await days(who, ...range(40, 21), ...range(17, 1));
    expect(await findGaps(env, NOW, 2)).toBe(2);
    expect(await findGaps(env, NOW + 5 * MINUTE_MS, 2)).toBe(1);
    expect(await findGaps(env, NOW + 10 * MINUTE_MS, 2)).toBe(0);
    expect(await env.DB.prepare("select cursor from sweeps where name = 'gaps'").first('cursor')).toBe(
      `0 ${NOW}`,
    );
  });
});

describe('a device at Terra whose deliveries are lost', () => {
  /** Deliveries as they came over the wire, normalized. */
  async function take(mails: readonly Mail[]): Promise<void> {
    const messages: { rawEventId: number }[] = [];
    for (const { headers, body } of mails) {
      const response = await request('/webhook/terra', { method: 'POST', headers, body });
      messages.push({ rawEventId: (await response.json<{ raw_event_id: number }>()).raw_event_id });
    }
    expect((await consume(messages)).acked).toHaveLength(mails.length);
  }

  /** Seven in the morning of every working day: the phone stays at work over the weekend. */
  const mornings = Array.from({ length: 22 }, (_, n) => Date.UTC(2026, 1, 3 + n, 7)).filter(
    (ms) => ![0, 6].includes(new Date(ms).getUTCDay()),
  );

  it('is found and asked for, and its days are there; neither a weekend nor a flight nor a second tick asks', async () => {
    const user = newUser();
    const simulator = await newSimulator(11, '2026-03-01');
    const { env: used, outbox } = envWithOutbox({
      ...env,
      TERRA_API_URL: `${simulator.url}/v2`,
      TERRA_DEV_ID: 'local-dev-id',
      TERRA_API_KEY: 'local-api-key',
    });
    const { user_id: terraId } = await simulator.control('connect', { reference_id: user, provider: 'OURA' });
    await take(await simulator.mail());
    const push = (start_date: string, end_date: string) =>
      simulator.control('push', { user_id: terraId, start_date, end_date });
    await push('2026-02-23', '2026-02-23');
    await take(await simulator.mail());
    await env.DB.batch(['raw_events', 'backfills'].map((table) => env.DB.prepare(`delete from ${table}`)));
    const who = { user, terraId: String(terraId) };
    await insertReceived(...mornings.flatMap((ms) => ['daily', 'sleep'].map((type) => ({ who, ms, type }))));
    await simulator.control('chaos', { lose_every: 1 });
    await push('2026-02-24', '2026-03-01');
    expect(await simulator.mail()).toEqual([]);
    const daysOf = async () => (await rowsOf('daily_summary', user)).map((row) => row.datetime);
    expect(await daysOf()).toEqual(['2026-02-23']);

    const weekend = Date.parse('2026-02-22T20:00Z');
    const flight = Date.parse('2026-02-25T20:00Z');
    for (const ms of [weekend, flight]) await tick(used, ms);
    expect([outbox.messages, (await silencesOf(who)).length]).toEqual([[], 0]);
    await tick(used, NOW);
    const found = await silencesOf(who);
    expect(found.map((row) => row.resource)).toEqual(expect.arrayContaining(['daily', 'sleep']));
    expect(outbox.messages).toHaveLength(found.length);
    await consume(outbox.messages.splice(0), used);
    await take(await simulator.mail());
    expect(await daysOf()).toEqual([
      ...['2026-02-23', '2026-02-24', '2026-02-25', '2026-02-26', '2026-02-27', '2026-02-28', '2026-03-01'],
    ]);
    for (const hours of [1, 30, 100]) await tick(used, NOW + hours * HOUR_MS);
    expect(outbox.messages).toEqual([]);
    expect(await silencesOf(who)).toMatchObject(found.map(({ id }) => ({ id, catch_up: 'sent' })));
  });
});
