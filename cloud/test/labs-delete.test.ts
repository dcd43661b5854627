import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { asUserId } from '../src/ids.ts';
import { terraUploadIdsStatement } from '../src/store/lab-uploads.ts';
import { allRows } from '../src/store/statements.ts';
import { interleavingDatabase } from './support/interleaving-database.ts';
import { envWithInterloper } from './support/interloper.ts';
import {
  completed,
  failed,
  labValuesOf,
  newUpload,
  plannedUpload,
  SHAPES,
  type Uploaded,
  upload,
  uploadStates,
  withoutUploadId,
} from './support/lab-events.ts';
import {
  asPerson,
  consume,
  deliver,
  envWithOutbox,
  ingest,
  newUser,
  rawEvent,
  rowsOf,
} from './support/stack.ts';
import { newTerra } from './support/terra.ts';
import { everythingStored, placesOf, wipe } from './support/whole-person.ts';

const T1 = Date.UTC(2026, 1, 2, 9);
const DAY = { unit: 'mg/dL', collection_date: '2026-02-01' };
const LDL = { biomarker: 'ldl_cholesterol', value: 100, ...DAY };

type Receipt = { readonly ok: true; readonly deleted: Record<string, number>; readonly kept: number };

/** The id of a person's latest upload. */
async function latestId(user: string): Promise<string> {
  const id = await env.DB.prepare('select id from lab_uploads where user_id = ? order by rowid desc')
    .bind(user)
    .first('id');
  return String(id);
}

async function remove(user: string, id: string, used?: Env): Promise<Response> {
  const init = used === undefined ? {} : { env: used };
  return asPerson(user, `/v1/labs/${id}`, { method: 'DELETE', ...init });
}

async function removed(user: string, id: string, used?: Env): Promise<Receipt> {
  const response = await remove(user, id, used);
  expect(response.status).toBe(200);
  return response.json<Receipt>();
}

async function sync(user: string, since = '') {
  const response = await asPerson(user, `/v1/sync?since=${encodeURIComponent(since)}`);
  return response.json<{ now: string; data: Record<string, Record<string, unknown>[]> }>();
}

async function refused(of: Uploaded): Promise<void> {
  const answer = await deliver(completed(of, LDL, { event_id: crypto.randomUUID() }));
  expect(await answer.json()).toMatchObject({ ok: true, skipped: 'user_erased' });
}

describe('DELETE /v1/labs/:id', () => {
  it.each(SHAPES)('leaves nothing of an upload whose report came %s', async (_, shape) => {
    const made = await newUpload();
    const id = await latestId(made.user);
    const secret = `secret-${crypto.randomUUID()}`;
    await ingest({ ...shape(made), secret });
    const { now } = await sync(made.user);
    const { deleted, kept } = await removed(made.user, id);
    expect(kept).toBe(0);
    expect(deleted).toEqual({
      lab_uploads: 1,
      earlier_lab_ids: 0,
      lab_reports: 1,
      raw_events: 1,
      raw_bodies: 1,
      trace_events: 0,
      biomarkers_raw: 1,
      r2_lab_reports: 1,
      r2_raw_payloads: 0,
    });
    expect(await placesOf([made.uploadId, secret, `${made.user}/${id}`])).toEqual([]);
    const after = await sync(made.user, now);
    expect(after.data).toMatchObject({ biomarkers_raw: [], lab_uploads: [] });
    expect(after.data.deleted).toEqual([
      {
        table: 'biomarkers_raw',
        key: { source: 'terra_lab', draw_date: '2026-02-01', code: 'glucose' },
        deleted_at: after.now,
      },
      { table: 'lab_uploads', key: { id }, deleted_at: after.now },
    ]);
    expect(await rowsOf('biomarker_days', made.user)).toEqual([]);
    expect((await remove(made.user, id)).status).toBe(404);
    await refused(made);
  });

  it('leaves another person’s report, even of the same upload id', async () => {
    const [made, other] = [await newUpload(), newUser()];
    await ingest(completed(made, LDL));
    const row = { report: 'read-2', session_id: 'read-2', terra_upload_id: made.uploadId };
    await env.DB.batch([
      env.DB.prepare('insert into users(id) values (?)').bind(other),
      env.DB.prepare(
        'insert into lab_reports(user_id, report, session_id, terra_upload_id) values (?, ?, ?, ?)',
      ).bind(other, ...Object.values(row)),
    ]);
    expect((await removed(made.user, await latestId(made.user))).deleted.lab_reports).toBe(1);
    expect(await rowsOf('lab_reports', other)).toMatchObject([row]);
  });

  it('asks Terra to delete its reports, until it does', async () => {
    const made = await newUpload();
    await ingest(completed(made, LDL));
    const terra = newTerra();
    await terra.answers(`/lab-reports?upload_id=${made.uploadId}`, 503, {}, { times: 1 });
    await removed(made.user, await latestId(made.user), terra.env);
    expect(terra.outbox.messages).toEqual([{ removal: { kind: 'lab_upload', id: made.uploadId } }]);
    expect(await consume(terra.outbox.messages, terra.env)).toEqual({ acked: [], retried: [0] });
    await terra.answers(`/lab-reports?upload_id=${made.uploadId}`, 200, {
      sessions: [{ session_id: 'read-1' }],
    });
    await terra.answers('/lab-reports/read-1', 204, '');
    expect(await consume(terra.outbox.messages, terra.env)).toEqual({ acked: [0], retried: [] });
    const deletions = (await terra.calls()).filter(({ method }) => method === 'DELETE');
    expect(deletions.map(({ url }) => url.replace(/^.*\/v2/, ''))).toEqual(['/lab-reports/read-1']);
  });

  it('takes what was kept in R2, named its session alone, waited or failed', async () => {
    const made = await newUpload();
    const secret = `secret-${crypto.randomUUID()}`;
    await ingest(completed(made), { orderingMs: T1 });
    const large = { secret, padding: 'x'.repeat(1_100_000), reference_id: made.user };
    await ingest({ ...withoutUploadId(completed(made, LDL)), ...large });
    await ingest(completed(made, {}, { data: { results: { secret } } }));
    await ingest(failed({ ...made, sessionId: crypto.randomUUID() }, 'x', { secret }));
    const waiting = await deliver(completed(made, LDL, { secret }));
    const { raw_event_id } = await waiting.json<{ raw_event_id: number }>();
    // Somebody changes the person once the payload is gone: looked at again, the event is still known.
    const raced = envWithInterloper(() => newUpload(made.user));
    const { deleted } = await removed(made.user, await latestId(made.user), raced);
    expect(deleted).toMatchObject({ raw_events: 5, biomarkers_raw: 1, r2_raw_payloads: 1 });
    expect(await placesOf([made.uploadId, secret])).toEqual([]);
    expect(await consume([{ rawEventId: raw_event_id }])).toEqual({ acked: [0], retried: [] });
    expect(await labValuesOf(made.user)).toEqual([]);
  });

  it('leaves what other uploads and other people have', async () => {
    const [made, other] = [await newUpload(), await newUpload()];
    const id = await latestId(made.user);
    const second = await newUpload(made.user);
    // It was sent again: Terra knew it by another id before.
    const earlier = `${second.uploadId}-before`;
    await env.DB.prepare('insert into earlier_lab_ids(terra_upload_id, upload_id, user_id) values (?, ?, ?)')
      .bind(earlier, await latestId(made.user), made.user)
      .run();
    await ingest(completed(made), { orderingMs: T1 });
    await ingest(completed(other), { orderingMs: T1 });
    await ingest(completed(second, LDL), { orderingMs: T1 });
    const otherRows = async () =>
      JSON.stringify([...(await everythingStored())].map(([, text]) => text.split(other.user).length));
    const before = await otherRows();
    const ids = terraUploadIdsStatement({ userId: asUserId(made.user), id });
    expect(await allRows(env.DB, ids)).toEqual([{ terra_upload_id: made.uploadId, is_shared: 0 }]);
    await removed(made.user, id);
    expect(await otherRows()).toBe(before);
    expect(await placesOf([earlier])).toEqual(['earlier_lab_ids']);
    expect(await labValuesOf(other.user)).toEqual([['glucose', 90]]);
    expect(await labValuesOf(made.user)).toEqual([['ldl_cholesterol', 100]]);
    expect((await sync(made.user)).data.biomarkers_raw).toHaveLength(1);
    expect(await uploadStates(made.user)).toEqual([['parsed', '2026-02-02T09:00:00.000Z']]);
    const late = { ...second, uploadId: earlier, sessionId: crypto.randomUUID() };
    await ingest(completed(late), { orderingMs: T1 + 1 });
    expect(await labValuesOf(made.user)).toEqual([
      ['glucose', 90],
      ['ldl_cholesterol', 100],
    ]);
  });

  it.each([
    ['later', 1, []],
    ['earlier', -1, [{ code: 'glucose', value: 110, status: null }]],
  ])('shows of a value that a %s report says as well what that one says', async (_, shift, synced) => {
    const kept = await newUpload();
    const rows = async () => rowsOf('biomarkers_raw', kept.user, ['updated_at']);
    const flag = { flag: 'high', reference_range: { low: 70, high: 99 } };
    await ingest(completed(kept, { biomarker: 'glucose', value: 110, ...DAY }), { orderingMs: T1 });
    const before = await rows();
    const gone = await newUpload(kept.user);
    const reading = { biomarker: 'glucose', value: 95, ...DAY, ...flag };
    await ingest(completed(gone, reading), { orderingMs: T1 - shift });
    await ingest(completed({ ...gone, sessionId: crypto.randomUUID() }, LDL), { orderingMs: T1 });
    const { now } = await sync(kept.user);
    const answer = await removed(kept.user, await latestId(kept.user));
    expect(answer).toMatchObject({ deleted: { biomarkers_raw: 1, raw_events: 2 }, kept: 1 });
    expect(await rows()).toEqual(before);
    const after = await sync(kept.user, now);
    expect(after.data.biomarkers_raw).toMatchObject(synced);
  });

  it('of an upload that was sent again takes what came under each id', async () => {
    const made = await newUpload();
    const id = await latestId(made.user);
    await ingest(failed(made), { orderingMs: T1 });
    const next = { ...made, uploadId: `upl_${crypto.randomUUID()}`, sessionId: crypto.randomUUID() };
    await made.terra.answers('/lab-reports', 202, { upload_id: next.uploadId });
    await asPerson(made.user, `/v1/labs/${id}/retry`, { method: 'POST', env: made.terra.env });
    await ingest(completed(next), { orderingMs: T1 });
    const { deleted } = await removed(made.user, id);
    expect(deleted).toMatchObject({ earlier_lab_ids: 1, lab_reports: 2, raw_events: 2 });
    expect(await placesOf([made.uploadId, next.uploadId])).toEqual([]);
    await refused(made);
    await refused(next);
  });

  it('of two uploads that Terra took for one leaves the report to the other', async () => {
    const made = await newUpload();
    await upload(made);
    await ingest(completed(made), { orderingMs: T1 });
    const { deleted } = await removed(made.user, await latestId(made.user));
    expect(deleted).toMatchObject({ lab_uploads: 1, raw_events: 0, biomarkers_raw: 0 });
    expect(await labValuesOf(made.user)).toEqual([['glucose', 90]]);
    const last = await removed(made.user, await latestId(made.user));
    expect(last.deleted).toMatchObject({ raw_events: 1, biomarkers_raw: 1 });
  });

  it('does not refuse the same file when it is uploaded anew and Terra gives it the same id', async () => {
    const made = await newUpload();
    await removed(made.user, await latestId(made.user));
    await refused(made);
    await upload(made);
    expect(await ingest(completed(made), { orderingMs: T1 })).toMatchObject({ process_error: null });
    expect(await labValuesOf(made.user)).toEqual([['glucose', 90]]);
  });

  it('takes of rows from before cells those that its reports name, and no other', async () => {
    const made = await newUpload();
    await ingest(completed(made));
    await env.DB.prepare('update biomarkers_raw set cells = null where user_id = ?').bind(made.user).run();
    await env.DB.prepare(
      "insert into biomarkers_raw(user_id, source, draw_date, code, value) values (?, 'terra_lab', '2026-02-01', 'ferritin', 80)",
    )
      .bind(made.user)
      .run();
    await removed(made.user, await latestId(made.user));
    expect(await labValuesOf(made.user)).toEqual([['ferritin', 80]]);
  });

  it('is 404 for an id of nobody or of somebody else, and changes nothing', async () => {
    const made = await newUpload();
    await ingest(completed(made));
    const id = await latestId(made.user);
    expect((await remove(newUser(), id)).status).toBe(404);
    expect((await remove(made.user, crypto.randomUUID())).status).toBe(404);
    expect(await labValuesOf(made.user)).toEqual([['glucose', 90]]);
    expect(await rowsOf('lab_uploads', made.user)).toHaveLength(1);
  });
});

describe('two deletions at once', () => {
  it('delete once', async () => {
    const made = await newUpload();
    await ingest(completed(made));
    const id = await latestId(made.user);
    const both = await Promise.all([remove(made.user, id), remove(made.user, id)]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 404]);
  });
});

describe('a deletion and a result at the same time', () => {
  it('leave nothing when the result is written just before the deletion commits', async () => {
    const made = await newUpload();
    const id = await latestId(made.user);
    const response = await deliver(completed(made, LDL));
    const { raw_event_id } = await response.json<{ raw_event_id: number }>();
    // The consumer looked before the mark and writes between the deletion's look and its commit.
    let writes = async () => {};
    const looked = new Promise<void>((resolve) => {
      const consumer = interleavingDatabase(env.DB, () => {
        resolve();
        return new Promise<void>((go) => {
          writes = async () => {
            go();
            await consumed;
          };
        });
      });
      const consumed = consume(
        [{ rawEventId: raw_event_id }],
        envWithOutbox({ ...env, DB: consumer.db }).env,
      );
    });
    await looked;
    const deletion = interleavingDatabase(env.DB, () => writes());
    const used = envWithOutbox({ ...env, DB: deletion.db }).env;
    await removed(made.user, id, used);
    // The mark alone keeps the result from being written.
    expect(deletion.counts).toEqual({ commits: 1, lost: 0 });
    expect(await labValuesOf(made.user)).toEqual([]);
    expect(await placesOf([made.uploadId])).toEqual([]);
  });

  it('leave the result of another upload that is written just before the deletion commits', async () => {
    const made = await newUpload();
    const id = await latestId(made.user);
    await ingest(completed(made, LDL));
    const other = await newUpload(made.user);
    const writes = () => ingest(completed(other, LDL, { event_id: crypto.randomUUID() }));
    const deletion = interleavingDatabase(env.DB, writes);
    const used = envWithOutbox({ ...env, DB: deletion.db }).env;
    const { deleted } = await removed(made.user, id, used);
    expect(deletion.counts).toEqual({ commits: 2, lost: 1 });
    expect(deleted).toMatchObject({ raw_events: 1 });
    expect(await labValuesOf(made.user)).toHaveLength(1);
    expect(await placesOf([made.uploadId])).toEqual([]);
  });

  it('leave nothing when the deletion happens between the look and the commit of the result', async () => {
    const made = await newUpload();
    const id = await latestId(made.user);
    const response = await deliver(completed(made));
    const { raw_event_id } = await response.json<{ raw_event_id: number }>();
    const raced = envWithOutbox(envWithInterloper(() => removed(made.user, id))).env;
    expect(await consume([{ rawEventId: raw_event_id }], raced)).toEqual({ acked: [0], retried: [] });
    expect(await labValuesOf(made.user)).toEqual([]);
    expect(await uploadStates(made.user)).toEqual([]);
    expect(await placesOf([made.uploadId])).toEqual([]);
  });

  it('leave nothing of a file that was deleted while Terra was asked, whatever Terra reads of it', async () => {
    const planned = await plannedUpload();
    let early: { id: number } | undefined;
    const raced = envThatActsBefore(planned.terra.env, 'select id from lab_uploads', async () => {
      early = await ingest({ ...completed(planned), reference_id: planned.user });
      await removed(planned.user, await latestId(planned.user));
    });
    await expect(upload({ ...planned, terra: { ...planned.terra, env: raced } })).rejects.toThrow('404');
    await expect(rawEvent(early?.id ?? 0)).rejects.toThrow('there is no raw event');
    expect(await labValuesOf(planned.user)).toEqual([]);
    expect(await placesOf([planned.uploadId])).toEqual([]);
    await refused(planned);
  });
});

describe('a person who is erased while Terra is asked', () => {
  it('gets nothing of what Terra reads: the id it gave is refused', async () => {
    const planned = await plannedUpload();
    const raced = envThatActsBefore(planned.terra.env, 'select id from lab_uploads', () =>
      wipe(planned.user),
    );
    await expect(upload({ ...planned, terra: { ...planned.terra, env: raced } })).rejects.toThrow('404');
    await refused(planned);
    expect(await placesOf([planned.uploadId])).toEqual([]);
  });
});

/** An env on which something happens once, just before the first batch that holds such a statement. */
function envThatActsBefore(base: Env, sql: string, acts: () => Promise<unknown>): Env {
  let state: 'before' | 'due' | 'done' = 'before';
  const db = {
    prepare(text: string) {
      if (state === 'before' && text.startsWith(sql)) state = 'due';
      return base.DB.prepare(text);
    },
    async batch(statements: D1PreparedStatement[]) {
      if (state === 'due') {
        state = 'done';
        await acts();
      }
      return base.DB.batch(statements);
    },
  };
  return { ...base, DB: db as unknown as D1Database };
}
