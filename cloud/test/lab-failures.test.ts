import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import {
  completed,
  failed,
  labValuesOf,
  newUpload,
  plannedUpload,
  upload,
  uploadStates,
  withoutUploadId,
} from './support/lab-events.ts';
import { consume, ingest, rawEvent, rowsOf } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

const T1 = Date.UTC(2026, 1, 2, 9);
const PARKED = { processed_at: null, process_error: 'no_lab_upload_for_upload_id' };
const FAILED = ['failed:terra_file_unreadable', null];

describe('lab_report.failed', () => {
  it('is what the upload shows', async () => {
    const made = await newUpload();
    expect(await ingest(failed(made))).toMatchObject({ process_error: null, user_id: made.user });
    expect(await uploadStates(made.user)).toEqual([FAILED]);
  });

  it('shows the latest code of two, whichever comes first', async () => {
    for (const order of [
      [1, 2],
      [2, 1],
    ]) {
      const made = await newUpload();
      for (const n of order) await ingest(failed(made, `code_${n}`), { orderingMs: T1 + n });
      expect(await uploadStates(made.user)).toEqual([['failed:terra_code_2', null]]);
    }
  });

  it.each([
    ['then parsed', true],
    ['after it was parsed', false],
  ])('%s leaves the upload parsed', async (_, failsFirst) => {
    const made = await newUpload();
    const other = { ...made, sessionId: crypto.randomUUID() };
    const fail = () => ingest(failed(other), { orderingMs: T1 + 60_000 });
    if (failsFirst) await fail();
    await ingest(completed(made), { orderingMs: T1 });
    if (!failsFirst) await fail();
    expect(await uploadStates(made.user)).toEqual([['parsed', '2026-02-02T09:00:00.000Z']]);
    expect(await labValuesOf(made.user)).toEqual([['glucose', 90]]);
  });

  it('and completed in one batch leave the upload parsed', async () => {
    const planned = await plannedUpload();
    const ids = [(await ingest(failed(planned))).id, (await ingest(completed(planned))).id];
    await upload(planned);
    await consume(ids.map((rawEventId) => ({ rawEventId })));
    expect(await uploadStates(planned.user)).toMatchObject([['parsed', expect.any(String)]]);
  });

  it('before the upload knows its id waits, and is let go of by it', async () => {
    const planned = await plannedUpload();
    const { id } = await ingest(failed(planned));
    expect(await rawEvent(id)).toMatchObject(PARKED);
    await upload(planned);
    await consume(planned.terra.outbox.messages);
    expect(await uploadStates(planned.user)).toEqual([FAILED]);
  });

  it('that names our user before the upload knows its id is what the upload shows from the start', async () => {
    const planned = await plannedUpload();
    for (const [n, code] of ['x_early', 'b_late', 'a_late'].entries()) {
      const session = { ...planned, sessionId: crypto.randomUUID() };
      const orderingMs = T1 + Math.min(n, 1);
      await ingest(failed(session, code, { reference_id: planned.user }), { orderingMs });
    }
    await upload(planned);
    expect(await uploadStates(planned.user)).toEqual([['failed:terra_b_late', null]]);
  });
});

describe('lab_report.failed without an upload id', () => {
  const ofPerson = (user: string) => ({
    data: { reference_id: user, error: { code: 'file_unreadable', message: 'no', retriable: false } },
  });

  it('is of the session that an earlier result named', async () => {
    const made = await newUpload();
    await newUpload(made.user);
    await ingest(failed(made, 'slow'), { orderingMs: T1 });
    const row = await ingest(withoutUploadId(failed(made)), { orderingMs: T1 + 1 });
    expect(row).toMatchObject({ process_error: null, user_id: made.user, reference_id: null });
    expect(await uploadStates(made.user)).toEqual([FAILED, ['submitted', null]]);
  });

  it("is of the person's only unfinished upload", async () => {
    const done = await newUpload();
    await ingest(completed(done), { orderingMs: T1 });
    const refused = newTerra();
    await refused.answers('/lab-reports', 500, {});
    await expect(upload({ ...done, terra: refused })).rejects.toThrow('502');
    await newUpload(done.user);
    const row = await ingest(withoutUploadId(failed(done, '', ofPerson(done.user))));
    expect(row).toMatchObject({ process_error: null, user_id: done.user });
    expect(await uploadStates(done.user)).toEqual([
      ['parsed', '2026-02-02T09:00:00.000Z'],
      ['failed:500', null],
      FAILED,
    ]);
  });

  it('is the only kind that is: a result without an upload id is kept, and taken for no upload', async () => {
    const made = await newUpload();
    const row = await ingest({ ...withoutUploadId(completed(made)), reference_id: made.user });
    expect(row).toMatchObject({ process_error: null, user_id: made.user });
    expect(await uploadStates(made.user)).toEqual([['submitted', null]]);
    expect(await rowsOf('biomarkers_raw', made.user)).toHaveLength(1);
  });

  it('waits while two uploads are unfinished, and is told by what is left of them', async () => {
    const one = await newUpload();
    await newUpload(one.user);
    const { id } = await ingest(withoutUploadId(failed(one, '', ofPerson(one.user))));
    expect(await rawEvent(id)).toMatchObject(PARKED);
    await ingest(completed(one), { orderingMs: T1 });
    await consume([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({ process_error: null, user_id: one.user });
    expect(await uploadStates(one.user)).toEqual([['parsed', '2026-02-02T09:00:00.000Z'], FAILED]);
  });

  it('waits while another upload has not been answered by Terra yet: it may be about that one', async () => {
    const made = await newUpload();
    await env.DB.prepare(
      "insert into lab_uploads(id, user_id, storage_key, terra_status) values (?, ?, 'k', 'pending')",
    )
      .bind(crypto.randomUUID(), made.user)
      .run();
    expect(await ingest(withoutUploadId(failed(made, '', ofPerson(made.user))))).toMatchObject(PARKED);
  });

  it.each(['reference', 'session'])('and of nobody by its %s waits', async (by) => {
    const made = await newUpload();
    const more = by === 'reference' ? { data: { error: { code: 'x' } } } : {};
    const row = await ingest(withoutUploadId(failed({ ...made, sessionId: 'unheard' }, 'x', more)));
    expect(row).toMatchObject({ ...PARKED, user_id: null });
    expect(await uploadStates(made.user)).toEqual([['submitted', null]]);
  });

  it("of a session that is one person's and a reference to another is an owner_conflict", async () => {
    const made = await newUpload();
    const other = await newUpload();
    await ingest(completed(made));
    const data = { session_id: made.sessionId, reference_id: other.user, error: { code: 'x' } };
    const row = await ingest(withoutUploadId(failed(made, 'x', { data })));
    expect(row).toMatchObject({ processed_at: null, process_error: 'owner_conflict' });
    expect(await uploadStates(other.user)).toEqual([['submitted', null]]);
    expect(await rowsOf('biomarkers_raw', other.user)).toEqual([]);
  });
});
