import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isoText } from '../src/clock.ts';
import { uploadReason } from '../src/labs/upload-state.ts';
import {
  completed,
  failed,
  newUpload,
  SHAPES,
  type Uploaded,
  withoutUploadId,
} from './support/lab-events.ts';
import { formWith, JPG, PDF, PNG, rawForm, uploadForm, uploadRaw } from './support/lab-files.ts';
import { asPerson, ingest, newUser, rowsOf } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

const T1 = Date.UTC(2026, 1, 2, 9);
const PARSED = {
  original_name: 'report.pdf',
  sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  terra_status: 'parsed',
  parsed_at: '2026-02-02T09:00:00.000Z',
  reason: null,
  retry_can_help: false,
};
const GLUCOSE = {
  code: 'glucose',
  draw_date: '2026-02-01',
  value: 90,
  operator: null,
  value_text: null,
  unit: 'mg/dL',
  ref_low: null,
  ref_high: null,
  status: null,
};

type Shown = Record<string, unknown> & { readonly id: string };
type Page = { readonly data: Shown[]; readonly next_cursor: string | null; readonly has_more: boolean };

async function list(user: string, query = ''): Promise<Page> {
  const response = await asPerson(user, `/v1/labs${query}`);
  expect(response.status).toBe(200);
  return response.json<Page>();
}

async function show(user: string, id: unknown): Promise<Shown> {
  const response = await asPerson(user, `/v1/labs/${id}`);
  expect(response.status).toBe(200);
  return response.json<Shown>();
}

async function idOf({ user }: Pick<Uploaded, 'user'>): Promise<string> {
  const [row] = await rowsOf('lab_uploads', user);
  return String(row?.id);
}

async function notFound(response: Response, message = 'there is no such lab report'): Promise<void> {
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'not_found', message } });
}

describe('GET /v1/labs', () => {
  it('lists what the person uploaded, newest first, page by page, each once', async () => {
    const user = newUser();
    expect(await list(user)).toEqual({ data: [], next_cursor: null, has_more: false });
    for (let n = 0; n < 5; n += 1) await newUpload(user);
    await newUpload();
    await env.DB.prepare("update lab_uploads set uploaded_at = '2026-01-01 00:00:00' where user_id = ?")
      .bind(user)
      .run();
    const stored = (
      await env.DB.prepare('select id from lab_uploads where user_id = ? order by rowid desc')
        .bind(user)
        .all<{ id: string }>()
    ).results.map(({ id }) => id);
    const seen: string[] = [];
    let query = '?limit=2';
    const sizes: number[] = [];
    for (;;) {
      const page = await list(user, query);
      expect(page.has_more).toBe(page.next_cursor !== null);
      seen.push(...page.data.map(({ id }) => id));
      sizes.push(page.data.length);
      if (page.next_cursor === null) break;
      query = `?limit=2&cursor=${page.next_cursor}`;
    }
    expect(seen).toEqual(stored);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it("tells each upload's kind, state and reason, and nothing of Terra's", async () => {
    const made = await newUpload();
    await ingest(failed(made), { orderingMs: T1 });
    const page = await list(made.user);
    expect(page.data).toEqual([
      {
        id: await idOf(made),
        uploaded_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        original_name: expect.any(String),
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        kind: 'pdf',
        terra_status: 'failed:terra_file_unreadable',
        parsed_at: null,
        reason: 'Terra could not read the file; upload a clearer scan or the original PDF',
        retry_can_help: false,
      },
    ]);
    expect(JSON.stringify(page)).not.toContain(made.uploadId);
  });

  it('refuses a cursor that is none, and one of somebody else shows nothing of theirs', async () => {
    const made = await newUpload();
    await newUpload(made.user);
    const { next_cursor } = await list(made.user, '?limit=1');
    expect((await list(newUser(), `?cursor=${next_cursor}`)).data).toEqual([]);
    for (const query of ['?cursor=x', '?cursor=', '?limit=0', '?limit=101']) {
      const response = await asPerson(made.user, `/v1/labs${query}`);
      expect(response.status).toBe(400);
      const { error } = await response.json<{ error: { message: string } }>();
      expect(error.message).toMatch(/^(cursor|limit): /);
    }
  });
});

describe('GET /v1/labs/:id', () => {
  it.each(SHAPES)('shows what a report that came %s says', async (_, shape) => {
    const made = await newUpload();
    const id = await idOf(made);
    expect(await show(made.user, id)).toMatchObject({ terra_status: 'submitted', biomarkers: [] });
    await ingest(shape(made), { orderingMs: T1 });
    expect(await show(made.user, id)).toEqual({
      id,
      uploaded_at: expect.any(String),
      kind: 'pdf',
      ...PARSED,
      biomarkers: [GLUCOSE],
    });
  });

  it('shows only what its own reports say, whatever another says of the same day', async () => {
    const [one, other] = [await newUpload(), await newUpload()];
    const second = await newUpload(one.user);
    const [first, last] = (await list(one.user)).data.map(({ id }) => id).toReversed();
    await ingest(completed(one), { orderingMs: T1 });
    const reading = { biomarker: 'glucose', value: 110, unit: 'mg/dL', collection_date: '2026-02-01' };
    await ingest(completed(second, reading), { orderingMs: T1 + 1 });
    const hba1c = { biomarker: 'hba1c', value: 5.1, unit: '%', collection_date: '2026-02-01' };
    await ingest(completed(other, hba1c), { orderingMs: T1 + 2 });
    expect(await show(one.user, first)).toMatchObject({ biomarkers: [GLUCOSE] });
    expect(await show(one.user, last)).toMatchObject({ biomarkers: [{ ...GLUCOSE, value: 110 }] });
  });

  it('knows a report that names its session alone and is kept in R2, and none of another session', async () => {
    const made = await newUpload();
    await ingest(completed(made), { orderingMs: T1 });
    const hba1c = { biomarker: 'hba1c', value: 5.1, unit: '%', collection_date: '2026-02-01' };
    const padding = { padding: 'x'.repeat(1_100_000), reference_id: made.user };
    await ingest({ ...withoutUploadId(completed(made, hba1c)), ...padding }, { orderingMs: T1 + 1 });
    const elsewhere = { ...made, sessionId: crypto.randomUUID() };
    const crp = { biomarker: 'crp', value: 1, unit: 'mg/L', collection_date: '2026-02-01' };
    await ingest({ ...withoutUploadId(completed(elsewhere, crp)), reference_id: made.user });
    const { biomarkers } = await show(made.user, await idOf(made));
    // It is the newer event of the session, so what that said before is gone.
    expect(biomarkers).toMatchObject([{ code: 'hba1c', value: 5.1 }]);
    expect(await rowsOf('biomarkers_raw', made.user)).toHaveLength(2);
  });

  it('is 404 for an id of nobody, of somebody else, or of no form at all', async () => {
    const made = await newUpload();
    const stranger = newUser();
    for (const id of [await idOf(made), crypto.randomUUID(), '%00', "x'--"]) {
      for (const path of ['', '/file']) await notFound(await asPerson(stranger, `/v1/labs/${id}${path}`));
    }
    await notFound(await asPerson(made.user, `/v1/labs/${made.uploadId}`));
  });
});

describe('GET /v1/labs/:id/file', () => {
  it.each<[string, Uint8Array<ArrayBuffer>, string, string, string]>([
    ['a PDF', PDF, 'Blood 2026.pdf', 'application/pdf', 'Blood%202026.pdf'],
    ['a PNG', PNG, 'scan.PNG', 'image/png', 'scan.PNG'],
    ['a JPEG', JPG, 'photo.jpeg', 'image/jpeg', 'photo.jpeg'],
    [
      'a name of other letters',
      PDF,
      "Müller's (März)*.pdf",
      'application/pdf',
      'M%C3%BCller%27s%20%28M%C3%A4rz%29%2A.pdf',
    ],
  ])('gives %s back, byte for byte, to be saved and never run', async (_, bytes, name, type, encoded) => {
    const user = newUser();
    const terra = newTerra();
    await terra.answers('/lab-reports', 202, { upload_id: crypto.randomUUID() });
    expect((await uploadForm(user, formWith(bytes, name, type), terra.env)).status).toBe(200);
    const response = await asPerson(user, `/v1/labs/${await idOf({ user })}/file`);
    expect(response.status).toBe(200);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': type,
      'content-length': String(bytes.byteLength),
      'content-disposition': `attachment; filename*=UTF-8''${encoded}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'private, no-store',
    });
  });

  it('never says a type that is not of a report, whatever the upload said', async () => {
    const user = newUser();
    const terra = newTerra();
    await terra.answers('/lab-reports', 500, {});
    const head = 'content-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: text/html';
    const { body, type } = rawForm(head, PDF);
    await uploadRaw(user, body, type, terra.env);
    const response = await asPerson(user, `/v1/labs/${await idOf({ user })}/file`);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    await response.arrayBuffer();
  });

  it('is 404 when R2 has none', async () => {
    const made = await newUpload();
    const [row] = await rowsOf('lab_uploads', made.user);
    await env.LAB_REPORTS.delete(String(row?.storage_key));
    const message = 'the file of this upload is no longer kept; upload it again';
    await notFound(await asPerson(made.user, `/v1/labs/${row?.id}/file`), message);
  });
});

describe('the reason of an upload', () => {
  const at = isoText('2026-02-02T09:00:00.000Z');
  const reasonOf = (terra_status: string, laterMs = 0) =>
    uploadReason({ terra_status, updated_at: at }, Date.parse(at) + laterMs);

  it.each([
    ['failed:network', 'Terra could not be reached', true],
    ['failed:400', 'Terra does not take this file (HTTP status 400)', false],
    ['failed:413', 'the file is too large for Terra', false],
    ['failed:500', 'Terra did not take the report (HTTP status 500)', true],
    ['failed:terra_internal', 'Terra failed while reading the file', true],
    ['failed:terra_constructor', 'Terra could not read the report (constructor)', true],
    [
      'failed:terra_extraction_failed',
      'Terra found no results in the file; upload a page that shows them',
      false,
    ],
  ])('%s is a sentence, and whether a retry can help', (status, text, canRetryHelp) => {
    expect(reasonOf(status)).toEqual({ text, canRetryHelp });
  });

  it('is there for an overdue upload, and for none that goes well', () => {
    expect(['pending', 'submitted', 'parsed'].map((status) => reasonOf(status))).toEqual([null, null, null]);
    expect(reasonOf('pending', 60_000)).toBeNull();
    expect(reasonOf('pending', 60_001)).toMatchObject({ canRetryHelp: true });
    expect(reasonOf('submitted', 86_400_000)).toBeNull();
  });
});
