import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { formWith, JPG, PDF, PNG, rawForm, uploadForm, uploadRaw } from './support/lab-files.ts';
import { asPerson, newUser, rowsOf } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

const LIMIT = 10 * 1024 * 1024;
const NAMED = 'content-disposition: form-data; name="file"; filename="a.pdf"';

/** A Terra that takes every file. */
const terra = newTerra();
await terra.answers('/lab-reports', 202, { upload_id: 'upl-any', current_status: 'processing' });

async function expectRefusal(response: Response, status: number, code: string, user: string): Promise<void> {
  expect(response.status).toBe(status);
  const request_id = response.headers.get('x-request-id');
  expect(await response.json()).toEqual({ error: { code, message: expect.any(String), request_id } });
  expect(await rowsOf('lab_uploads', user)).toEqual([]);
  expect((await env.LAB_REPORTS.list({ prefix: `lab-uploads/${user}/` })).objects).toEqual([]);
}

describe('an upload is refused', () => {
  it.each([
    ['JSON', '{"file":"x"}', 'application/json'],
    ['a bare file', PDF, 'application/pdf'],
    ['a form of another kind', 'file=x', 'application/x-www-form-urlencoded'],
    ['multipart without a boundary', PDF, 'multipart/form-data'],
    ['multipart that is none', 'hello', 'multipart/form-data; boundary=b'],
    ['a form whose boundary is a dash', dashes(), 'multipart/form-data; boundary=-'],
    [
      'a form that was cut off',
      `--b\r\n${NAMED}\r\n\r\n%PDF-1.7 and no end`,
      'multipart/form-data; boundary=b',
    ],
    ['a form of very many parts', manyParts(), 'multipart/form-data; boundary=b'],
    ['a form with two boundaries', rawForm(NAMED, PDF).body, 'multipart/form-data; boundary=b; boundary=-'],
  ])('as expected_multipart when it is %s', async (_, body, type) => {
    const user = newUser();
    await expectRefusal(await uploadRaw(user, body, type, terra.env), 400, 'expected_multipart', user);
  });

  it.each<[string, FormData]>([
    ['is absent', new FormData()],
    ['is a text', withEntry('file', 'the report')],
    ['has another name', withEntry('report', new File([PDF], 'report.pdf', { type: 'application/pdf' }))],
  ])('as missing_file_field when the file %s', async (_, form) => {
    const user = newUser();
    await expectRefusal(await uploadForm(user, form, terra.env), 400, 'missing_file_field', user);
  });

  it('as missing_file_field when the file has no name, which is how a browser sends no file', async () => {
    const user = newUser();
    const { body, type } = rawForm('content-disposition: form-data; name="file"; filename=""', PDF);
    await expectRefusal(await uploadRaw(user, body, type, terra.env), 400, 'missing_file_field', user);
  });

  it.each<[string, FormData]>([
    ['neither its type nor its name says what it is', formWith(PDF, 'report', 'application/octet-stream')],
    ['its type and name are of another kind', formWith(PDF, 'report.txt', 'text/plain')],
    ['its bytes are something else', formWith(new Uint8Array([1, 2, 3, 4, 5]))],
    ['it is empty', formWith(new Uint8Array())],
    ['it stops within its first bytes', formWith(PNG.slice(0, 7), 'a.png', 'image/png')],
    ['its name says PNG and its bytes are a PDF', formWith(PDF, 'report.png', 'application/pdf')],
    ['its type says PNG and its bytes are a PDF', formWith(PDF, 'report.pdf', 'image/png')],
  ])('as unsupported_file_type when %s', async (_, form) => {
    const user = newUser();
    await expectRefusal(await uploadForm(user, form, terra.env), 415, 'unsupported_file_type', user);
  });

  it('as file_too_large from one byte over 10 MiB on', async () => {
    const [fits, over] = [newUser(), newUser()];
    const bytes = new Uint8Array(LIMIT + 1);
    bytes.set(PDF);
    expect((await uploadForm(fits, formWith(bytes.slice(0, LIMIT)), terra.env)).status).toBe(200);
    await expectRefusal(await uploadForm(over, formWith(bytes), terra.env), 413, 'file_too_large', over);
  });

  it('as file_too_large by its Content-Length, and while it is read where there is none', async () => {
    const [announced, streamed] = [newUser(), newUser()];
    const { body, type } = rawForm('content-disposition: form-data; name="file"; filename="a.pdf"', PDF);
    const large = await uploadRaw(announced, new Uint8Array(LIMIT + 100_000), type, terra.env);
    await expectRefusal(large, 413, 'file_too_large', announced);
    const chunk = new Uint8Array(1024 * 1024);
    let sent = 0;
    const endless = new ReadableStream({
      pull(controller) {
        controller.enqueue(sent === 0 ? body : chunk);
        sent += 1;
      },
    });
    await expectRefusal(await uploadRaw(streamed, endless, type, terra.env), 413, 'file_too_large', streamed);
    expect(sent).toBeLessThan(20);
  });

  it('by a server without the keys to Terra, and nothing is kept', async () => {
    const user = newUser();
    const response = await uploadForm(user, formWith(PDF), { ...terra.env, TERRA_API_KEY: '' });
    await expectRefusal(response, 500, 'misconfigured', user);
  });
});

describe('an upload is kept', () => {
  const named = (name: string, type: string) =>
    `content-disposition: form-data; name="file"; filename="${name}"${type === '' ? '' : `\r\ncontent-type: ${type}`}`;

  it.each<[string, Uint8Array, string, string, string, string]>([
    ['a PDF', PDF, 'Blood 2026.pdf', 'application/pdf', 'pdf', 'application/pdf'],
    ['a PNG', PNG, 'scan.PNG', 'image/png', 'png', 'image/png'],
    ['a JPEG', JPG, 'photo.jpg', 'image/jpeg', 'jpg', 'image/jpeg'],
    ['a .jpeg as jpg', JPG, 'photo.final.jpeg', 'image/jpeg', 'jpg', 'image/jpeg'],
    ['a name of other letters', PDF, 'Blutbild März.pdf', 'application/pdf', 'pdf', 'application/pdf'],
    ['a type that says nothing', PDF, 'a.pdf', 'application/octet-stream', 'pdf', 'application/octet-stream'],
    ['an extension nobody knows as pdf', PDF, 'x.constructor', 'application/pdf', 'pdf', 'application/pdf'],
    ['what only its type names as pdf', PNG, 'blob', 'image/png', 'pdf', 'image/png'],
    ['a name without extension as pdf', PDF, 'report', 'application/pdf', 'pdf', 'application/pdf'],
  ])('%s, with its kind and its name', async (_, bytes, name, type, extension, contentType) => {
    const user = newUser();
    const form = rawForm(named(name, type), bytes);
    const response = await uploadRaw(user, form.body, form.type, terra.env);
    expect(response.status).toBe(200);
    const answer = await response.json<{ upload_id: string; storage_key: string }>();
    expect(answer).toEqual({
      ok: true,
      upload_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      storage_key: `lab-uploads/${user}/${answer.upload_id}.${extension}`,
      terra_status: 'submitted',
      note: expect.stringMatching(/`amy sync`.*30 s/),
    });
    const object = await env.LAB_REPORTS.get(answer.storage_key);
    expect(object?.httpMetadata?.contentType).toBe(contentType);
    expect(object?.customMetadata).toEqual({ user_id: user, original_name: name });
    const sync = await asPerson(user, '/v1/sync?tables=lab_uploads');
    const { data } = await sync.json<{ data: { lab_uploads: unknown[] } }>();
    expect(data.lab_uploads).toMatchObject([{ original_name: name, sha256: sha256Hex(bytes) }]);
    expect(new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(bytes);
  });

  it('of two, the first, whatever fields stand around it and lines in it', async () => {
    const user = newUser();
    const file = (name: string, text: string) =>
      `--b\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\n\r\n${text}\r\n`;
    const field = '--b\r\ncontent-disposition: form-data; name="note"\r\n\r\nmine\r\n';
    const first = '%PDF-1.7\r\n\r\n--c\n\n';
    const body = `hello\r\n${field}${file('first.pdf', first)}${file('second.pdf', '%PDF-1.4')}${field}--b--`;
    const response = await uploadRaw(user, body, 'multipart/form-data; boundary=b', terra.env);
    const { storage_key } = await response.json<{ storage_key: string }>();
    const object = await env.LAB_REPORTS.get(storage_key);
    expect([await object?.text(), object?.customMetadata?.original_name]).toEqual([first, 'first.pdf']);
  });

  it('without a type as a PDF, and a name of any length is cut', async () => {
    const user = newUser();
    const name = `${'é'.repeat(3_000)}.pdf`;
    const form = rawForm(named(name, ''), PDF);
    const response = await uploadRaw(user, form.body, form.type, terra.env);
    const { storage_key } = await response.json<{ storage_key: string }>();
    const object = await env.LAB_REPORTS.head(storage_key);
    expect(storage_key).toMatch(/\.pdf$/);
    expect(object?.customMetadata?.original_name).toBe(name.slice(0, 500));
    expect(await rowsOf('lab_uploads', user)).toMatchObject([{ original_name: name.slice(0, 500) }]);
  });
});

/** A good form but for its boundary. */
function dashes(): string {
  return `---\r\n${NAMED}\r\n\r\n%PDF-1.7\r\n-----\r\n`;
}

/** A good form but for what stands after the file. */
function manyParts(): string {
  const others = '--b\r\ncontent-disposition: form-data; name="x"\r\n\r\n\r\n'.repeat(1_000);
  return `--b\r\n${NAMED}\r\n\r\n%PDF-1.7\r\n${others}--b--\r\n`;
}

function withEntry(name: string, value: string | File): FormData {
  const form = new FormData();
  if (typeof value === 'string') form.set(name, value);
  else form.set(name, value);
  return form;
}
