import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { ProfileAnswer } from '../src/contract/profile.ts';
import { interleavingDatabase } from './support/interleaving-database.ts';
import { page } from './support/mirror.ts';
import { asPerson, newUser } from './support/stack.ts';
import { wipe } from './support/whole-person.ts';

function put(user: string, body: unknown, used: Env = env): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return asPerson(user, '/v1/profile', { method: 'PUT', body: text, env: used });
}

async function stored(user: string, body: unknown, used: Env = env): Promise<ProfileAnswer> {
  const response = await put(user, body, used);
  expect(response.status).toBe(200);
  return response.json();
}

async function shown(user: string): Promise<ProfileAnswer> {
  return (await asPerson(user, '/v1/profile')).json();
}

async function rowCount(user: string): Promise<unknown> {
  return env.DB.prepare('select count(*) as n from profiles where user_id = ?').bind(user).first('n');
}

async function storedBefore(user: string, data: string): Promise<void> {
  await env.DB.batch([
    env.DB.prepare('insert into users(id) values (?) on conflict do nothing').bind(user),
    env.DB.prepare("insert into profiles(user_id, data, updated_at) values (?, ?, '2026-01-01')").bind(
      user,
      data,
    ),
  ]);
}

const FULL = {
  age: 41,
  sex: 'female',
  height_cm: 168.5,
  weight_kg: 61,
  conditions: ['asthma'],
  medications: [],
  goal: 'sleep',
  timezone: 'Europe/Berlin',
};

describe('a profile', () => {
  it('is empty until something is said, and then what was said', async () => {
    const user = newUser();
    expect(await shown(user)).toEqual({ profile: {}, updated_at: null });
    const answer = await stored(user, FULL);
    expect(answer).toEqual({ profile: FULL, updated_at: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(await shown(user)).toEqual(answer);
    const sync = await page(user, { tables: 'profiles' });
    expect(sync.data.profiles).toEqual([{ data: JSON.stringify(FULL), updated_at: answer.updated_at }]);
    expect(sync.now).toBe(answer.updated_at);
  });

  it('changes by the fields named: null clears one, the others and unknown ones stay', async () => {
    const user = newUser();
    await storedBefore(user, '{"age":40,"sex":"M","vo2_target":50,"goal":"run"}');
    expect((await stored(user, { age: 41, goal: null })).profile).toEqual({
      age: 41,
      sex: 'M',
      vo2_target: 50,
    });
    const { profile } = await stored(user, { sex: 'male' });
    expect((await stored(user, { ...profile, height_cm: 180 })).profile).toEqual({
      age: 41,
      sex: 'male',
      vo2_target: 50,
      height_cm: 180,
    });
    expect((await stored(user, { vo2_target: null })).profile).toEqual({
      age: 41,
      sex: 'male',
      height_cm: 180,
    });
  });

  it('that does not change moves nothing, and shows in no sync', async () => {
    const user = newUser();
    await stored(user, {});
    expect(await rowCount(user)).toBe(0);
    await stored(user, { age: 41, goal: ' run ' });
    const before = await page(user, { tables: 'profiles' });
    const again = await stored(user, { goal: 'run', weight_kg: null });
    expect(again).toEqual({ profile: { age: 41, goal: 'run' }, updated_at: before.now });
    const after = await page(user, { tables: 'profiles', since: before.now });
    expect([after.data.profiles, after.now]).toEqual([[], before.now]);
  });

  it('that was stored as no object counts as empty, and can be replaced', async () => {
    for (const data of ['no JSON', '[1]', 'null']) {
      const user = newUser();
      await storedBefore(user, data);
      expect((await shown(user)).profile).toEqual({});
      expect((await stored(user, { age: 3 })).profile).toEqual({ age: 3 });
    }
  });

  it('changed twice at once keeps both changes', async () => {
    const user = newUser();
    await stored(user, { age: 40 });
    const { db, counts } = interleavingDatabase(env.DB, () => stored(user, { goal: 'run' }));
    const answer = await stored(user, { age: 41 }, { ...env, DB: db });
    expect(counts).toEqual({ commits: 2, lost: 1 });
    expect(answer.profile).toEqual({ age: 41, goal: 'run' });
    expect(await shown(user)).toEqual(answer);
  });

  it('that others change at every try is a 503 that says when to ask again', async () => {
    const user = newUser();
    await stored(user, { age: 1 });
    const batch = async (statements: D1PreparedStatement[]) => {
      if (statements.length > 1) {
        await env.DB.prepare("update users set clock = clock || '0' where id = ?").bind(user).run();
      }
      return env.DB.batch(statements);
    };
    const DB = { prepare: env.DB.prepare.bind(env.DB), batch } as unknown as D1Database;
    const response = await put(user, { age: 2 }, { ...env, DB });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await shown(user)).profile).toEqual({ age: 1 });
  });

  it('of a person erased while it is written is not written', async () => {
    const user = newUser();
    await stored(user, { age: 1 });
    const { db } = interleavingDatabase(env.DB, () => wipe(user));
    expect((await put(user, { age: 2 }, { ...env, DB: db })).status).toBe(401);
    expect(await rowCount(user)).toBe(0);
  });

  it('takes only what may stand in it, and names the field that may not', async () => {
    const user = newUser();
    for (const [body, message] of [
      [{ age: 41.5 }, 'age: must be a whole number of years'],
      [{ age: -1 }, 'age: must be a number from 0 to 130 (years)'],
      [{ age: '41' }, 'age: must be a number from 0 to 130 (years)'],
      [{ sex: 'f' }, 'sex: must be female, male or other'],
      [{ height_cm: 1.8 }, 'height_cm: must be a number from 20 to 280 (cm)'],
      [{ weight_kg: 701 }, 'weight_kg: must be a number from 0.2 to 700 (kg)'],
      [{ conditions: 'asthma' }, 'conditions: must be a list of texts'],
      [{ conditions: ['a', ''] }, 'conditions.1: must be a text of 1 to 200 characters'],
      [{ medications: Array(101).fill('a') }, 'medications: must hold at most 100 entries'],
      [{ medications: [7] }, 'medications.0: must be a text of 1 to 200 characters'],
      [{ goal: 'x'.repeat(1_001) }, 'goal: must be a text of 1 to 1000 characters'],
      [{ timezone: 'Berlin' }, 'timezone: must be an IANA time zone like Europe/Berlin'],
      [{ timezone: '+01:00' }, 'timezone: must be an IANA time zone like Europe/Berlin'],
      [
        { heigth_cm: 180 },
        'heigth_cm: is no field of a profile; known are age, sex, height_cm, weight_kg, conditions, medications, goal, timezone',
      ],
      ['[]', 'the body must be a JSON object like {"age": 41}'],
      ['{age:1}', 'the body must be a JSON object like {"age": 41}'],
      [`"${'x'.repeat(262_144)}"`, 'the body must be at most 262144 bytes'],
    ] as const) {
      const response = await put(user, body);
      expect([response.status, await response.json()]).toEqual([
        400,
        { error: { code: 'invalid_request', message, request_id: expect.any(String) } },
      ]);
    }
    expect(await rowCount(user)).toBe(0);
  });

  it('takes every edge, time zone alias and character', async () => {
    const fields = {
      age: 0,
      sex: 'other',
      height_cm: 20,
      weight_kg: 700,
      conditions: Array(100).fill('ü'.repeat(200)),
      medications: ['a\u0000b', '\ud800'],
      goal: '😀',
      timezone: 'Asia/Kolkata',
    };
    const user = newUser();
    expect((await stored(user, fields)).profile).toEqual(fields);
    expect((await shown(user)).profile).toEqual(fields);
  });
});
