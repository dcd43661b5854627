import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { onCron } from '../src/cron/schedule.ts';
import { MINUTE_MS } from '../src/limits.ts';
import { erase, receiptOf, signedIn, smallPerson, terraOf } from './support/erasing.ts';
import { day, event } from './support/events.ts';
import { faultyEnv } from './support/faulty-env.ts';
import { deliver, ingest, newTerraId, newUser } from './support/stack.ts';
import { newTerra } from './support/terra.ts';
import { isTried, volume } from './support/volume.ts';
import { placesOf } from './support/whole-person.ts';

/** The share of the calls that the suite tries, all of `npm run prove -- --of erasure-halts`. */
const SHARE = volume({ runs: 34, seed: 20_260_301 });
/** Twenty erasures and their ends, on a busy machine. */
const ALL_CALLS_MS = 120_000;

describe('an erasure that comes to a halt', () => {
  it(
    'at any call goes on by the cron, and lets nobody in before its end',
    async () => {
      const { calls } = await haltAt(Number.POSITIVE_INFINITY);
      expect(calls).toBeGreaterThan(12);
      for (let nth = 1; nth <= calls; nth += 1) {
        if (!isTried(SHARE, nth)) continue;
        const { person, isMarked } = await haltAt(nth);
        const now = Math.floor(Date.now() / 1_000);
        if (!isMarked) {
          expect([nth, await signedIn(person.user, now)]).toEqual([nth, 200]);
          continue;
        }
        if (await isPending(person.user))
          expect([nth, await signedIn(person.user, now + 50)]).toEqual([nth, 401]);
        await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
        expect([nth, await placesOf(person.traces)]).toEqual([nth, []]);
        expect([nth, await signedIn(person.user, now - 10)]).toEqual([nth, 401]);
        expect([nth, await signedIn(person.user, now + 50)]).toEqual([nth, 200]);
      }
    },
    ALL_CALLS_MS,
  );

  it('says that it goes on by itself', async () => {
    const { response } = await haltAt(8);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('goes on by itself') },
    });
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
  });

  it('is left alone by the cron while it may still be at work', async () => {
    const { person } = await haltAt(8);
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 9 * MINUTE_MS);
    expect(await placesOf(person.traces)).not.toEqual([]);
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
    expect(await placesOf(person.traces)).toEqual([]);
  });

  it('because something of the person is still found says so, and is not over', async () => {
    const user = newUser();
    await env.DB.batch([
      env.DB.prepare("insert into trace_events(level, event, user_id) values ('info', 'kept', ?)").bind(user),
      env.DB.prepare(
        "create trigger keep before delete on trace_events when old.event = 'kept' begin select raise(ignore); end",
      ),
    ]);
    expect((await erase(user, newTerra().env)).status).toBe(503);
    expect(await isPending(user)).toBe(true);
    await env.DB.prepare('drop trigger keep').run();
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
    expect(await isPending(user)).toBe(false);
    expect(await placesOf([user])).toEqual([]);
  });

  it('stores nothing that comes meanwhile', async () => {
    const { person } = await haltAt(8);
    const late = await deliver(event('daily', person, [day({ steps: 9 })]));
    expect(await late.json()).toMatchObject({ skipped: 'user_erased' });
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
  });

  it('and is begun again is ended by the later one alone', async () => {
    const person = { user: newUser(), terraId: newTerraId(), provider: 'OURA' };
    await ingest(event('daily', person, [day({ steps: 1 })]));
    const terra = newTerra();
    // Another one begins, and is still at work when this one ends.
    const batch = async (statements: D1PreparedStatement[]) => {
      const answers = await env.DB.batch(statements);
      await env.DB.prepare("update erasures set next_attempt_at = '2999' where subject = ?")
        .bind(person.user)
        .run();
      return answers;
    };
    const DB = { prepare: env.DB.prepare.bind(env.DB), batch } as unknown as D1Database;
    await receiptOf(await erase(person.user, { ...terra.env, DB }));
    expect(await signedIn(person.user, Math.floor(Date.now() / 1_000) + 50)).toBe(401);
  });
});

/** An erasure whose isolate ends at the nth call, and what is left then. */
async function haltAt(nth: number) {
  const person = await smallPerson();
  const faulty = faultyEnv((await terraOf(person)).env);
  faulty.inject({ nth, when: 'before', lasts: 'crash' });
  const response = await faulty.during(() => erase(person.user, faulty.env));
  const calls = faulty.calls.length;
  faulty.clear();
  const isMarked = response.status === 200 || (await isPending(person.user));
  return { person, response, calls, isMarked };
}

async function isPending(user: string): Promise<boolean> {
  return (await env.DB.prepare('select 1 from erasures where subject = ?').bind(user).first()) !== null;
}
