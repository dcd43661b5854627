import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { envWithInterloper } from './support/interloper.ts';
import {
  completed,
  labValuesOf,
  newUpload,
  plannedUpload,
  SHAPES,
  type Uploaded,
  upload,
  uploadStates,
} from './support/lab-events.ts';
import {
  asOperator,
  asPerson,
  consume,
  deliver,
  envWithOutbox,
  ingest,
  known,
  newUser,
  rawEvent,
  rowsOf,
} from './support/stack.ts';

const T1 = Date.UTC(2026, 1, 2, 9);
const PARSED = ['parsed', '2026-02-02T09:00:00.000Z'];
const GLUCOSE = [['glucose', 90]];
const PARKED = { processed_at: null, process_error: 'no_lab_upload_for_upload_id', user_id: null };
const DONE = { processed_at: expect.any(String), process_error: null };

function withReference(of: Uploaded, user: string): Record<string, unknown> {
  return { ...completed(of), reference_id: user };
}

describe('a lab result', () => {
  it.each(SHAPES)('%s is of whoever made the upload, whose upload is then parsed', async (_, shape) => {
    const made = await newUpload();
    const row = await ingest(shape(made), { orderingMs: T1 });
    expect(row).toMatchObject({
      ...DONE,
      user_id: made.user,
      terra_user_id: '',
      reference_id: made.uploadId,
    });
    const [biomarker, ...others] = await rowsOf('biomarkers_raw', made.user, [
      'user_id',
      'updated_at',
      'cells',
      'rules',
    ]);
    expect(biomarker).toEqual({
      source: 'terra_lab',
      draw_date: '2026-02-01',
      code: 'glucose',
      value: 90,
      unit: 'mg/dL',
      ref_low: null,
      ref_high: null,
      status: null,
      value_text: null,
      operator: null,
      specimen: null,
      loinc: null,
      measured_at: null,
      raw: expect.stringContaining('glucose'),
      canonical: 1,
    });
    expect(others).toEqual([]);
    expect(await uploadStates(made.user)).toEqual([PARSED]);
  });

  it.each(SHAPES)('%s before the upload knows its id waits, and is let go of by it', async (_, shape) => {
    const planned = await plannedUpload();
    const { id } = await ingest(shape(planned), { orderingMs: T1 });
    expect(await rawEvent(id)).toMatchObject({ ...PARKED, attempts: 1 });
    await upload(planned);
    expect(await uploadStates(planned.user)).toEqual([['submitted', null]]);
    expect(await rawEvent(id)).toMatchObject({ processed_at: null, process_error: null, attempts: 0 });
    const released = planned.terra.outbox.messages;
    expect(released).toEqual([{ rawEventId: id, bytes: expect.any(Number) }]);
    await consume(released);
    expect(await rawEvent(id)).toMatchObject({ ...DONE, user_id: planned.user });
    expect(await labValuesOf(planned.user)).toEqual(GLUCOSE);
    expect(await uploadStates(planned.user)).toEqual([PARSED]);
  });

  it('that names our user is theirs at once; the upload is parsed when it records the id', async () => {
    const planned = await plannedUpload();
    const row = await ingest(withReference(planned, planned.user), { orderingMs: T1 });
    expect(row).toMatchObject({ ...DONE, user_id: planned.user });
    expect(await labValuesOf(planned.user)).toEqual(GLUCOSE);
    await upload(planned);
    expect(await uploadStates(planned.user)).toEqual([PARSED]);
  });

  it('is not parked when its upload records the id between load and commit', async () => {
    const planned = await plannedUpload();
    const response = await deliver(completed(planned));
    const { raw_event_id: id } = await response.json<{ raw_event_id: number }>();
    const raced = envWithOutbox(envWithInterloper(() => upload(planned))).env;
    expect(await consume([{ rawEventId: id }], raced)).toEqual({ acked: [0], retried: [] });
    expect(await rawEvent(id)).toMatchObject({ ...DONE, user_id: planned.user });
    expect(await uploadStates(planned.user)).toMatchObject([['parsed', expect.any(String)]]);
  });

  it('that names our user is not lost on an upload that records the id between load and commit', async () => {
    const planned = await plannedUpload();
    const response = await deliver(withReference(planned, planned.user), { orderingMs: T1 });
    const { raw_event_id: id } = await response.json<{ raw_event_id: number }>();
    const raced = envWithOutbox(envWithInterloper(() => upload(planned))).env;
    await consume([{ rawEventId: id }], raced);
    expect(await uploadStates(planned.user)).toEqual([PARSED]);
  });

  it('delivered twice, in two shapes and once more replayed gives the same rows and moves nothing', async () => {
    const made = await newUpload();
    const body = completed(made);
    const { id } = await ingest(body, { orderingMs: T1 });
    const rows = async () => [
      await rowsOf('biomarkers_raw', made.user, []),
      await rowsOf('lab_uploads', made.user, []),
      await env.DB.prepare('select clock from users where id = ?').bind(made.user).first(),
    ];
    const before = await rows();
    expect((await ingest(body, { orderingMs: T1 + 5_000 })).id).toBe(id);
    await consume([{ rawEventId: id, force: true }]);
    expect(await rows()).toEqual(before);
    await ingest(SHAPES[0]?.[1](made), { orderingMs: T1 - 5_000 });
    expect(await labValuesOf(made.user)).toEqual(GLUCOSE);
    expect(await uploadStates(made.user)).toEqual([PARSED]);
  });

  it('of a report that was read again shows the later reading', async () => {
    const made = await newUpload();
    await ingest(completed(made), { orderingMs: T1 });
    const again = { biomarker: 'glucose', value: 92, unit: 'mg/dL', collection_date: '2026-02-01' };
    await ingest(completed(made, again), { orderingMs: T1 + 60_000 });
    expect(await labValuesOf(made.user)).toEqual([['glucose', 92]]);
    expect(await uploadStates(made.user)).toEqual([['parsed', '2026-02-02T09:01:00.000Z']]);
  });

  it('of a report that was read again under another date, code and form leaves nothing of the first reading', async () => {
    const made = await newUpload();
    const range = { reference_range: { low: 70, high: 99 }, flag: 'normal' };
    const first = [
      { biomarker: 'glucose', value: 92, unit: 'mg/dL', collection_date: '2026-02-01', ...range },
      {
        biomarker: 'ldl_cholesterol',
        value: 310,
        unit: 'mg/dL',
        collection_date: '2026-02-01',
        flag: 'high',
      },
      { biomarker: 'crp', value: 1, unit: 'mg/L', collection_date: '2026-02-01' },
    ];
    const again = [
      { biomarker: 'glucose', value: 160, collection_date: '2026-02-01' },
      { biomarker: 'ldl_cholesterol', value: 121, unit: 'mg/dL', collection_date: '2026-01-31' },
    ];
    const event = (results: unknown) =>
      completed(made, {}, { data: { session_id: made.sessionId, results } });
    await ingest(event(first), { orderingMs: T1 });
    const { now } = await (await asPerson(made.user, '/v1/sync')).json<{ now: string }>();
    await ingest(event(again), { orderingMs: T1 + 60_000 });
    const rows = (await rowsOf('biomarkers_raw', made.user)).map(known);
    expect(rows).toEqual([
      {
        source: 'terra_lab',
        draw_date: '2026-01-31',
        code: 'ldl_cholesterol',
        value: 121,
        unit: 'mg/dL',
        raw: expect.any(String),
        canonical: 1,
      },
      {
        source: 'terra_lab',
        draw_date: '2026-02-01',
        code: 'glucose',
        value: 160,
        raw: expect.any(String),
        canonical: 0,
      },
    ]);
    const synced = await asPerson(made.user, `/v1/sync?since=${encodeURIComponent(now)}`);
    const { data } = await synced.json<{ data: Record<string, { key?: { code?: string } }[]> }>();
    expect(data.deleted?.map(({ key }) => key?.code).toSorted()).toEqual(['crp', 'ldl_cholesterol']);
    await ingest(event(first.slice(0, 1)), { orderingMs: T1 + 1 });
    expect((await rowsOf('biomarkers_raw', made.user)).map(known)).toEqual(rows);
  });

  it('appears in sync with its upload, each once', async () => {
    const made = await newUpload();
    const sync = async (since: string) => {
      const response = await asPerson(made.user, `/v1/sync?since=${encodeURIComponent(since)}`);
      return response.json<{ now: string; data: Record<string, Record<string, unknown>[]> }>();
    };
    const first = await sync('');
    await ingest(completed(made), { orderingMs: T1 });
    const second = await sync(first.now);
    expect(second.data.lab_uploads).toMatchObject([{ terra_status: 'parsed', parsed_at: PARSED[1] }]);
    expect(second.data.biomarkers_raw).toMatchObject([{ code: 'glucose', value: 90 }]);
    expect(JSON.stringify(second)).not.toContain(made.uploadId);
    expect((await sync(second.now)).data).toMatchObject({ lab_uploads: [], biomarkers_raw: [] });
    // Another session's earlier result is remembered in the row, and moves neither the row nor its day.
    const before = await rowsOf('biomarker_days', made.user, []);
    await ingest(completed(await newUpload(made.user)), { orderingMs: T1 - 1 });
    const third = await sync(second.now);
    expect([third.now > second.now, third.data.biomarkers_raw]).toEqual([true, []]);
    expect(await rowsOf('biomarker_days', made.user, [])).toEqual(before);
  });

  it('whose reference names somebody else than the upload does is an owner_conflict', async () => {
    const made = await newUpload();
    const other = newUser();
    const row = await ingest(withReference(made, other));
    expect(row).toMatchObject({ processed_at: null, process_error: 'owner_conflict', user_id: null });
    expect(await labValuesOf(made.user)).toEqual([]);
    expect(await labValuesOf(other)).toEqual([]);
    expect(await uploadStates(made.user)).toEqual([['submitted', null]]);
    const { rows } = await (await asOperator('/admin/dlq')).json<{ rows: { id: number }[] }>();
    expect(rows.map(({ id }) => id)).toContain(row.id);
  });

  it('that names one person around and another inside is of neither', async () => {
    const made = await newUpload();
    const other = newUser();
    const report = withReference(made, made.user);
    const row = await ingest({ ...report, data: { ...Object(report.data), reference_id: other } });
    expect(row).toMatchObject({ processed_at: null, process_error: 'owner_conflict', user_id: null });
    expect([await labValuesOf(made.user), await labValuesOf(other)]).toEqual([[], []]);
  });

  it('whose layout nothing explains waits for an operator, and its upload stays submitted', async () => {
    const made = await newUpload();
    const row = await ingest(completed(made, {}, { data: { results: { glucose: 90 } } }));
    expect(row).toMatchObject({ processed_at: null, process_error: 'payload_invalid:data.results' });
    expect(await uploadStates(made.user)).toEqual([['submitted', null]]);
  });
});
