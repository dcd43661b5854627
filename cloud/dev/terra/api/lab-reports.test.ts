import { expect, test } from 'vitest';
import { LAB_SHAPES } from '../labs/report.ts';
import type { LabOptions } from '../options.ts';
import { call } from '../testing/receiver.ts';
import { startStack } from '../testing/stack.ts';

const PDF = new File(['%PDF-1.7 made up'], 'labs.pdf', { type: 'application/pdf' });

async function upload(labs: Partial<LabOptions>, field: string) {
  const { terra, receiver } = await startStack({ labs });
  const form = new FormData();
  form.set(field, PDF);
  form.set('reference_id', 'user_labs');
  const answer = await call(terra, '/lab-reports', { method: 'POST', body: form });
  await terra.settled();
  return {
    terra,
    answer,
    events: receiver.events(),
    uploadId: (answer.body as { readonly upload_id?: string }).upload_id,
  };
}

test('the original API wants the field files', async () => {
  const { answer, events } = await upload({}, 'file');
  expect(answer).toMatchObject({ status: 400, body: { message: 'No Files Provided' } });
  expect(events).toEqual([]);
});

test('the newer API wants the field file', async () => {
  expect((await upload({ field: 'file' }, 'files')).answer.status).toBe(400);
  expect((await upload({ field: 'file' }, 'file')).answer.status).toBe(202);
});

test.each(LAB_SHAPES)('%s: accepted, then told to the webhook', async (shape) => {
  const { answer, events, uploadId } = await upload({ shape }, 'files');
  expect(answer).toMatchObject({ status: 202, body: { current_status: 'processing' } });
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({ upload_id: uploadId });
});

test('classic has neither a type nor a user', async () => {
  const { events, uploadId } = await upload({ shape: 'classic' }, 'files');
  expect(Object.keys(events[0] ?? {})).toEqual(['upload_id', 'data']);
  expect(events[0]).toMatchObject({ upload_id: uploadId, data: [{ collection_date: '2026-06-28' }] });
  const [report] = (
    events[0] as unknown as { readonly data: readonly { readonly results: readonly object[] }[] }
  ).data;
  expect(report?.results[0]).toMatchObject({
    biomarker: 'total_cholesterol',
    original_name: 'Cholesterol',
    display_units: 'mmol/L',
  });
});

test('flat results stand at the top', async () => {
  const { events } = await upload({ shape: 'flat' }, 'files');
  expect(events[0]).toMatchObject({ type: 'lab_report', reference_id: 'user_labs' });
  const { results } = events[0] as unknown as {
    readonly results: readonly { readonly code: string | null }[];
  };
  expect(results.map((result) => result.code)).toEqual(
    expect.arrayContaining([null, 'glucose', 'glucose_fasting', 'hemoglobin_a1c']),
  );
});

test('completed envelopes hold flat or layered results', async () => {
  const flat = (await upload({ shape: 'completed-flat' }, 'files')).events[0];
  expect(flat).toMatchObject({
    type: 'lab_report.completed',
    data: { results_count: 30, reference_id: 'user_labs' },
  });
  const layered = (await upload({ shape: 'completed-layered' }, 'files')).events[0] as unknown as {
    readonly data: { readonly results: readonly { readonly measurement: { readonly type: string } }[] };
  };
  expect(layered).toMatchObject({
    type: 'lab_report.completed',
    data: { results_count: 30, report_locale: 'en-GB' },
  });
  const kinds = new Set(layered.data.results.map((result) => result.measurement.type));
  expect(kinds).toEqual(new Set(['numeric', 'bounded', 'qualitative', 'text', 'absent']));
});

test('a failure says why, and may come without the upload it is about', async () => {
  const { events } = await upload({ shape: 'failed', omitUploadId: true }, 'files');
  expect(events[0]).toMatchObject({
    type: 'lab_report.failed',
    data: { error: { code: 'file_unreadable', retriable: false } },
  });
  expect(events[0]).not.toHaveProperty('upload_id');
});

test('sessions are found by upload and can be deleted', async () => {
  const { terra, uploadId } = await upload({}, 'files');
  const { body } = await call(terra, `/lab-reports?upload_id=${uploadId}`);
  const [session] = (body as { readonly sessions: readonly { readonly session_id: string }[] }).sessions;
  const path = `/lab-reports/${session?.session_id}`;
  expect((await call(terra, path)).status).toBe(200);
  expect((await call(terra, path, { method: 'DELETE' })).status).toBe(204);
  expect((await call(terra, path, { method: 'DELETE' })).status).toBe(404);
});
