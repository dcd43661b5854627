import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { me as meAnswer } from '../src/contract/me.ts';
import { sha256Hex } from '../src/digest.ts';
import { asUserId } from '../src/ids.ts';
import { keepRowCounts, readPersonStanding } from '../src/store/me.ts';
import { countingDatabase } from './support/counting-database.ts';
import { day, event, night, terraUser, type Who, workout } from './support/events.ts';
import { answerOf, asPerson, ingest, newTerraId, newUser, rowsOf, token } from './support/stack.ts';
import { steppedEnv } from './support/stepped-env.ts';
import { newTerra } from './support/terra.ts';

const T1 = Date.UTC(2026, 2, 1);

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

async function getMe(user: string, used: Env = newTerra().env) {
  const response = await asPerson(user, '/v1/me', { env: used });
  expect(response.status).toBe(200);
  return meAnswer.parse(await response.json());
}

const asked = async (user: string, used: Env) =>
  answerOf('/v1/me', { env: used, headers: { authorization: `Bearer ${await token(user)}` } });

describe('GET /v1/me', () => {
  it('is refused as one of nobody where the person is erased while it is answered, whenever that is', async () => {
    const answers = new Set<string>();
    for (let at = 0; at < 5; at += 1) {
      const { user } = someone();
      const { env: used } = steppedEnv(newTerra().env, async (call, perform) => {
        if (call === at) await env.DB.prepare('delete from users where id = ?').bind(user).run();
        return perform();
      });
      const response = await asPerson(user, '/v1/me', { env: used });
      const { error } = await response.json<{ error?: { message: string } }>();
      answers.add(`${response.status} ${error?.message ?? ''}`);
    }
    expect([...answers].toSorted()).toEqual(['200 ', '401 this account was erased; sign in again']);
  });

  it('answers who they are, what is connected and what is here, whole', async () => {
    const ring = someone();
    const watch = { ...ring, terraId: newTerraId(), provider: 'GARMIN' };
    await ingest({ type: 'auth', user: terraUser(ring) }, { orderingMs: T1 + 1_000 });
    await ingest({ type: 'auth', user: { ...terraUser(watch), scopes: null } }, { orderingMs: T1 + 2_000 });
    await ingest({ type: 'deauth', user: terraUser(ring) }, { orderingMs: T1 + 3_000 });
    const error = { type: 'connection_error', message: 'sign in again', user: terraUser(watch) };
    await ingest(error, { orderingMs: T1 + 4_000 });
    await ingest(event('daily', ring, [day({ steps: 1 }), day({ date: '2026-03-05', steps: 2 })]));
    await ingest(event('daily', watch, [day({ steps: 3 })]));
    await ingest(event('sleep', ring, [night({ score: 80 })]));
    await ingest(event('activity', watch, [workout({ start: '2026-03-01T18:00:00+01:00' })]));
    const [connectionOfRing] = (await rowsOf('terra_connections', ring.user)).filter(
      (row) => row.terra_user_id === ring.terraId,
    );
    const answer = await getMe(ring.user);
    expect(answer).toEqual({
      user: {
        id: ring.user,
        email: '',
        created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      },
      connections: [
        {
          id: expect.any(String),
          provider: 'garmin',
          state: 'error',
          state_message: 'sign in again',
          last_received_at: null,
          silences: [],
          state_at: '2026-03-01T00:00:04.000Z',
          scopes: [],
          connected_at: '2026-03-01T00:00:02.000Z',
          deactivated_at: null,
        },
        {
          id: connectionOfRing?.id,
          provider: 'oura',
          state: 'deauthenticated',
          state_message: null,
          last_received_at: null,
          silences: [],
          state_at: '2026-03-01T00:00:03.000Z',
          scopes: ['ACTIVITY', 'SLEEP'],
          connected_at: '2026-03-01T00:00:01.000Z',
          deactivated_at: '2026-03-01T00:00:03.000Z',
        },
      ],
      counts: { daily_summary: 3, activities: 1, sleep_sessions: 1, biomarkers_raw: 0, lab_uploads: 0 },
      sources: [
        { source: 'garmin', table: 'daily_summary', rows: 1, last: '2026-03-02' },
        { source: 'oura', table: 'daily_summary', rows: 2, last: '2026-03-05' },
        { source: 'garmin', table: 'activities', rows: 1, last: '2026-03-01T17:00:00.000Z' },
        { source: 'oura', table: 'sleep_sessions', rows: 1, last: '2026-03-01T22:00:00.000Z' },
      ],
    });
    expect(JSON.stringify(answer)).not.toContain(ring.terraId);
  });

  it('answers somebody new, and nothing of anybody else', async () => {
    const other = someone();
    await ingest(event('daily', other, [day({ steps: 1 })]));
    const user = newUser();
    const counts = { daily_summary: 0, activities: 0, sleep_sessions: 0, biomarkers_raw: 0, lab_uploads: 0 };
    expect(await getMe(user)).toEqual({
      user: { id: user, email: '', created_at: expect.any(String) },
      connections: [],
      counts,
      sources: [],
    });
  });

  it('counts ten years of data once, an index entry a row, and from then on reads as much as of one day', async () => {
    const user = newUser();
    const days = 3_650;
    await env.DB.batch(
      [
        'insert into users(id, reconciled_at) values (?1, ?2)',
        `insert into daily_summary(user_id, source, datetime, steps)
select ?1, s.value, date('2016-01-01', n.value || ' days'), ?2 from generate_days n, json_each('["oura","garmin"]') s`,
        `insert into activities(user_id, source, start_time, raw)
select ?1, 'garmin', date('2016-01-01', n.value || ' days') || 'T10:00:00.000Z', ?2 from generate_days n`,
        `insert into sleep_sessions(user_id, source, start_time, end_time, raw)
select ?1, 'oura', date('2016-01-01', n.value || ' days') || 'T22:00:00.000Z', '', ?2 from generate_days n`,
        `insert into biomarkers_raw(user_id, source, draw_date, code, value)
select ?1, 'oura_body', date('2016-01-01', n.value || ' days'), c.value, ?2
from generate_days n, json_each('["weight","height","bmi","spo2","bmr"]') c`,
      ].map((sql) =>
        env.DB.prepare(
          sql.replace(
            /^insert/,
            `with recursive generate_days(value) as (
  select 0 union all select value + 1 from generate_days where value < ${days - 1}
)
insert`,
          ),
        ).bind(user, new Date().toISOString()),
      ),
    );
    const { db, cost, reset } = countingDatabase(env.DB);
    const counts: string[] = [];
    const watched = {
      batch: db.batch,
      prepare(sql: string) {
        if (/group by source|json_each/.test(sql)) counts.push(sql);
        return db.prepare(sql);
      },
    } as unknown as D1Database;
    const standing = await readPersonStanding(watched, user);
    expect(standing?.me.counts).toMatchObject({ daily_summary: 7_300, biomarkers_raw: 18_250 });
    const rows = 9 * days;
    expect(cost).toMatchObject({ roundTrips: 2, statements: 13, rowsWritten: 0 });
    expect(cost.rowsRead).toBeGreaterThanOrEqual(rows);
    expect(cost.rowsRead).toBeLessThanOrEqual(rows + 20);
    expect(counts).toHaveLength(8);
    for (const sql of counts) {
      const plan = await env.DB.prepare(`explain query plan ${sql}`).bind(user).all<{ detail: string }>();
      const ofRows = plan.results.filter(({ detail }) => !/ users | u | j |SUBQUERY|USE TEMP/.test(detail));
      expect(ofRows).toEqual([
        // Of biomarkers the key is the table.
        expect.objectContaining({ detail: expect.stringMatching(/ USING (COVERING INDEX|PRIMARY KEY) /) }),
      ]);
    }
    // What was counted is kept beside the answer.
    const used = { ...newTerra().env, DB: db };
    expect(await (await asked(user, used)).settled()).toBeUndefined();
    reset();
    expect(await readPersonStanding(db, user)).toEqual({ ...standing, countedNow: null });
    expect(cost).toMatchObject({ roundTrips: 1, statements: 7, rowsWritten: 0 });
    expect(cost.rowsRead).toBeLessThanOrEqual(30);
    // An event tells what it changed of them.
    const who = { user, terraId: newTerraId() };
    await ingest(event('daily', who, [day({ date: '2015-12-31', steps: 1 }), day({ date: '2016-01-05' })]));
    reset();
    const after = await readPersonStanding(db, user);
    expect(after?.countedNow).toBeNull();
    expect(after?.me.counts).toEqual({ ...standing?.me.counts, daily_summary: 7_301 });
    expect(after?.me.sources).toContainEqual({
      source: 'oura',
      table: 'daily_summary',
      rows: 3_651,
      last: standing?.me.sources.find(({ source }) => source === 'oura')?.last,
    });
    expect(cost.rowsRead).toBeLessThanOrEqual(30);
  }, 60_000);

  it('counts anew what changed by another way than an event, and keeps no count of a moment that is over', async () => {
    const [who, terra] = [someone(), newTerra()];
    await ingest(event('daily', who, [day({ steps: 1 })]));
    expect((await readPersonStanding(env.DB, asUserId(who.user)))?.countedNow).toBeNull();
    await env.DB.batch([
      env.DB.prepare("update users set clock = '2999-01-01T00:00:00.000Z' where id = ?").bind(who.user),
      env.DB.prepare('delete from daily_summary where user_id = ?').bind(who.user),
    ]);
    const counted = (await readPersonStanding(env.DB, asUserId(who.user)))?.countedNow;
    expect(counted?.counts).toMatchObject({ daily_summary: {} });
    if (counted == null) throw new Error('nothing was counted');
    await env.DB.prepare("update users set clock = '2999-01-02T00:00:00.000Z' where id = ?")
      .bind(who.user)
      .run();
    await keepRowCounts(env.DB, asUserId(who.user), counted);
    expect((await readPersonStanding(env.DB, asUserId(who.user)))?.countedNow).not.toBeNull();
    expect((await getMe(who.user, terra.env)).counts.daily_summary).toBe(0);
    expect((await readPersonStanding(env.DB, asUserId(who.user)))?.countedNow).toBeNull();
  });
});

describe('the comparison with Terra beside an answer', () => {
  it('is made at most once a minute, and seen by the next answer', async () => {
    const [gone, terra] = [someone(), newTerra()];
    await ingest({ type: 'auth', user: terraUser(gone) });
    const added = { ...gone, terraId: newTerraId(), provider: 'WHOOP' };
    await terra.answers('/userInfo', 200, [terraUser(added)]);
    expect((await getMe(gone.user, terra.env)).connections).toMatchObject([{ provider: 'oura' }]);
    expect((await getMe(gone.user, terra.env)).connections).toMatchObject([
      { provider: 'whoop', state: 'connected' },
      { provider: 'oura', state: 'deauthenticated' },
    ]);
    expect(await terra.calls()).toHaveLength(1);
    const minuteAgo = new Date(Date.now() - 60_000).toISOString();
    await env.DB.prepare('update users set reconciled_at = ? where id = ?').bind(minuteAgo, gone.user).run();
    await getMe(gone.user, terra.env);
    expect(await terra.calls()).toHaveLength(2);
  });

  it('is made once of many requests at the same time', async () => {
    const [user, terra] = [newUser(), newTerra()];
    await terra.answers('/userInfo', 200, []);
    await Promise.all(Array.from({ length: 8 }, () => getMe(user, terra.env)));
    expect(await terra.calls()).toHaveLength(1);
  });

  it('does not delay the answer while Terra hangs', async () => {
    const [who, terra] = [someone(), newTerra()];
    await terra.answers('/userInfo', 200, [terraUser(who)], { isHeld: true });
    const { response, settled } = await asked(who.user, terra.env);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ connections: [] });
    await terra.release();
    await settled();
    expect(await rowsOf('terra_connections', who.user)).toHaveLength(1);
  });

  it.each([
    ['is down', 503, {}],
    ['answers garbage', 200, '<html>'],
    ['answers something else', 200, { data: 1 }],
  ])('changes nothing where Terra %s', async (_, status, body) => {
    const [who, terra] = [someone(), newTerra()];
    await ingest({ type: 'auth', user: terraUser(who) });
    await terra.answers('/userInfo', status, body);
    expect((await getMe(who.user, terra.env)).connections).toMatchObject([{ state: 'connected' }]);
    expect((await getMe(who.user, terra.env)).connections).toMatchObject([{ state: 'connected' }]);
  });

  it('does not fail the answer where nobody is there, or the keys to Terra are missing', async () => {
    await getMe(newUser(), { ...newTerra().env, TERRA_API_URL: env.TERRA_API_URL });
    await getMe(newUser(), { ...newTerra().env, TERRA_API_KEY: '' });
  });

  it('does not bring back somebody who is erased meanwhile', async () => {
    const [who, terra] = [someone(), newTerra()];
    await terra.answers('/userInfo', 200, [terraUser(who)], { isHeld: true });
    const { settled } = await asked(who.user, terra.env);
    await expect.poll(() => terra.calls()).toHaveLength(1);
    await env.DB.batch([
      env.DB.prepare('delete from users where id = ?').bind(who.user),
      env.DB.prepare("insert into erased_subjects values (?, 'user', '2026-01-01T00:00:00.000Z')").bind(
        sha256Hex(who.user),
      ),
    ]);
    await terra.release();
    await settled();
    expect(await env.DB.prepare('select id from users where id = ?').bind(who.user).first()).toBeNull();
    expect(await rowsOf('terra_connections', who.user)).toEqual([]);
  });
});
