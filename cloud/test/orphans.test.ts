import { createScheduledController, env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { onCron } from '../src/cron/schedule.ts';
import { sweepOrphans } from '../src/cron/sweep-orphans.ts';
import worker from '../src/index.ts';
import { DAY_MS } from '../src/limits.ts';
import { OBJECT_KINDS, orphansStatement } from '../src/store/orphans.ts';
import { day, event } from './support/events.ts';
import { faultyEnv } from './support/faulty-env.ts';
import { formWith, PDF, uploadForm } from './support/lab-files.ts';
import { insertRaw } from './support/raw-rows.ts';
import { deliver, newTerraId, newUser, rawEvent } from './support/stack.ts';
import { newTerra } from './support/terra.ts';
import { placesOf, wipe } from './support/whole-person.ts';

const DAILY_CRON = '30 3 * * *';

/** R2 dates objects by a clock of its own, which no pretended day moves: what is old is told by that one. */
async function bucketNow(): Promise<number> {
  await env.LAB_REPORTS.put('clock', '');
  const clock = await env.LAB_REPORTS.head('clock');
  await env.LAB_REPORTS.delete('clock');
  return clock?.uploaded.getTime() ?? Number.NaN;
}

const later = async () => (await bucketNow()) + 2 * DAY_MS;

async function keysOf(bucket: R2Bucket, prefix = ''): Promise<string[]> {
  return (await bucket.list({ prefix })).objects.map(({ key }) => key);
}

/** Objects of nobody, in the order of their keys. */
async function putAlone(bucket: R2Bucket, keys: readonly string[]): Promise<void> {
  for (const key of keys) await bucket.put(key, '{}');
}

/** A test that counts what is left starts with empty buckets; there is always an event. */
async function forgetObjects(): Promise<void> {
  for (const bucket of [env.RAW_PAYLOADS, env.LAB_REPORTS]) await bucket.delete(await keysOf(bucket));
  for (const table of ['sweeps', 'trace_events', 'raw_events'])
    await env.DB.prepare(`delete from ${table}`).run();
  await insertRaw({});
}

async function traced(): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    "select level, message, data, user_id from trace_events where event = 'orphans_deleted' order by id",
  ).all();
  return results;
}

function spilled(who: { user: string; terraId: string }): Record<string, unknown> {
  return { ...event('daily', who, [day({ steps: 7 })]), padding: 'x'.repeat(2_000) };
}

describe('the daily sweep', () => {
  it('takes the body of a person whose row failed, which their erasure could not find, and its twin stays', async () => {
    await forgetObjects();
    const who = { user: newUser(), terraId: newTerraId() };
    const faulty = faultyEnv({ ...env, INLINE_PAYLOAD_BYTES: '2000' });
    faulty.inject({ nth: 2, when: 'before', lasts: 'once' });
    expect((await deliver(spilled(who), { env: faulty.env })).status).toBe(503);
    expect(faulty.hits).toEqual([{ service: 'DB', what: 'batch' }]);
    const other = { user: newUser(), terraId: newTerraId() };
    expect((await deliver(spilled(other), { env: faulty.env })).status).toBe(200);
    await wipe(who.user, true);
    expect(await placesOf([who.user])).toEqual(['r2_raw_payloads']);
    await onCron(DAILY_CRON, env, await bucketNow());
    expect(await placesOf([who.user])).toEqual(['r2_raw_payloads']);
    await onCron(DAILY_CRON, env, await later());
    expect(await placesOf([who.user])).toEqual([]);
    expect(await placesOf([other.user])).toEqual(['raw_events', 'r2_raw_payloads']);
    expect(await traced()).toEqual([
      { level: 'warn', message: 'payloads', data: '{"deleted":1,"is_full":false}', user_id: null },
    ]);
  });

  it('takes a lab file whose row failed, and leaves the one that has its row', async () => {
    await forgetObjects();
    const user = newUser();
    const terra = newTerra();
    await env.DB.prepare('insert into users(id) values (?)').bind(user).run();
    await terra.answers('/lab-reports', 202, { upload_id: newTerraId() });
    const faulty = faultyEnv(terra.env);
    expect((await uploadForm(user, formWith(PDF), faulty.env)).status).toBe(200);
    const kept = await keysOf(env.LAB_REPORTS);
    // The call after the put.
    faulty.inject({
      nth: faulty.calls.findIndex(({ what }) => what === 'put') + 2,
      when: 'before',
      lasts: 'once',
    });
    expect((await uploadForm(user, formWith(PDF), faulty.env)).status).toBe(500);
    expect(await keysOf(env.LAB_REPORTS)).toHaveLength(2);
    await onCron(DAILY_CRON, env, await later());
    expect(await keysOf(env.LAB_REPORTS)).toEqual(kept);
  });

  it('takes what a ping fetched once its row is gone, and leaves what the row names or may still find', async () => {
    await forgetObjects();
    const [noted = 0, notNoted = 0, blank = 0, erased = 0] = await insertRaw(
      ...[{ processed_at: '2026-01-01 00:00:00' }, {}, { processed_at: '2026-01-01 00:00:00' }, {}].map(
        (row) => ({ ...row, event_type: 's3_payload' }),
      ),
    );
    const key = (id: number) => `fetched/${id}.json`;
    await putAlone(env.RAW_PAYLOADS, [noted, notNoted, blank, erased].map(key));
    await env.DB.prepare('update raw_events set fetched_key = ? where id = ?').bind(key(noted), noted).run();
    await env.DB.prepare('delete from raw_events where id = ?').bind(erased).run();
    await onCron(DAILY_CRON, env, await later());
    expect((await keysOf(env.RAW_PAYLOADS)).toSorted()).toEqual([key(noted), key(notNoted)].toSorted());
  });

  it('leaves keys of another form alone', async () => {
    await forgetObjects();
    const others = ['fetched/notes.txt', 'other/object'];
    await putAlone(env.RAW_PAYLOADS, others);
    await putAlone(env.LAB_REPORTS, ['lab-uploads/readme']);
    await onCron(DAILY_CRON, env, await later());
    expect(await keysOf(env.RAW_PAYLOADS)).toEqual(others);
    expect(await keysOf(env.LAB_REPORTS)).toEqual(['lab-uploads/readme']);
  });

  it('goes on the next day where it stopped, and then from the start', async () => {
    await forgetObjects();
    const keys = Array.from({ length: 7 }, (_, i) => `raw-events/${i}.json`);
    await putAlone(env.RAW_PAYLOADS, keys);
    const [named = 0] = await insertRaw({ payload_key: keys[4] ?? null });
    const bounds = { keysAPage: 2, pages: 2, deletedMax: 100 };
    const left: string[][] = [];
    for (let run = 0; run < 3; run += 1) {
      await sweepOrphans(env, 'payloads', await later(), bounds);
      left.push(await keysOf(env.RAW_PAYLOADS));
      if (run === 0) await putAlone(env.RAW_PAYLOADS, ['raw-events/0.json']);
    }
    expect(left).toEqual([keys.slice(4), ['raw-events/0.json', 'raw-events/4.json'], ['raw-events/4.json']]);
    expect((await rawEvent(named)).payload_key).toBe('raw-events/4.json');
  });

  it('deletes no more than it may in one run, says so, and comes back to the rest', async () => {
    await forgetObjects();
    await putAlone(
      env.RAW_PAYLOADS,
      Array.from({ length: 5 }, (_, i) => `raw-events/${i}.json`),
    );
    const bounds = { keysAPage: 2, pages: 10, deletedMax: 3 };
    expect(await sweepOrphans(env, 'payloads', await later(), bounds)).toBe(3);
    expect(await keysOf(env.RAW_PAYLOADS)).toEqual(['raw-events/3.json', 'raw-events/4.json']);
    expect(await sweepOrphans(env, 'payloads', await later(), bounds)).toBe(2);
    expect(await traced()).toMatchObject([
      { level: 'error', data: '{"deleted":3,"is_full":true}' },
      { level: 'warn', data: '{"deleted":2,"is_full":false}' },
    ]);
  });

  it('does not believe a database without events', async () => {
    await forgetObjects();
    await putAlone(env.RAW_PAYLOADS, ['raw-events/x.json']);
    await env.DB.prepare('delete from raw_events').run();
    await onCron(DAILY_CRON, env, await later());
    expect(await keysOf(env.RAW_PAYLOADS)).toEqual(['raw-events/x.json']);
  });

  it('sweeps the other kinds though one fails', async () => {
    await forgetObjects();
    await putAlone(env.RAW_PAYLOADS, ['raw-events/x.json']);
    const broken = new Proxy(env.LAB_REPORTS, {
      get: (_, name) => {
        if (name === 'list') return () => Promise.reject(new Error('R2 is away'));
        return undefined;
      },
    });
    const controller = createScheduledController({
      cron: DAILY_CRON,
      scheduledTime: new Date(await later()),
    });
    await expect(worker.scheduled(controller, { ...env, LAB_REPORTS: broken })).rejects.toThrow('R2 is away');
    await onCron(DAILY_CRON, env, await later());
    expect(await keysOf(env.RAW_PAYLOADS)).toEqual([]);
  });

  it('keeps nothing of an erased person, wherever it stands', async () => {
    await forgetObjects();
    const [user, other] = [newUser(), newUser()];
    const file = (id: string) => `lab-uploads/${id}/a.pdf`;
    const bounds = { keysAPage: 1, pages: 1, deletedMax: 0 };
    for (const id of [user, other]) await env.DB.prepare('insert into users(id) values (?)').bind(id).run();
    for (const id of [user, other]) {
      await env.DB.prepare('insert into lab_uploads(id, user_id, storage_key) values (?1, ?1, ?2)')
        .bind(id, file(id))
        .run();
      await env.LAB_REPORTS.put(`lab-uploads/${id}/${id}.pdf`, 'x');
    }
    await sweepOrphans(env, 'lab_files', await later(), bounds);
    expect(await placesOf([user])).toContain('sweeps');
    expect(await wipe(user)).toMatchObject({ sweeps: 1 });
    expect(await placesOf([user])).toEqual([]);
    // One that was among their files when they were erased.
    await env.LAB_REPORTS.put(`lab-uploads/${user}/late.pdf`, 'x');
    await sweepOrphans(env, 'lab_files', await bucketNow(), bounds);
    expect(await placesOf([user])).toEqual(['r2_lab_reports']);
  });

  it.each(OBJECT_KINDS)('finds the rows of %s without reading them all', async (kind) => {
    const { sql, parameters } = orphansStatement(kind, [{ key: 'a', by: 'b' }]);
    const { results } = await env.DB.prepare(`explain query plan ${sql}`)
      .bind(...parameters)
      .all<{ detail: string }>();
    const reads = results.map(({ detail }) => detail).filter((detail) => /\b[rlp]\b/.test(detail));
    expect(reads).toHaveLength(1);
    expect(reads[0]).toMatch(/^SEARCH [rlp] USING /);
  });
});
