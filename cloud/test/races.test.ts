import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { day, event, night, terraUser, type Who, workout } from './support/events.ts';
import { interleavingDatabase } from './support/interleaving-database.ts';
import {
  consume,
  deliver,
  envWithOutbox,
  known,
  newTerraId,
  newUser,
  rawEvent,
  rowsOf,
} from './support/stack.ts';
import { erase } from './support/whole-person.ts';

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

async function store(body: unknown, orderingMs?: number): Promise<number> {
  const response = await deliver(body, orderingMs === undefined ? {} : { orderingMs });
  return ((await response.json()) as { raw_event_id: number }).raw_event_id;
}

/** Consumes `first` and, between its look and its commit, lets `second` happen. */
async function race(first: number, second: () => Promise<unknown>) {
  const { db, counts } = interleavingDatabase(env.DB, second);
  const fate = await consume([{ rawEventId: first }], envWithOutbox({ ...env, DB: db }).env);
  return { ...counts, ...fate };
}

/** Another sleep of the same date: the first is over. */
const LATER = { id: 'night-2', start: '2026-03-02T08:00:00+01:00', end: '2026-03-02T15:00:00+01:00' };

describe('two consumers over one person', () => {
  it('a revised night against a new one of the same date: the guard stops one, the reload is right', async () => {
    const who = someone();
    const first = await store(event('sleep', who, [night({ asleep: 20_000, score: 70 })]), 1);
    await consume([{ rawEventId: first }]);
    const revised = await store(event('sleep', who, [night({ asleep: 20_000, score: 75 })]), 3);
    const longer = await store(event('sleep', who, [night({ ...LATER, asleep: 21_000, score: 90 })]), 2);
    const outcome = await race(revised, () => consume([{ rawEventId: longer }]));
    expect(outcome).toEqual({ commits: 2, lost: 1, acked: [0], retried: [] });
    expect(await rawEvent(revised)).toMatchObject({ attempts: 1, lost_races: 1, halvings: null });
    expect(await rowsOf('sleep_sessions', who.user)).toHaveLength(2);
    expect(known((await rowsOf('daily_summary', who.user))[0])).toMatchObject({
      sleep_minutes: 350,
      sleep_score: 90,
    });
    const wipedLonger = event('sleep', who, [night({ ...LATER, asleep: 100 })]);
    await consume([{ rawEventId: await store(wipedLonger, 4) }]);
    expect(known((await rowsOf('daily_summary', who.user))[0])).toMatchObject({ sleep_score: 75 });
  });

  it('an order that moved without the value is seen too', async () => {
    const who = someone();
    await consume([{ rawEventId: await store(event('daily', who, [day({ steps: 100 })]), 1) }]);
    const older = await store(event('daily', who, [day({ steps: 50 })]), 2);
    const sameValueLater = await store({ ...event('daily', who, [day({ steps: 100 })]), version: '2' }, 3);
    const outcome = await race(older, () => consume([{ rawEventId: sameValueLater }]));
    expect(outcome).toMatchObject({ commits: 2, lost: 1, acked: [0] });
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 100 });
  });

  it('two first events of a new person: both are there', async () => {
    const who = someone();
    const one = await store(event('daily', who, [day({ steps: 100 })]));
    const two = await store(event('activity', who, [workout()]));
    const outcome = await race(one, () => consume([{ rawEventId: two }]));
    expect(outcome).toMatchObject({ commits: 2, lost: 1, acked: [0] });
    expect(await rowsOf('daily_summary', who.user)).toHaveLength(1);
    expect(await rowsOf('activities', who.user)).toHaveLength(1);
  });

  it('a twin of the same message does nothing twice', async () => {
    const who = someone();
    const id = await store({ type: 'auth', status: 'success', user: terraUser(who) });
    const outcome = await race(id, () => consume([{ rawEventId: id }]));
    expect(outcome).toMatchObject({ lost: 1, acked: [0] });
    expect((await rawEvent(id)).attempts).toBe(1);
    expect(await rowsOf('backfills', who.user)).toHaveLength(4);
  });

  it('a wipe: nothing of the person comes back', async () => {
    const who = someone();
    await consume([{ rawEventId: await store(event('daily', who, [day({ steps: 100 })])) }]);
    const late = await store(event('daily', who, [day({ date: '2026-03-03', steps: 5 })]));
    const outcome = await race(late, () => erase(who.user));
    expect(outcome).toMatchObject({ commits: 1, lost: 1, acked: [0] });
    expect(await rowsOf('daily_summary', who.user)).toEqual([]);
    expect(await env.DB.prepare('select * from users where id = ?').bind(who.user).first()).toBeNull();
    expect(await env.DB.prepare('select * from raw_events where id = ?').bind(late).first()).toBeNull();
  });

  it('a twin whose event changes nothing of the person is counted once', async () => {
    const who = someone();
    await consume([{ rawEventId: await store(event('daily', who, [day({ steps: 100 })])) }]);
    const empty = await store(event('daily', who, []));
    const outcome = await race(empty, () => consume([{ rawEventId: empty }]));
    expect(outcome).toMatchObject({ commits: 1, lost: 1, acked: [0] });
    expect(await rawEvent(empty)).toMatchObject({ attempts: 1, processed_at: expect.any(String) });
  });

  it('an event that is deleted while it is parked leaves no trace of its Terra id', async () => {
    const { terraId } = someone();
    const orphan = await store({
      type: 'daily',
      user: { user_id: terraId, provider: 'OURA' },
      data: [day({ steps: 1 })],
    });
    const outcome = await race(orphan, () =>
      env.DB.prepare('delete from raw_events where id = ?').bind(orphan).run(),
    );
    expect(outcome).toMatchObject({ commits: 1, lost: 1, acked: [0] });
    const traces = await env.DB.prepare('select count(*) as n from trace_events where terra_user_id = ?')
      .bind(terraId)
      .first('n');
    expect(traces).toBe(0);
  });

  it('an auth against a parking: the parked event is normalized, not left waiting', async () => {
    const who = someone();
    const { reference_id: _none, ...nobody } = terraUser(who);
    const orphan = await store({ type: 'daily', user: nobody, data: [day({ steps: 77 })] });
    const auth = await store({ type: 'auth', status: 'success', user: terraUser(who) });
    const outcome = await race(orphan, () => consume([{ rawEventId: auth }]));
    expect(outcome).toMatchObject({ commits: 2, lost: 1, acked: [0] });
    expect((await rowsOf('daily_summary', who.user))[0]).toMatchObject({ steps: 77 });
  });

  it('a race lost again and again ends with the message retried and nothing written', async () => {
    const who = someone();
    await consume([{ rawEventId: await store(event('daily', who, [day({ steps: 1 })])) }]);
    const id = await store(event('daily', who, [day({ steps: 2 })]));
    const tick = () =>
      env.DB.prepare(
        "update users set clock = strftime('%Y-%m-%dT%H:%M:%fZ', clock, '+0.001 seconds') where id = ?",
      )
        .bind(who.user)
        .run();
    let commits = 0;
    const moving = {
      ...env.DB,
      prepare: env.DB.prepare.bind(env.DB),
      batch: async (statements: D1PreparedStatement[]) => {
        if (statements.length > 1) {
          commits += 1;
          await tick();
        }
        return env.DB.batch(statements);
      },
    } as D1Database;
    const fate = await consume([{ rawEventId: id }], envWithOutbox({ ...env, DB: moving }).env);
    expect(fate).toEqual({ acked: [], retried: [0] });
    expect(commits).toBeGreaterThanOrEqual(6);
    expect(await rawEvent(id)).toMatchObject({ processed_at: null, attempts: 0, process_error: null });
  });
});
