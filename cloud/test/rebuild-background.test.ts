import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { RULES_VERSION } from '../src/fold/rules-version.ts';
import { HOUR_MS, REBUILD_ATTEMPTS_MAX } from '../src/limits.ts';
import { tendRebuilds } from '../src/operator/rebuilds.ts';
import { day, event, type Who } from './support/events.ts';
import { foldedOf, rebuild, runDry, shownRebuild, startRebuild, tick } from './support/rebuilding.ts';
import { asOlderRules, someone } from './support/rebuilt-people.ts';
import { asOperator, envWithOutbox, ingest } from './support/stack.ts';

describe('in the background', () => {
  it('people whose rows are by older rules are rebuilt, a few at a time, and the figures tell how far it is', async () => {
    await nobodyElse();
    const people = await Promise.all(Array.from({ length: 7 }, () => earlierRules()));
    const line = envWithOutbox();
    await tick(line.env);
    const figures = async () => (await asOperator('/admin/stats')).json();
    expect(await figures()).toMatchObject({ rebuilds_left: 7, rebuilds_running: 5, rebuilds_failed: 0 });
    await tick(line.env);
    expect(line.outbox.messages.filter((message) => 'rebuildId' in message)).toHaveLength(5);
    await runDry(line);
    expect(await figures()).toMatchObject({
      rebuilds_left: 2,
      rebuilds_running: 0,
      rebuilds_last_finished_at: expect.any(String),
    });
    await tick(line.env);
    await runDry(line);
    expect(await figures()).toMatchObject({ rebuilds_left: 0, rebuilds_running: 0 });
    await tick(line.env);
    expect(line.outbox.messages.filter((message) => 'rebuildId' in message)).toEqual([]);
    for (const { user } of people)
      expect((await shownRebuild(user)).result?.tables.daily_summary?.changed).toBe(1);
  });

  /** What other tests left is not older and not under way: the few that begin are those of this one. */
  async function nobodyElse(): Promise<void> {
    await env.DB.batch([
      env.DB.prepare('update users set rules = ?').bind(RULES_VERSION),
      env.DB.prepare('delete from rebuilds'),
    ]);
  }

  async function earlierRules(): Promise<Who> {
    const who = someone();
    await ingest(event('daily', who, [day({ steps: 100 })]));
    await asOlderRules(who.user);
    return who;
  }

  it('one whose message was lost goes on, and one that never comes to a step is given up', async () => {
    await nobodyElse();
    const lost = await earlierRules();
    const line = envWithOutbox();
    await startRebuild(lost.user, line);
    line.outbox.messages.length = 0;
    let nowMs = Date.now();
    const later = async () => {
      nowMs += HOUR_MS;
      await tendRebuilds(line.env, nowMs);
    };
    await later();
    await runDry(line);
    expect((await shownRebuild(lost.user)).state).toBe('done');
    const stuck = await earlierRules();
    await startRebuild(stuck.user, line);
    for (let tries = 0; tries <= REBUILD_ATTEMPTS_MAX; tries += 1) {
      line.outbox.messages.length = 0;
      await later();
    }
    expect(await shownRebuild(stuck.user)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('no step'),
    });
    line.outbox.messages.length = 0;
    await later();
    expect(line.outbox.messages).toEqual([]);
  });

  it('one whose event cannot be read any more leaves the rows as they are, and says why', async () => {
    const who = await earlierRules();
    const { id } = await ingest(event('daily', who, [day({ date: '2026-03-05', steps: 5 })]));
    await env.DB.prepare(
      "update raw_events set payload = '', payload_key = 'raw-events/gone.json' where id = ?",
    )
      .bind(id)
      .run();
    const before = await foldedOf(who.user);
    expect(await rebuild(who.user)).toMatchObject({ state: 'failed', error: `payload_missing: event ${id}` });
    expect(await foldedOf(who.user)).toEqual(before);
    expect(
      await env.DB.prepare('select count(*) as n from users where rebuild_of = ?').bind(who.user).first('n'),
    ).toBe(0);
  });
});

describe('the route', () => {
  it('knows nobody who is not there', async () => {
    expect((await asOperator('/admin/rebuild?user_id=user_nobody', { method: 'POST' })).status).toBe(404);
    expect((await asOperator('/admin/rebuild?user_id=user_nobody')).status).toBe(404);
    expect((await asOperator('/admin/rebuild?dry_run=perhaps', { method: 'POST' })).status).toBe(400);
  });

  it('without a person begins some of those whose rows are older, and in a dry run none', async () => {
    await env.DB.prepare('update users set rules = ?').bind(RULES_VERSION).run();
    const who = someone();
    await ingest(event('daily', who, [day({ steps: 100 })]));
    await asOlderRules(who.user);
    const { env: used, outbox } = envWithOutbox();
    const ask = async (query: string) =>
      (await asOperator(`/admin/rebuild${query}`, { method: 'POST', env: used })).json();
    expect(await ask('?dry_run=1')).toEqual({ ok: true, started: 1, left: 1 });
    expect(outbox.messages).toEqual([]);
    expect(await ask('')).toEqual({ ok: true, started: 1, left: 1 });
    expect(await ask('')).toEqual({ ok: true, started: 0, left: 1 });
    expect(outbox.messages).toHaveLength(1);
  });
});
