import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { RULES_VERSION } from '../src/fold/rules-version.ts';
import { readPeopleToRebuild, shadowOf } from '../src/store/rebuilds.ts';
import { readPeople, tellMirrors } from '../src/store/restored.ts';
import { day, event, workout } from './support/events.ts';
import { completed, newUpload } from './support/lab-events.ts';
import { insertRaw } from './support/raw-rows.ts';
import {
  foldedOf,
  rebuild,
  runDry,
  runMeddled,
  shownRebuild,
  startRebuild,
  takeStep,
} from './support/rebuilding.ts';
import { asOlderRules, livedPerson } from './support/rebuilt-people.ts';
import { asOperator, asPerson, consume, envWithOutbox, ingest } from './support/stack.ts';
import { steppedEnv } from './support/stepped-env.ts';
import { erase, placesOf } from './support/whole-person.ts';

/** As an erasure leaves it between its mark and its first slice. */
async function markErasure(user: string): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(
      "insert into erasures(subject, requested_at, next_attempt_at) values (?, '2026-01-01', '2999')",
    ).bind(user),
    env.DB.prepare("insert into erased_subjects values (?, 'user', '2026-01-01T00:00:00.000Z')").bind(
      sha256Hex(user),
    ),
  ]);
}

describe('while a rebuild goes on', () => {
  it('an event that arrives at any moment of any step is in', async () => {
    const who = await livedPerson();
    const line = envWithOutbox();
    await startRebuild(who.user, line);
    let arrived = 0;
    let rows: unknown;
    await runMeddled(who.user, line, async (_at, perform) => {
      arrived += 1;
      const minute = String(arrived).padStart(2, '0');
      const start = `2026-03-04T10:${minute}:00.000000+01:00`;
      await ingest(
        arrived % 2 === 0
          ? event('activity', who, [workout({ id: 'run-2', start, distance: arrived })])
          : event('daily', who, [day({ date: `2026-04-${minute}`, steps: arrived })]),
      );
      rows = await foldedOf(who.user);
      return perform();
    });
    expect(arrived).toBeGreaterThan(10);
    expect((await shownRebuild(who.user)).state).toBe('done');
    expect(await foldedOf(who.user)).toEqual(rows);
  });

  it('a fault at any moment loses nothing, and everybody sees the rows before or the rows after', async () => {
    const { user } = await livedPerson();
    const seenRows = ['updated_at', 'deleted_at'] as const;
    await asOlderRules(user);
    const older = JSON.stringify(await foldedOf(user, ...seenRows));
    const line = envWithOutbox();
    await startRebuild(user, line);
    const forms = new Set<string>();
    let faults = 0;
    await runMeddled(user, line, async (_at, perform) => {
      faults += 1;
      if (faults % 2 === 0) await perform();
      forms.add(JSON.stringify(await foldedOf(user, ...seenRows)));
      throw new Error('the network failed');
    });
    const { state, result } = await shownRebuild(user);
    expect([state, result?.tables.daily_summary?.changed]).toEqual(['done', 1]);
    const made = JSON.stringify(await foldedOf(user, ...seenRows));
    expect(made).not.toBe(older);
    expect([...forms].filter((form) => form !== older && form !== made)).toEqual([]);
    const again = await rebuild(user);
    expect(JSON.stringify(await foldedOf(user, ...seenRows))).toBe(made);
    expect(again.result?.tables.daily_summary?.changed).toBe(0);
  });

  it('that of somebody else goes on as it stood, a dry one too', async () => {
    const [one, other] = [await livedPerson(), await livedPerson()];
    await asOlderRules(one.user);
    await asOlderRules(other.user);
    const line = envWithOutbox();
    await startRebuild(other.user, line, '&dry_run=true');
    const standing = env.DB.prepare('select * from rebuilds where user_id = ?').bind(other.user);
    const [row, rows] = [await standing.first(), await foldedOf(other.user)];
    expect((await rebuild(one.user)).state).toBe('done');
    expect(await standing.first()).toEqual(row);
    await runDry(line);
    expect(await shownRebuild(other.user)).toMatchObject({ state: 'done', dry_run: true });
    expect(await foldedOf(other.user)).toEqual(rows);
  });

  it('two messages of one step do it once', async () => {
    const { user } = await livedPerson();
    const right = await foldedOf(user, 'updated_at', 'deleted_at', 'rules');
    const line = envWithOutbox();
    await startRebuild(user, line);
    for (let message = takeStep(line); message !== undefined; message = takeStep(line)) {
      const twin = message;
      const { env: used } = steppedEnv(line.env, async (call, perform) => {
        if (call === 1) await consume([twin], line.env);
        return perform();
      });
      await consume([message], used);
    }
    expect((await shownRebuild(user)).state).toBe('done');
    expect(await foldedOf(user, 'updated_at', 'deleted_at', 'rules')).toEqual(right);
  });

  it('what it makes is nobody to an operator, to the cron, or after a restore', async () => {
    const { user } = await livedPerson();
    const line = envWithOutbox();
    const { rebuild_id } = await startRebuild(user, line);
    await consume([takeStep(line)], line.env);
    const shadow = shadowOf(rebuild_id);
    expect(
      await env.DB.prepare('select rebuild_of from users where id = ?').bind(shadow).first('rebuild_of'),
    ).toBe(user);
    await env.DB.prepare('update users set rules = null where id = ?').bind(shadow).run();
    expect((await readPeopleToRebuild(env.DB, RULES_VERSION, 1_000)).people).not.toContain(shadow);
    expect((await readPeople(env.DB, '', 1_000)).map(({ id }) => id)).not.toContain(shadow);
    expect(await tellMirrors(env.DB, '', Date.now(), 1_000)).not.toContain(shadow);
    const overview = await asOperator(`/admin/user/${shadow}`);
    expect(await overview.json()).toMatchObject({ user: null });
    expect((await asOperator(`/admin/rebuild?user_id=${shadow}`, { method: 'POST' })).status).toBe(404);
  });

  it.each(['seeding', 'folding', 'finishing'])(
    'an erasure during %s leaves nothing of the person',
    async (state) => {
      const { user, terraId } = await livedPerson();
      const line = envWithOutbox();
      const { rebuild_id } = await startRebuild(user, line);
      let erased = 0;
      await runMeddled(user, line, async (at, perform) => {
        // After the step has read, before it commits.
        if (at === `${state} 2` && erased === 0) {
          erased += 1;
          await erase(user);
        }
        return perform();
      });
      expect(erased).toBe(1);
      expect(await placesOf([user, terraId, rebuild_id])).toEqual([]);
    },
  );

  it.each(['seeding', 'folding', 'finishing'])(
    'nothing commits from the mark of an erasure on, which comes during %s',
    async (state) => {
      const { user } = await livedPerson();
      await asOlderRules(user);
      const line = envWithOutbox();
      const { rebuild_id } = await startRebuild(user, line);
      const everything = async () => {
        const [places, progress] = await env.DB.batch([
          env.DB.prepare('select * from users where ?1 in (id, rebuild_of)').bind(user),
          env.DB.prepare('select * from rebuilds where user_id = ?').bind(user),
        ]);
        const rows = [await foldedOf(user), await foldedOf(shadowOf(rebuild_id))];
        return { places: places?.results, progress: progress?.results, rows };
      };
      let marked: unknown;
      await runMeddled(user, line, async (at, perform) => {
        if (at === `${state} 2` && marked === undefined) {
          marked = await everything();
          await markErasure(user);
        }
        return perform();
      });
      expect(marked).toBeDefined();
      expect(await everything()).toEqual(marked);
      await erase(user);
    },
  );

  it('an event is in that changed nothing of the rows of older rules, and so moved no clock', async () => {
    const { user, terraId } = await livedPerson();
    const line = envWithOutbox();
    await startRebuild(user, line);
    const late = event('daily', { user, terraId }, [day({ date: '2026-05-05', steps: 5 })]);
    await runMeddled(user, line, async (at, perform) => {
      if (at === 'finishing 2') {
        await insertRaw({
          user_id: user,
          terra_user_id: terraId,
          provider: 'OURA',
          reference_id: user,
          payload: JSON.stringify(late),
          processed_at: '2026-03-01 10:00:00.000',
        });
      }
      return perform();
    });
    const { results } = await env.DB.prepare(
      "select steps from daily_summary where user_id = ? and datetime = '2026-05-05'",
    )
      .bind(user)
      .all();
    expect(results).toEqual([{ steps: 5 }]);
  });

  it('a report that is deleted takes what it said along', async () => {
    const made = await newUpload();
    const kept = await newUpload(made.user);
    await ingest(
      completed(made, { biomarker: 'glucose', value: 90, unit: 'mg/dL', collection_date: '2026-02-01' }),
    );
    await ingest(
      completed(kept, {
        biomarker: 'hdl_cholesterol',
        value: 50,
        unit: 'mg/dL',
        collection_date: '2026-02-01',
      }),
    );
    const id = await env.DB.prepare('select id from lab_uploads where terra_upload_id = ?')
      .bind(made.uploadId)
      .first('id');
    const line = envWithOutbox();
    await startRebuild(made.user, line);
    await runMeddled(made.user, line, async (at, perform) => {
      if (at === 'finishing 1')
        expect(
          (await asPerson(made.user, `/v1/labs/${id}`, { method: 'DELETE', env: made.terra.env })).status,
        ).toBe(200);
      return perform();
    });
    const { results } = await env.DB.prepare('select code from biomarkers_raw where user_id = ?')
      .bind(made.user)
      .all();
    expect(results).toEqual([{ code: 'hdl_cholesterol' }]);
    expect((await shownRebuild(made.user)).state).toBe('done');
  });
});
