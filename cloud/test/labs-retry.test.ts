import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { asTerraUploadId } from '../src/ids.ts';
import { LAB_FORWARD_MAX_MS } from '../src/limits.ts';
import { storeUploadAnswerStatements } from '../src/store/lab-upload-answers.ts';
import { runAll } from '../src/store/statements.ts';
import {
  completed,
  failed,
  labValuesOf,
  newUpload,
  plannedUpload,
  type Uploaded,
  upload,
  uploadStates,
} from './support/lab-events.ts';
import { formWith, PDF, uploadForm } from './support/lab-files.ts';
import { asPerson, consume, deliver, ingest, newUser, rawEvent, rowsOf } from './support/stack.ts';
import { newTerra } from './support/terra.ts';
import { placesOf, wipe } from './support/whole-person.ts';

const T1 = Date.UTC(2026, 1, 2, 9);
const PARSED = ['parsed', '2026-02-02T09:00:00.000Z'];

type Row = Record<string, unknown>;

async function onlyUpload(user: string): Promise<Row> {
  const [row, ...others] = await rowsOf('lab_uploads', user, ['user_id']);
  expect(others).toEqual([]);
  return row ?? {};
}

async function retry(user: string, id: unknown, used: Env): Promise<Response> {
  return asPerson(user, `/v1/labs/${id}/retry`, { method: 'POST', env: used });
}

/** An upload that Terra could not read, and the id it will give the file next. */
async function failedUpload(): Promise<Uploaded & { readonly id: string; readonly nextId: string }> {
  const made = await newUpload();
  await ingest(failed(made), { orderingMs: T1 });
  const nextId = `upl_${crypto.randomUUID()}`;
  await made.terra.answers('/lab-reports', 202, { upload_id: nextId });
  return { ...made, id: String((await onlyUpload(made.user)).id), nextId };
}

/** An upload that Terra refused. */
async function refusedUpload(status = 500): Promise<Uploaded & { readonly id: string }> {
  const user = newUser();
  const terra = newTerra();
  await terra.answers('/lab-reports', status, {});
  expect((await uploadForm(user, formWith(PDF, 'März.pdf'), terra.env)).status).toBe(502);
  const uploadId = `upl_${crypto.randomUUID()}`;
  await terra.answers('/lab-reports', 202, { upload_id: uploadId });
  return { user, terra, uploadId, sessionId: crypto.randomUUID(), id: String((await onlyUpload(user)).id) };
}

describe('POST /v1/labs/:id/retry', () => {
  it('sends the kept file once more, under its name and type, and answers like the upload', async () => {
    const made = await refusedUpload();
    const before = await onlyUpload(made.user);
    const response = await retry(made.user, made.id, made.terra.env);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      ok: true,
      upload_id: made.id,
      storage_key: before.storage_key,
      terra_status: 'submitted',
      note: expect.stringContaining('amy sync'),
    });
    const after = await onlyUpload(made.user);
    expect(after).toEqual({
      ...before,
      terra_status: 'submitted',
      terra_upload_id: made.uploadId,
      terra_response: JSON.stringify({ upload_id: made.uploadId }),
      updated_at: expect.any(String),
    });
    expect(String(after.updated_at) > String(before.updated_at)).toBe(true);
    const [first, second, ...others] = await made.terra.calls();
    expect(others).toEqual([]);
    const part = (body = '') => body.slice(body.indexOf('content-disposition: form-data; name="files"'));
    const withoutBoundary = (body = '') => part(body).replace(/\r\n--[^\r]*--\r\n$/, '');
    expect(withoutBoundary(second?.body).toLowerCase()).toBe(withoutBoundary(first?.body).toLowerCase());
    expect(second?.url).toContain(`reference_id=${made.user}`);
    await ingest(completed(made), { orderingMs: T1 });
    expect(await uploadStates(made.user)).toEqual([PARSED]);
  });

  it('that Terra refuses again is a 502 that keeps it for the next', async () => {
    const made = await refusedUpload();
    await made.terra.answers('/lab-reports', 503, {}, { times: 1 });
    const refused = await retry(made.user, made.id, made.terra.env);
    expect(refused.status).toBe(502);
    expect(await refused.json()).toMatchObject({ error: { code: 'terra_upload_failed' } });
    expect(await onlyUpload(made.user)).toMatchObject({ terra_status: 'failed:503' });
    expect((await retry(made.user, made.id, made.terra.env)).status).toBe(200);
  });

  it('twice at once sends once', async () => {
    const made = await refusedUpload();
    const both = await Promise.all([1, 2].map(() => retry(made.user, made.id, made.terra.env)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    expect(await made.terra.calls()).toHaveLength(2);
  });

  it.each(['pending', 'submitted', 'parsed'])('of an upload that is %s is refused', async (status) => {
    const made = await newUpload();
    if (status === 'parsed') await ingest(completed(made), { orderingMs: T1 });
    if (status === 'pending') {
      await env.DB.prepare("update lab_uploads set terra_status = 'pending' where user_id = ?")
        .bind(made.user)
        .run();
    }
    const stands = status === 'parsed' ? 'has been read' : 'is being read';
    const response = await retry(made.user, (await onlyUpload(made.user)).id, made.terra.env);
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      error: { code: 'not_retriable', message: expect.stringContaining(`this report ${stands}`) },
    });
    expect(await made.terra.calls()).toHaveLength(1);
  });

  it('of an upload whose answer is overdue sends it', async () => {
    const made = await refusedUpload();
    await env.DB.prepare("update lab_uploads set terra_status = 'pending', updated_at = ? where id = ?")
      .bind(new Date(Date.now() - LAB_FORWARD_MAX_MS - 1_000).toISOString(), made.id)
      .run();
    expect((await retry(made.user, made.id, made.terra.env)).status).toBe(200);
    expect(await onlyUpload(made.user)).toMatchObject({ terra_upload_id: made.uploadId });
  });

  it('of an upload of nobody, of somebody else, or without a file is 404, and nothing is sent', async () => {
    const made = await refusedUpload();
    expect((await retry(newUser(), made.id, made.terra.env)).status).toBe(404);
    expect((await retry(made.user, crypto.randomUUID(), made.terra.env)).status).toBe(404);
    const row = await onlyUpload(made.user);
    await env.LAB_REPORTS.delete(String(row.storage_key));
    expect((await retry(made.user, made.id, made.terra.env)).status).toBe(404);
    expect(await onlyUpload(made.user)).toEqual(row);
    expect(await made.terra.calls()).toHaveLength(1);
  });
});

describe('an upload that was sent again', () => {
  it('is the owner of what comes under either id, and parsed by either', async () => {
    const made = await failedUpload();
    expect((await retry(made.user, made.id, made.terra.env)).status).toBe(200);
    expect(await uploadStates(made.user)).toEqual([['submitted', null]]);
    const late = await ingest(completed({ ...made, sessionId: crypto.randomUUID() }), { orderingMs: T1 });
    expect(late).toMatchObject({ process_error: null, user_id: made.user });
    expect(await uploadStates(made.user)).toEqual([PARSED]);
    const again = { biomarker: 'crp', value: 1, unit: 'mg/L', collection_date: '2026-02-01' };
    const next = { ...made, uploadId: made.nextId, sessionId: crypto.randomUUID() };
    await ingest(completed(next, again), { orderingMs: T1 + 1_000 });
    expect(await labValuesOf(made.user)).toEqual([
      ['crp', 1],
      ['glucose', 90],
    ]);
    const response = await asPerson(made.user, `/v1/labs/${made.id}`);
    expect(await response.json()).toMatchObject({
      terra_status: 'parsed',
      biomarkers: [{ code: 'crp' }, { code: 'glucose' }],
    });
  });

  it('forgets what failed before, however late that is told or replayed', async () => {
    const made = await failedUpload();
    await retry(made.user, made.id, made.terra.env);
    const late = { ...made, sessionId: crypto.randomUUID() };
    const { id } = await ingest(failed(late, 'x_late'), { orderingMs: T1 + 9_000 });
    await consume([{ rawEventId: id, force: true }]);
    expect(await uploadStates(made.user)).toEqual([['submitted', null]]);
    const next = { ...made, uploadId: made.nextId };
    await ingest(failed(next, 'internal'), { orderingMs: T1 });
    expect(await uploadStates(made.user)).toEqual([['failed:terra_internal', null]]);
  });

  it('is not taken back by the answer of Terra when it was read meanwhile', async () => {
    for (const status of [202, 500]) {
      const made = await failedUpload();
      if (status === 500) await made.terra.answers('/lab-reports', 500, {});
      const env = envThatSends(made.terra.env, () =>
        ingest(completed({ ...made, sessionId: crypto.randomUUID() }), { orderingMs: T1 }),
      );
      await retry(made.user, made.id, env);
      expect(await uploadStates(made.user)).toEqual([PARSED]);
    }
  });

  it('takes the late answer to an earlier sending for what it is: a refusal for none, an id for one more', async () => {
    const made = await refusedUpload();
    await retry(made.user, made.id, made.terra.env);
    const lateId = asTerraUploadId(`upl_${crypto.randomUUID()}`);
    const late = { userId: made.user, id: made.id, terraStatus: 'submitted', terraResponse: '{}' };
    const now = isoTime(Date.now());
    const refusal = { ...late, terraStatus: 'failed:network', terraUploadId: null };
    for (const answer of [refusal, { ...late, terraUploadId: lateId }]) {
      await runAll(env.DB, storeUploadAnswerStatements(answer, now));
      expect(await uploadStates(made.user)).toEqual([['submitted', null]]);
    }
    for (const uploadId of [made.uploadId, lateId]) {
      const row = await ingest(completed({ uploadId, sessionId: crypto.randomUUID() }), { orderingMs: T1 });
      expect(row).toMatchObject({ process_error: null, user_id: made.user });
    }
    expect(await uploadStates(made.user)).toEqual([PARSED]);
  });

  it('whose result comes before its new id is recorded lets go of it', async () => {
    const made = await failedUpload();
    const next = { ...made, uploadId: made.nextId, sessionId: crypto.randomUUID() };
    const { id } = await ingest(completed(next), { orderingMs: T1 });
    expect(await rawEvent(id)).toMatchObject({ process_error: 'no_lab_upload_for_upload_id' });
    await retry(made.user, made.id, made.terra.env);
    await consume(made.terra.outbox.messages);
    expect(await rawEvent(id)).toMatchObject({ process_error: null, user_id: made.user });
    expect(await uploadStates(made.user)).toEqual([PARSED]);
  });

  it('whose earlier result was parked keeps its owner when it is retried in between', async () => {
    const planned = await plannedUpload();
    const response = await deliver(completed(planned), { orderingMs: T1 });
    const { raw_event_id: id } = await response.json<{ raw_event_id: number }>();
    await upload(planned);
    await ingest(failed({ ...planned, sessionId: crypto.randomUUID() }), { orderingMs: T1 });
    await planned.terra.answers('/lab-reports', 202, { upload_id: crypto.randomUUID() });
    const { id: uploadId } = await onlyUpload(planned.user);
    expect((await retry(planned.user, uploadId, planned.terra.env)).status).toBe(200);
    await consume([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({ process_error: null, user_id: planned.user });
  });

  it('is erased with its person under every id', async () => {
    const made = await failedUpload();
    await retry(made.user, made.id, made.terra.env);
    await wipe(made.user);
    expect(await placesOf([made.user, made.uploadId, made.nextId])).toEqual([]);
    for (const uploadId of [made.uploadId, made.nextId]) {
      const answer = await deliver(completed({ ...made, uploadId }));
      expect(await answer.json()).toMatchObject({ skipped: 'user_erased' });
    }
  });
});

/** An env whose file is sent to Terra only after something else has happened. */
function envThatSends(base: Env, meanwhile: () => Promise<unknown>): Env {
  let isClaimed = false;
  let hasActed = false;
  const db = {
    prepare(sql: string) {
      isClaimed ||= sql.includes("terra_status = 'pending',");
      return base.DB.prepare(sql);
    },
    async batch(statements: D1PreparedStatement[]) {
      const answers = await base.DB.batch(statements);
      if (isClaimed && !hasActed) {
        hasActed = true;
        await meanwhile();
      }
      return answers;
    },
  };
  return { ...base, DB: db as unknown as D1Database };
}
