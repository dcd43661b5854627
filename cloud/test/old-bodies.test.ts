import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { gzip } from '../src/body/gzip.ts';
import { isoTime, sqliteTime } from '../src/clock.ts';
import { onCron } from '../src/cron/schedule.ts';
import { sweepOrphans } from '../src/cron/sweep-orphans.ts';
import { sha256Hex } from '../src/digest.ts';
import { asUserId } from '../src/ids.ts';
import { DAY_MS } from '../src/limits.ts';
import { moveOldBodies } from '../src/operator/move-bodies.ts';
import { SAMPLED_TABLES, sampledRowsStatement } from '../src/store/old-samples.ts';
import { oldBodiesStatement, packsPrefix, readOldBodies } from '../src/store/packed-bodies.ts';
import { shownRaw } from '../src/store/packed-raw.ts';
import { day, event, night, terraUser, workout } from './support/events.ts';
import { faultyEnv } from './support/faulty-env.ts';
import { envWithInterloper } from './support/interloper.ts';
import { insertRaw } from './support/raw-rows.ts';
import { rebuild } from './support/rebuilding.ts';
import {
  asOperator,
  asPerson,
  consume,
  deliver,
  ingest,
  newTerraId,
  newUser,
  rawEvent,
  rowsOf,
} from './support/stack.ts';
import { erase, wipe } from './support/whole-person.ts';

async function bytesOf(response: Response): Promise<string> {
  return Buffer.from(await response.arrayBuffer()).toString('latin1');
}

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** Every event of this file is old by then that is not said to be young. */
const MOVED_MS = Date.now() + 30 * DAY_MS;
const NIGHT = '30 3 * * *';
const EVERY_FIVE_MINUTES = '*/5 * * * *';

/** So many days before `MOVED_MS` these events were received. */
async function aged(days: number, ...ids: readonly number[]): Promise<void> {
  await env.DB.prepare('update raw_events set received_at = ? where id in (select value from json_each(?))')
    .bind(sqliteTime(MOVED_MS - days * DAY_MS), JSON.stringify(ids))
    .run();
}

function someone() {
  return { user: newUser(), terraId: newTerraId() };
}

/** Where the bodies of these events lie. */
async function placesOfBodies(...ids: readonly number[]): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    `select exists (select 1 from raw_bodies b where b.raw_event_id = r.id) as inline, r.payload_key as key,
  (select p.user_id from packed_bodies k join body_packs p on p.id = k.pack_id where k.raw_event_id = r.id) as pack_of
from raw_events r
where id in (select value from json_each(?))
order by id`,
  )
    .bind(JSON.stringify(ids))
    .all();
  return results;
}

async function objectsOf(prefix = 'bodies/'): Promise<string[]> {
  return (await env.RAW_PAYLOADS.list({ prefix })).objects.map(({ key }) => key);
}

const INLINE = { inline: 1, key: null, pack_of: null };

describe('an old body', () => {
  it('moves to an object of its person alone, and is the same wherever it is read', async () => {
    const [one, other] = [someone(), someone()];
    const text = (steps: number) => `\ufeff${JSON.stringify(event('daily', one, [day({ steps })]))} \n`;
    const first = await ingest(new TextEncoder().encode(text(1)));
    const second = await ingest(new TextEncoder().encode(text(2)));
    const theirs = await ingest(event('daily', other, [day({ steps: 3 })]));
    const auth = await ingest({ type: 'auth', status: 'success', user: terraUser(one) });
    await aged(8, first.id, second.id, theirs.id, auth.id);
    const before = await rowsOf('daily_summary', one.user, []);
    expect(await moveOldBodies(env, MOVED_MS, 'start')).toBeGreaterThanOrEqual(4);
    expect(await placesOfBodies(first.id, second.id, theirs.id, auth.id)).toEqual([
      { inline: 0, key: null, pack_of: one.user },
      { inline: 0, key: null, pack_of: one.user },
      { inline: 0, key: null, pack_of: other.user },
      { inline: 0, key: expect.stringMatching(/^raw-events\/[\w-]+\.json\.gz$/), pack_of: null },
    ]);
    const packs = await env.RAW_PAYLOADS.list({ prefix: packsPrefix(one.user) });
    expect(packs.objects).toHaveLength(1);
    const response = await asPerson(one.user, `/v1/payloads/${second.id}`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await bytesOf(response)).toBe(latin1(new TextEncoder().encode(text(2))));
    expect((await asPerson(other.user, `/v1/payloads/${second.id}`)).status).toBe(404);
    const shown = await (await asOperator(`/admin/raw-events/${first.id}`)).json<Record<string, unknown>>();
    expect(shown.payload).toBe(text(1));
    expect(shown).not.toHaveProperty('packed');
    expect(await (await asOperator(`/admin/raw-events/${auth.id}/payload`)).json()).toEqual(
      JSON.parse(auth.payload),
    );
    // Set back by hand and drained, delivered again, rebuilt from its body: nothing changes.
    await env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(first.id).run();
    expect((await consume([{ rawEventId: first.id }])).acked).toEqual([0]);
    expect((await rawEvent(first.id)).process_error).toBeNull();
    const again = await deliver(new TextEncoder().encode(text(1)));
    expect(await again.json()).toMatchObject({ duplicate: true, raw_event_id: first.id });
    expect(await placesOfBodies(first.id)).toEqual([{ inline: 0, key: null, pack_of: one.user }]);
    expect(await rowsOf('daily_summary', one.user, [])).toEqual(before);
    const { values } = await (
      await asPerson(
        one.user,
        `/v1/explain?table=daily_summary&column=steps&key=${JSON.stringify({ source: 'oura', datetime: '2026-03-02' })}`,
      )
    ).json<{ values: { from: { paths: string[] }[] }[] }>();
    expect(values[0]?.from[0]?.paths).toEqual(['data[0].distance_data.steps']);
  });

  it('stays where it is while it is young, its event waits or is nobody’s, or it is not what was received', async () => {
    const who = someone();
    const waiting = await ingest(event('daily', who, [day({ steps: 2 })]));
    const damaged = await ingest(event('daily', who, [day({ steps: 3 })]));
    const moved = await ingest(event('daily', who, [day({ steps: 4 })]));
    const nobodys = await ingest({ type: 'healthcheck', id: crypto.randomUUID() });
    const young = await ingest(event('daily', who, [day({ steps: 1 })]));
    await aged(8, waiting.id, damaged.id, moved.id, nobodys.id);
    await aged(6.9, young.id);
    await env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(waiting.id).run();
    await env.DB.prepare('update raw_bodies set payload = ? where raw_event_id = ?')
      .bind('{"other":1}', damaged.id)
      .run();
    await moveOldBodies(env, MOVED_MS, 'start');
    expect(await placesOfBodies(waiting.id, damaged.id, moved.id, nobodys.id, young.id)).toEqual([
      INLINE,
      INLINE,
      { inline: 0, key: null, pack_of: who.user },
      INLINE,
      INLINE,
    ]);
    await env.DB.prepare('delete from raw_events where id = ?').bind(damaged.id).run();
  });

  it('that R2 does not give back as it was received is missing, and replaying it changes nothing', async () => {
    const who = someone();
    const { id } = await ingest(event('daily', who, [day({ steps: 1 })]));
    await aged(8, id);
    await moveOldBodies(env, MOVED_MS, 'start');
    const [key = ''] = await objectsOf(packsPrefix(who.user));
    const kept = new Uint8Array((await (await env.RAW_PAYLOADS.get(key))?.arrayBuffer()) ?? []);
    for (const bytes of [await gzip(new TextEncoder().encode('{"type":"daily","data":[]}')), 'x']) {
      await env.RAW_PAYLOADS.put(key, bytes);
      expect((await asPerson(who.user, `/v1/payloads/${id}`)).status).toBe(404);
      await env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(id).run();
      await consume([{ rawEventId: id }]);
      expect(await rawEvent(id)).toMatchObject({ processed_at: null, process_error: 'payload_missing' });
    }
    await env.RAW_PAYLOADS.put(key, kept);
    await consume([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({
      processed_at: expect.any(String),
      process_error: null,
    });
  });

  it('goes with its person, and nobody else’s with it', async () => {
    const [one, other] = [someone(), someone()];
    const { id } = await ingest(event('daily', one, [day({ steps: 1 })]));
    const { id: kept } = await ingest(event('daily', other, [day({ steps: 2 })]));
    await aged(8, id, kept);
    await moveOldBodies(env, MOVED_MS, 'start');
    expect(await objectsOf(packsPrefix(one.user))).toHaveLength(1);
    expect(await wipe(one.user)).toMatchObject({
      raw_events: 1,
      raw_bodies: 1,
      body_packs: 1,
      r2_raw_payloads: 1,
      remaining: 0,
    });
    expect(await objectsOf(packsPrefix(one.user))).toEqual([]);
    expect((await asPerson(other.user, `/v1/payloads/${kept}`)).status).toBe(200);
  });

  it('whose person is erased meanwhile is not kept', async () => {
    const who = someone();
    const { id } = await ingest(event('daily', who, [day({ steps: 1 })]));
    await aged(8, id);
    await moveOldBodies(
      envWithInterloper(() => erase(who.user)),
      MOVED_MS,
      'start',
    );
    expect(await placesOfBodies(id)).toEqual([]);
    expect(await objectsOf(packsPrefix(who.user))).toEqual([]);
    expect(
      await env.DB.prepare('select * from body_packs where user_id = ?').bind(who.user).first(),
    ).toBeNull();
  });

  it('whose person’s erasure has begun meanwhile stays for it', async () => {
    const who = someone();
    const { id } = await ingest(event('daily', who, [day({ steps: 1 })]));
    await aged(8, id);
    const marked = envWithInterloper(() =>
      env.DB.prepare("insert into erased_subjects(subject_hash, kind, erased_at) values (?, 'user', '2026')")
        .bind(sha256Hex(who.user))
        .run(),
    );
    await moveOldBodies(marked, MOVED_MS, 'start');
    expect(await placesOfBodies(id)).toEqual([INLINE]);
    expect(await objectsOf(packsPrefix(who.user))).toEqual([]);
    await env.DB.prepare('delete from raw_events where id = ?').bind(id).run();
  });

  it('whose event is set back meanwhile moves another time', async () => {
    const who = someone();
    const { id } = await ingest(event('daily', who, [day({ steps: 1 })]));
    await aged(8, id);
    const setBack = envWithInterloper(() =>
      env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(id).run(),
    );
    await moveOldBodies(setBack, MOVED_MS, 'start');
    expect(await placesOfBodies(id)).toEqual([INLINE]);
    expect(await objectsOf(packsPrefix(who.user))).toEqual([]);
    await consume([{ rawEventId: id }]);
    await moveOldBodies(env, MOVED_MS, 'start');
    expect(await placesOfBodies(id)).toEqual([{ inline: 0, key: null, pack_of: who.user }]);
  });

  it('is never lost where a run dies: what no row names is swept, what a row names is not', async () => {
    const who = someone();
    await moveOldBodies(env, MOVED_MS, 'start');
    const body = event('daily', who, [day({ steps: 1 })]);
    const { id } = await ingest(body);
    await aged(8, id);
    for (const when of ['before', 'after'] as const) {
      const faulty = faultyEnv(env);
      // The call after the put is the one that points the event to the object.
      faulty.inject({ nth: 5, when, lasts: when === 'before' ? 'crash' : 'once' });
      await expect(moveOldBodies(faulty.env, MOVED_MS, 'start')).rejects.toThrow();
      expect(faulty.calls.slice(0, 5).map(({ what }) => what)).toEqual([
        'first',
        'all',
        'all',
        'put',
        'batch',
      ]);
      expect(await objectsOf(packsPrefix(who.user))).toHaveLength(when === 'before' ? 1 : 2);
      expect(await (await asPerson(who.user, `/v1/payloads/${id}`)).json()).toEqual(body);
    }
    await env.RAW_PAYLOADS.put('clock', '');
    const clock = (await env.RAW_PAYLOADS.head('clock'))?.uploaded.getTime() ?? 0;
    await sweepOrphans(env, 'packs', clock + 2 * DAY_MS);
    expect(await objectsOf(packsPrefix(who.user))).toHaveLength(1);
    expect(await (await asPerson(who.user, `/v1/payloads/${id}`)).json()).toEqual(body);
  });

  it('moves from the night on, a bounded number every five minutes, one failure aside', async () => {
    await moveOldBodies(env, MOVED_MS, 'start');
    const people = [someone(), someone(), someone()];
    const ids: number[] = [];
    for (const who of people) ids.push((await ingest(event('daily', who, [day({ steps: 1 })]))).id);
    await aged(8, ...ids);
    const moved = async () =>
      (await placesOfBodies(...ids)).filter((place) => (place as { inline: number }).inline === 0).length;
    await onCron(EVERY_FIVE_MINUTES, env, MOVED_MS);
    expect(await moved()).toBe(0);
    expect(await moveOldBodies(env, MOVED_MS, 'start', 1)).toBe(1);
    // No further person is begun once so many pages of rows were looked at for their samples.
    expect(await moveOldBodies(env, MOVED_MS, 'go_on', 50, 1)).toBe(1);
    await onCron(EVERY_FIVE_MINUTES, env, MOVED_MS);
    expect(await moved()).toBe(3);
    expect(await moveOldBodies(env, MOVED_MS, 'go_on')).toBe(0);
    const late = await ingest(event('daily', people[0] ?? someone(), [day({ steps: 2 })]));
    await aged(8, late.id);
    await onCron(EVERY_FIVE_MINUTES, env, MOVED_MS);
    expect(await placesOfBodies(late.id)).toEqual([INLINE]);
    await onCron(NIGHT, env, MOVED_MS);
    expect(await placesOfBodies(late.id)).toMatchObject([{ inline: 0 }]);
  });
});

it('a body shares an object with others of its person where nothing else can make it another’s or delete it', async () => {
  const who = someone();
  const processed = { processed_at: '2026-01-01 00:00:00.000', user_id: who.user };
  const rows = [
    { terra_user_id: who.terraId, reference_id: who.user },
    { terra_user_id: who.terraId, reference_id: null },
    { terra_user_id: who.terraId, event_type: 's3_payload' },
    // A ping to a lab report, an event that named somebody else, what tells of a connection, a lab report.
    { terra_user_id: '', event_type: 's3_payload' },
    { terra_user_id: who.terraId, reference_id: newUser() },
    { terra_user_id: who.terraId, event_type: 'auth' },
    { terra_user_id: who.terraId, event_type: 'lab_report' },
  ];
  const ids = await insertRaw(...rows.map((row) => ({ ...processed, ...row })));
  await env.DB.batch(
    ids.map((id) =>
      env.DB.prepare("insert into raw_bodies(raw_event_id, payload) values (?, '{}')").bind(id),
    ),
  );
  const seen = await readOldBodies(env.DB, (ids[0] ?? 0) - 1, Date.now());
  expect(seen.map(({ id, is_packable }) => [id, is_packable])).toEqual(
    ids.map((id, place) => [id, place < 3 ? 1 : 0]),
  );
});

describe('samples in the raw of sessions and activities', () => {
  it('go with the bodies, and nobody is told: no sync, no digest, no replay, no rebuild, no explanation', async () => {
    const who = someone();
    const samples = {
      detailed: {
        hr_samples: [{ timestamp: '2026-03-02T01:00:00+01:00', bpm: 51 }],
        hrv_samples_rmssd: [{ timestamp: '2026-03-02T01:00:00+01:00', hrv: 40 }],
        hrv_samples_sdnn: [],
      },
    };
    const slept = {
      ...night({ asleep: 25_200 }),
      heart_rate_data: { summary: { resting_hr_bpm: 50 }, ...samples },
    };
    const ran = { ...workout({ calories: 300 }), heart_rate_data: samples };
    const sleep = await ingest(event('sleep', who, [slept]));
    const run = await ingest(event('activity', who, [ran]));
    await aged(31, sleep.id, run.id);
    const answered = async (path: string) => (await asPerson(who.user, path)).json<Record<string, unknown>>();
    const { now, data } = await answered('/v1/sync');
    const digest = await answered('/v1/digest');
    const raws = async () =>
      (
        await Promise.all(['sleep_sessions', 'activities'].map((table) => rowsOf(table, who.user, [])))
      ).flatMap((rows) =>
        rows.map(({ raw }) => JSON.parse(shownRaw(String(raw))) as Record<string, unknown>),
      );
    const withRaw = async (since: string) => (await answered(`/v1/sync?include=raw${since}`)).data;
    expect((await raws()).map(({ heart_rate_data }) => heart_rate_data)).toEqual([
      slept.heart_rate_data,
      ran.heart_rate_data,
    ]);
    await moveOldBodies(env, MOVED_MS, 'start');
    const thinned = [slept, ran].map((item) => ({
      ...item,
      heart_rate_data: { ...item.heart_rate_data, detailed: { hrv_samples_sdnn: [] } },
      _samples_omitted: true,
    }));
    expect(await raws()).toEqual(thinned);
    const stored = (await Promise.all(SAMPLED_TABLES.map((table) => rowsOf(table, who.user, [])))).flat();
    expect(stored.every(({ raw }) => String(raw).startsWith('~1'))).toBe(true);
    expect(await withRaw('')).toMatchObject({
      sleep_sessions: [{ raw: JSON.stringify(thinned[0]) }],
      activities: [{ raw: JSON.stringify(thinned[1]) }],
    });
    await env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(run.id).run();
    await consume([{ rawEventId: run.id }, { rawEventId: sleep.id, force: true }]);
    expect(await rebuild(who.user)).toMatchObject({ state: 'done' });
    expect(await raws()).toEqual(thinned);
    expect(await withRaw(`&since=${String(now)}`)).toMatchObject({
      sleep_sessions: [],
      activities: [],
      daily_summary: [],
    });
    expect((await answered('/v1/sync')).data).toEqual(data);
    expect((await answered('/v1/digest')).tables).toEqual(digest.tables);
    const key = JSON.stringify({ source: 'oura', start_time: '2026-03-02T17:00:00.000Z' });
    const { values } = await answered(`/v1/explain?table=activities&column=raw&key=${key}`);
    expect(values).toMatchObject([
      {
        value: JSON.stringify(thinned[1]),
        from: [{ event: { id: run.id }, paths: ['data[0]'] }],
        others: [],
      },
    ]);
    // A later revision is a change, with its samples.
    await ingest(event('activity', who, [{ ...ran, name: 'again' }]), { orderingMs: Date.now() + 1_000 });
    expect((await raws())[1]).toMatchObject({ heart_rate_data: samples, name: 'again' });
  });

  it('leave their page with the row, so that what is left of many shares one', async () => {
    const who = someone();
    const runs = Array.from({ length: 12 }, (_, n) => ({
      ...workout({
        id: `run-${n}`,
        start: `2026-03-${String(n + 2).padStart(2, '0')}T18:00:00.000000+01:00`,
      }),
      filler: 'x'.repeat(2_500),
    }));
    const { id } = await ingest(event('activity', who, runs));
    await aged(31, id);
    const rowids = async () =>
      (
        await env.DB.prepare('select rowid as at from activities where user_id = ? order by rowid')
          .bind(who.user)
          .all<{ at: number }>()
      ).results.map(({ at }) => at);
    const last = Math.max(...(await rowids()));
    await moveOldBodies(env, MOVED_MS, 'start');
    const after = await rowids();
    expect(after).toHaveLength(12);
    expect(Math.min(...after)).toBeGreaterThan(last);
    expect(await rowsOf('activities', who.user, [])).toHaveLength(12);
  });

  it('stay while the row is young', async () => {
    const who = someone();
    const ran = { ...workout(), heart_rate_data: { detailed: { hr_samples: [{ bpm: 51 }] } } };
    const { id } = await ingest(event('activity', who, [ran]));
    await aged(31, id);
    await env.DB.prepare('update activities set updated_at = ? where user_id = ?')
      .bind(isoTime(MOVED_MS - 6 * DAY_MS), who.user)
      .run();
    await moveOldBodies(env, MOVED_MS, 'start');
    expect((await rowsOf('activities', who.user))[0]?.raw).toContain('hr_samples');
  });
});

it('what moves is found by keys and indexes alone, and sorted by them', async () => {
  const user = asUserId(newUser());
  const span = { from: isoTime(0), to: isoTime(MOVED_MS), afterRow: 0 };
  const plans = await Promise.all(
    [
      oldBodiesStatement(0, MOVED_MS),
      ...SAMPLED_TABLES.map((table) => sampledRowsStatement(table, user, span)),
    ].map(async ({ sql, parameters }) => {
      const plan = env.DB.prepare(`explain query plan ${sql}`).bind(...parameters);
      return (await plan.all<{ detail: string }>()).results.map(({ detail }) => detail);
    }),
  );
  expect(plans).toEqual([
    ['SEARCH b USING INTEGER PRIMARY KEY (rowid>?)', 'SEARCH r USING INTEGER PRIMARY KEY (rowid=?)'],
    [
      expect.stringMatching(
        /^SEARCH sleep_sessions USING INDEX idx_sleep_user_updated \(user_id=\? AND updated_at/,
      ),
    ],
    [
      expect.stringMatching(
        /^SEARCH activities USING INDEX idx_activities_user_updated \(user_id=\? AND updated_at/,
      ),
    ],
  ]);
});
