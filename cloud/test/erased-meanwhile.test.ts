import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { reconcileEverybody } from '../src/connections/reconcile-everybody.ts';
import { sha256Hex } from '../src/digest.ts';
import { sendBackfill } from '../src/imports/send-backfill.ts';
import { HOUR_MS, MINUTE_MS, WAITS_FOR_LIMIT } from '../src/limits.ts';
import { sweepOutbox } from '../src/queue/outbox.ts';
import { postponeBackfillStatement } from '../src/store/backfills.ts';
import { PAYLOAD_TEXT } from '../src/store/payload-text.ts';
import { runAll } from '../src/store/statements.ts';
import { erase as eraseAt, signedIn } from './support/erasing.ts';
import { day, event, terraUser, type Who } from './support/events.ts';
import { envWithInterloper } from './support/interloper.ts';
import { formWith, PDF, uploadForm } from './support/lab-files.ts';
import { consume, deliver, ingest, newTerraId, newUser } from './support/stack.ts';
import { newTerra, queryOf } from './support/terra.ts';
import { erase, placesOf } from './support/whole-person.ts';

function someone(): Who {
  return { user: newUser(), terraId: newTerraId(), provider: 'OURA' };
}

async function connected(): Promise<Who> {
  const who = someone();
  await ingest({ type: 'auth', status: 'success', user: terraUser(who) });
  return who;
}

async function marksOf(...ids: readonly string[]): Promise<unknown[]> {
  const { results } = await env.DB.prepare(
    'select kind from erased_subjects where subject_hash in (select value from json_each(?)) order by kind',
  )
    .bind(JSON.stringify(ids.map(sha256Hex)))
    .all();
  return results.map(({ kind }) => kind);
}

function outboxRows(): Promise<unknown> {
  return env.DB.prepare('select kind, id from terra_removals')
    .all()
    .then(({ results }) => results);
}

/** An upload that Terra takes while its person is erased. */
async function uploadedMeanwhile(queue?: Queue) {
  const user = newUser();
  const uploadId = `upl-${crypto.randomUUID()}`;
  const terra = newTerra();
  await terra.answers('/lab-reports', 202, { upload_id: uploadId }, { isHeld: true });
  const used = queue === undefined ? terra.env : { ...terra.env, TERRA_EVENTS: queue };
  const uploading = uploadForm(user, formWith(PDF), used);
  await expect.poll(() => terra.calls()).toHaveLength(1);
  const other = newTerra();
  expect((await eraseAt(user, other.env)).status).toBe(200);
  await terra.release();
  return { user, uploadId, terra, other, response: await uploading };
}

describe('an erasure while a lab upload is on its way to Terra', () => {
  it('leaves nothing here, and has what Terra took deleted there', async () => {
    const { user, uploadId, terra, other, response } = await uploadedMeanwhile();
    expect(response.status).toBe(404);
    expect(await placesOf([user, uploadId])).toEqual([]);
    expect(await marksOf(uploadId)).toEqual(['upload']);
    const removal = { kind: 'lab_upload', id: uploadId };
    expect(terra.outbox.messages).toEqual([{ removal }]);
    // Should the sender be gone: Terra is asked for what it has under the person's reference once it must be over.
    expect((await other.calls('/lab-reports')).map(queryOf)).toEqual([{ reference_id: user }]);
    expect(other.outbox.messages).toEqual([
      { removal: { kind: 'lab_reference', id: user, until: expect.any(String) } },
    ]);
  });

  it('of somebody else asks Terra nothing of the person who is erased', async () => {
    const [user, other] = [newUser(), newUser()];
    await env.DB.batch([
      env.DB.prepare('insert into users(id) values (?1), (?2)').bind(user, other),
      env.DB.prepare(
        "insert into lab_uploads(id, user_id, storage_key, terra_status, updated_at) values (?1, ?2, ?1, 'pending', ?3)",
      ).bind(crypto.randomUUID(), other, isoTime(Date.now())),
    ]);
    const terra = newTerra();
    expect((await eraseAt(user, terra.env)).status).toBe(200);
    expect([await terra.calls(), terra.outbox.messages]).toEqual([[], []]);
  });

  it('keeps Terra’s id in the outbox until the queue has it', async () => {
    const away = { sendBatch: () => Promise.reject(new Error('away')) } as unknown as Queue;
    const { user, uploadId } = await uploadedMeanwhile(away);
    expect(await outboxRows()).toEqual([{ kind: 'lab_upload', id: uploadId }]);
    expect(await placesOf([user])).toEqual([]);
    const later = newTerra();
    await sweepOutbox(later.env, Date.now() + MINUTE_MS);
    expect(later.outbox.messages).toEqual([{ removal: { kind: 'lab_upload', id: uploadId } }]);
    expect(await outboxRows()).toEqual([]);
  });

  it('asks under a reference only for reports from before the person may have come back', async () => {
    const user = newUser();
    const terra = newTerra();
    const sessions = [
      { session_id: 'old', uploaded_at: '2026-03-01T10:00:00Z' },
      { session_id: 'new', uploaded_at: '2026-03-01T10:02:00Z' },
    ];
    await terra.answers('/lab-reports', 204, '');
    await terra.answers(`/lab-reports?reference_id=${user}`, 200, { sessions });
    const until = '2026-03-01T10:01:00.000Z';
    expect(await consume([{ removal: { kind: 'lab_reference', id: user, until } }], terra.env)).toMatchObject(
      { acked: [0] },
    );
    expect((await terra.calls()).map(({ method, url }) => [method, url.split('/').at(-1)])).toEqual([
      ['GET', `lab-reports?reference_id=${user}`],
      ['DELETE', 'old'],
    ]);
  });

  it('before Terra was asked keeps it from being asked', async () => {
    const user = newUser();
    const terra = newTerra();
    const LAB_REPORTS = new Proxy(env.LAB_REPORTS, {
      get(target, name) {
        if (name !== 'put') return Reflect.get(target, name).bind(target);
        return async (...given: Parameters<R2Bucket['put']>) => {
          const object = await target.put(...given);
          await env.DB.prepare(
            "insert into erasures(subject, requested_at, next_attempt_at) values (?, '2026-01-01', '2999')",
          )
            .bind(user)
            .run();
          return object;
        };
      },
    });
    const response = await uploadForm(user, formWith(PDF), { ...terra.env, LAB_REPORTS });
    expect(response.status).toBe(404);
    expect(await terra.calls()).toEqual([]);
    expect((await env.LAB_REPORTS.list({ prefix: `lab-uploads/${user}/` })).objects).toEqual([]);
  });
});

describe('an erasure while Terra is asked', () => {
  it('for history leaves no trace of the request', async () => {
    const who = await connected();
    const id = await env.DB.prepare("select id from backfills where user_id = ? and resource = 'daily'")
      .bind(who.user)
      .first<string>('id');
    const terra = newTerra();
    await terra.answers('/daily', 200, { status: 'success' }, { isHeld: true });
    const sending = sendBackfill(terra.env, String(id), Date.now());
    await expect.poll(() => terra.calls('/daily')).toHaveLength(1);
    await erase(who.user);
    await terra.release();
    await sending;
    expect(await placesOf([who.user, who.terraId])).toEqual([]);
  });

  it('for everybody’s connections leaves no trace of a conflict', async () => {
    const who = await connected();
    const terra = newTerra();
    const listed = { ...terraUser(who), reference_id: newUser(), active: true };
    await terra.answers('/subscriptions', 200, { data: { next: null, results: [listed] } });
    await reconcileEverybody(
      envWithInterloper(() => erase(who.user), terra.env),
      Date.now(),
    );
    expect(await placesOf([who.user, who.terraId])).toEqual([]);
  });
});

describe('while an erasure is under way', () => {
  it('an event that only its connection leads to ends blank, and Terra is asked for no history', async () => {
    const who = await connected();
    const later = await deliver({ type: 'daily', user: { user_id: who.terraId }, data: [day({ steps: 9 })] });
    const { raw_event_id: rawEventId } = await later.json<{ raw_event_id: number }>();
    const backfill = await env.DB.prepare('select id from backfills where user_id = ? limit 1')
      .bind(who.user)
      .first<string>('id');
    await env.DB.prepare(
      "insert into erasures(subject, requested_at, next_attempt_at) values (?, '2026-01-01', '2999')",
    )
      .bind(who.user)
      .run();
    const terra = newTerra();
    expect(await consume([{ rawEventId }, { backfillId: backfill }], terra.env)).toMatchObject({
      acked: [0, 1],
    });
    expect(
      await env.DB.prepare(
        `select process_error, ${PAYLOAD_TEXT} as payload, terra_user_id from raw_events where id = ?`,
      )
        .bind(rawEventId)
        .first(),
    ).toEqual({ process_error: 'skipped:user_erased', payload: '', terra_user_id: '' });
    expect(await terra.calls()).toEqual([]);
    await erase(who.user);
  });

  it('a commit that looked before it is read anew', async () => {
    const who = someone();
    const terra = newTerra();
    const response = await deliver(event('daily', who, [day({ steps: 9 })]));
    const { raw_event_id: rawEventId } = await response.json<{ raw_event_id: number }>();
    const mark = () =>
      env.DB.prepare("insert into erased_subjects values (?, 'user', '2026-01-01T00:00:00.000Z')")
        .bind(sha256Hex(who.user))
        .run();
    await consume([{ rawEventId }], envWithInterloper(mark, terra.env));
    expect(await placesOf([who.user, who.terraId])).toEqual([]);
  });
});

describe('a connection that is made at Terra after the erasure', () => {
  it('is ended there, and its id is refused', async () => {
    const who = await connected();
    await erase(who.user);
    const late = newTerraId();
    const terra = newTerra();
    await deliver(
      { type: 'auth', status: 'success', user: terraUser({ ...who, terraId: late }) },
      { env: terra.env },
    );
    expect(terra.outbox.messages).toEqual([{ removal: { kind: 'user', id: late } }]);
    expect(await marksOf(late)).toEqual(['terra_user']);
    expect(await outboxRows()).toEqual([]);
    const daily = await deliver({ type: 'daily', user: { user_id: late }, data: [day({ steps: 1 })] });
    expect(await daily.json()).toMatchObject({ skipped: 'user_erased' });
  });

  it('stays where it is another person’s', async () => {
    const [who, other] = [await connected(), await connected()];
    await erase(who.user);
    const terra = newTerra();
    const auth = { type: 'auth', status: 'success', user: terraUser({ ...who, terraId: other.terraId }) };
    await deliver(auth, { env: terra.env });
    expect(terra.outbox.messages).toEqual([]);
    expect(await marksOf(other.terraId)).toEqual([]);
  });

  it('is nothing to the person who came back', async () => {
    const who = await connected();
    await erase(who.user);
    expect(await signedIn(who.user, Math.floor(Date.now() / 1_000) + 2)).toBe(200);
    const terra = newTerra();
    const again = { ...who, terraId: newTerraId() };
    await deliver({ type: 'auth', status: 'success', user: terraUser(again) }, { env: terra.env });
    expect(terra.outbox.messages).toEqual([
      { rawEventId: expect.any(Number), bytes: expect.any(Number), requestId: expect.any(String) },
    ]);
  });
});

it('leaves a request of somebody who is being erased as it was, though its turn was looked up before', async () => {
  const who = await connected();
  const request = () =>
    env.DB.prepare('select id, next_attempt_at from backfills where user_id = ? order by id limit 1')
      .bind(who.user)
      .first<{ id: string; next_attempt_at: string }>();
  const before = await request();
  await env.DB.prepare('insert into erasures(subject, requested_at, next_attempt_at) values (?1, ?2, ?2)')
    .bind(who.user, isoTime(Date.now() + HOUR_MS))
    .run();
  await runAll(env.DB, [
    postponeBackfillStatement(before?.id ?? '', isoTime(Date.now() + HOUR_MS), WAITS_FOR_LIMIT),
  ]);
  expect(await request()).toEqual(before);
});
