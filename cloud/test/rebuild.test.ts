import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { RULES_VERSION } from '../src/fold/rules-version.ts';
import { QUEUE_BATCH_BYTES, REBUILD_EVENTS_A_STEP } from '../src/limits.ts';
import { countingDatabase } from './support/counting-database.ts';
import { addEventsOf } from './support/crowd.ts';
import { day, event, type Who, workout } from './support/events.ts';
import { DAYS_OF_ROWS } from './support/mirror.ts';
import { foldedOf, rebuild, runMeddled, shownRebuild, startRebuild, takeStep } from './support/rebuilding.ts';
import { asOlderRules, livedPerson, someone } from './support/rebuilt-people.ts';
import { asPerson, consume, envWithOutbox, ingest } from './support/stack.ts';
import { everythingStored } from './support/whole-person.ts';

type Synced = { data: Record<string, Record<string, unknown>[]>; now: string };

async function sync(user: string, since = ''): Promise<Synced> {
  const response = await asPerson(user, `/v1/sync?include=raw${since === '' ? '' : `&since=${since}`}`);
  return response.json();
}

function changed({ data }: Synced): Record<string, number> {
  return Object.fromEntries(Object.entries(data).map(([table, rows]) => [table, rows.length]));
}

const NOTHING = {
  daily_summary: 0,
  activities: 0,
  sleep_sessions: 0,
  biomarkers_raw: 0,
  lab_uploads: 0,
  profiles: 0,
  deleted: 0,
};

describe('a rebuild', () => {
  it('mends what older rules left, and is one sync', async () => {
    const { user } = await livedPerson();
    const right = await foldedOf(user, 'updated_at', 'deleted_at');
    await asOlderRules(user);
    const { now } = await sync(user);
    const { state, result } = await rebuild(user);
    expect(state).toBe('done');
    const after = await foldedOf(user, 'updated_at', 'deleted_at');
    const { tombstones, ...rows } = after;
    expect({ ...rows, tombstones: [] }).toEqual({ ...right, tombstones: [] });
    expect(String(tombstones)).not.toContain('2026-03-02T17');
    const next = await sync(user, now);
    expect(changed(next)).toEqual({ ...NOTHING, daily_summary: 1, activities: 1, deleted: 1 });
    expect(next.data.deleted).toEqual([
      { table: 'biomarkers_raw', key: expect.objectContaining({ code: 'mass' }), deleted_at: next.now },
    ]);
    expect(next.data.activities?.[0]?.updated_at).toBe(next.now);
    expect(result?.tables).toEqual({
      daily_summary: { added: 0, changed: 1, removed: 0, columns: { steps: 1, stress_score: 1 } },
      activities: { added: 1, changed: 0, removed: 0, columns: {} },
      sleep_sessions: { added: 0, changed: 0, removed: 0, columns: {} },
      biomarkers_raw: { added: 0, changed: 0, removed: 1, columns: {} },
    });
    expect(await env.DB.prepare('select rules from users where id = ?').bind(user).first('rules')).toBe(
      RULES_VERSION,
    );
    expect(
      await env.DB.prepare('select count(*) as n from users where rebuild_of is not null').first('n'),
    ).toBe(0);
    expect(await env.DB.prepare('select count(*) as n from rebuild_events').first('n')).toBe(0);
  });

  it('takes events one by one where each is larger than what is read at once', async () => {
    const { user } = await livedPerson();
    await asOlderRules(user);
    await env.DB.prepare('update raw_events set payload_bytes = ?2 where user_id = ?1')
      .bind(user, QUEUE_BATCH_BYTES + 1)
      .run();
    expect((await rebuild(user)).state).toBe('done');
    expect(await env.DB.prepare('select rules from users where id = ?').bind(user).first('rules')).toBe(
      RULES_VERSION,
    );
  });

  it('changes nothing of somebody with the same days, what is deleted there included', async () => {
    const [{ user }, other] = [await livedPerson(), await livedPerson()];
    await env.DB.prepare(
      `insert or replace into tombstones(user_id, table_name, key, deleted_at)
select ?2, 'daily_summary', json_object('source', source, 'datetime', datetime), updated_at
from daily_summary
where user_id = ?1`,
    )
      .bind(user, other.user)
      .run();
    await asOlderRules(user);
    const before = await foldedOf(other.user);
    expect((await rebuild(user)).state).toBe('done');
    expect(await foldedOf(other.user)).toEqual(before);
  });

  it('that changes nothing anybody sees appears in no sync', async () => {
    const { user } = await livedPerson();
    expect(await env.DB.prepare('select rules from users where id = ?').bind(user).first('rules')).toBe(
      RULES_VERSION,
    );
    const before = await foldedOf(user);
    for (const table of ['daily_summary', 'activities'])
      await env.DB.prepare(`update ${table} set rules = null where user_id = ?`).bind(user).run();
    const { now } = await sync(user);
    await rebuild(user);
    expect(await foldedOf(user)).toEqual(before);
    expect(changed(await sync(user, now))).toEqual(NOTHING);
  });
});

describe('a dry run', () => {
  it('changes nothing and tells what the real one then does', async () => {
    const { user } = await livedPerson();
    await asOlderRules(user);
    const before = await everythingStored();
    const dry = await rebuild(user, '&dry_run=true');
    const after = await everythingStored();
    for (const table of ['rebuilds', 'trace_events']) {
      before.delete(table);
      after.delete(table);
    }
    expect(after).toEqual(before);
    expect([dry.state, dry.dry_run]).toEqual(['done', true]);
    const real = await rebuild(user);
    expect(real.dry_run).toBe(false);
    expect(real.result).toEqual(dry.result);
    expect(dry.result?.samples).toContainEqual({
      table: 'daily_summary',
      key: { source: 'oura', datetime: '2026-03-02' },
      kind: 'changed',
      columns: { steps: [111.25, 100], stress_score: [null, 20] },
    });
    const traces = JSON.stringify(
      (await env.DB.prepare('select * from trace_events where user_id = ?').bind(user).all()).results,
    );
    expect(traces).toContain('rebuilt');
    expect(traces).not.toContain('111.25');
  });

  it('becomes a real one where that is asked for meanwhile, at any moment of its last step', async () => {
    for (const call of [1, 2]) {
      const { user } = await livedPerson();
      await asOlderRules(user);
      const line = envWithOutbox();
      await startRebuild(user, line, '&dry_run=true');
      await runMeddled(user, line, async (at, perform) => {
        if (at === `finishing ${call}`) await startRebuild(user, line);
        return perform();
      });
      expect(await shownRebuild(user)).toMatchObject({ state: 'done', dry_run: false });
      expect((await rebuild(user)).result?.tables.daily_summary?.changed).toBe(0);
    }
  });
});

describe('rows from before cells', () => {
  /** Rows of the earlier version, whose events are gone. */
  async function earlierPerson(): Promise<Who> {
    const who = someone();
    const at = '2026-01-01T00:00:00.000Z';
    await env.DB.batch(
      [
        'insert into users(id) values (?1)',
        `insert into daily_summary(user_id, source, datetime, steps, sleep_minutes, updated_at) values (?1, 'oura', '2026-03-02', 5000, 400, '${at}'), (?1, 'oura', '2025-01-01', 6000, null, '${at}')`,
        `insert into activities(user_id, source, start_time, distance, calories, raw, updated_at) values (?1, 'oura', '2026-03-02T17:00:00.000Z', 3000, 150, '{}', '${at}'), (?1, 'oura', '2025-01-02T17:00:00.000Z', 9000, 700, null, '${at}')`,
        `insert into item_homes(user_id, kind, source, item, start_time) values (?1, 'activity', 'oura', 'run-1', '2026-03-02T17:00:00.000Z'), (?1, 'activity', 'oura', 'run-9', '2025-01-02T17:00:00.000Z')`,
        `insert into sleep_sessions(user_id, source, start_time, end_time, raw, updated_at) values (?1, 'oura', '2025-01-01T22:00:00.000Z', '2025-01-02T06:00:00.000Z', '{}', '${at}')`,
        `insert into biomarkers_raw(user_id, source, draw_date, code, value, unit, canonical, updated_at) values (?1, 'terra_lab', '2025-01-01', 'glucose', 90, 'mg/dL', 1, '${at}')`,
        DAYS_OF_ROWS,
      ].map((sql) => env.DB.prepare(sql).bind(who.user)),
    );
    return who;
  }

  it('survive, also what events took over of them', async () => {
    const who = await earlierPerson();
    await ingest(event('daily', who, [day({ steps: 5_100 })]));
    await ingest(event('activity', who, [workout({ distance: 3_100 })]));
    const moved = '2026-03-02T18:10:00.000000+01:00';
    await ingest(event('activity', who, [workout({ start: moved, distance: 3_200 })]));
    const before = await foldedOf(who.user, 'cells', 'rules');
    expect(String(before.activities)).toContain('"calories":150');
    const { now } = await sync(who.user);
    for (let times = 0; times < 2; times += 1) {
      const { result } = await rebuild(who.user);
      expect(result?.samples).toEqual([]);
      expect(await foldedOf(who.user, 'cells', 'rules')).toEqual(before);
    }
    expect(changed(await sync(who.user, now))).toEqual(NOTHING);
    // The home that leads to one is known still: the run moves.
    await ingest(
      event('activity', who, [
        workout({ id: 'run-9', start: '2025-01-02T18:30:00.000000+01:00', distance: 1 }),
      ]),
    );
    expect(
      await env.DB.prepare('select start_time, calories from activities where user_id = ? and calories = 700')
        .bind(who.user)
        .all(),
    ).toMatchObject({ results: [{ start_time: '2025-01-02T17:30:00.000Z', calories: 700 }] });
  });

  it('are taken once where an event moves one meanwhile', async () => {
    const who = await earlierPerson();
    const line = envWithOutbox();
    await startRebuild(who.user, line);
    let n = 0;
    let rows: unknown;
    await runMeddled(who.user, line, async (_at, perform) => {
      n += 1;
      const start = `2026-03-0${1 + (n % 9)}T18:${String(n).padStart(2, '0')}:00.000000+01:00`;
      await ingest(
        event('activity', who, [workout({ id: n % 2 === 0 ? 'run-1' : 'run-9', start, distance: n })]),
      );
      rows = await foldedOf(who.user, 'cells', 'rules');
      return perform();
    });
    expect(await foldedOf(who.user, 'cells', 'rules')).toEqual(rows);
  });
});

describe('a person with many events', () => {
  it('is rebuilt in bounded steps, each within the limits of an attempt', async () => {
    const who = someone();
    await ingest(event('daily', who, [day({ steps: 1 })]));
    const days = Array.from({ length: 28 }, (_, i) =>
      day({ date: `2026-02-${String(i + 1).padStart(2, '0')}`, steps: i }),
    );
    await ingest(event('daily', who, days));
    await addEventsOf(who.user, who.terraId, { events: 2 * REBUILD_EVENTS_A_STEP, bytes: 200 });
    // By their bytes at most 80 a step.
    await env.DB.prepare(
      `update raw_events set payload = '{"type":"daily","data":[]}', payload_bytes = 100000 where user_id = ? and payload like 'x%'`,
    )
      .bind(who.user)
      .run();
    const before = await foldedOf(who.user);
    const line = envWithOutbox();
    await startRebuild(who.user, line);
    const { db, cost, reset } = countingDatabase(env.DB);
    let steps = 0;
    for (let message = takeStep(line); message !== undefined; message = takeStep(line)) {
      reset();
      await consume([message], { ...line.env, DB: db });
      steps += 1;
      expect(cost.statements).toBeLessThanOrEqual(40);
    }
    expect(steps).toBeGreaterThan(12);
    expect(await shownRebuild(who.user)).toMatchObject({
      state: 'done',
      events_folded: 2 * REBUILD_EVENTS_A_STEP + 2,
    });
    expect(await foldedOf(who.user)).toEqual(before);
  });
});
