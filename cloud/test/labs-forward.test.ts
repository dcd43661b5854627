import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { uploadLabReport } from '../src/terra/client.ts';
import { formWith, PDF, uploadForm } from './support/lab-files.ts';
import { asOperator, asPerson, newUser, rowsOf } from './support/stack.ts';
import { type FarTerra, newTerra } from './support/terra.ts';

const ACCEPTED = { upload_id: 'upl-1', current_status: 'processing' };

async function answering(status: number, body: unknown): Promise<FarTerra> {
  const terra = newTerra();
  await terra.answers('/lab-reports', status, body);
  return terra;
}

/** Which file field each call used, oldest first. */
async function fieldsOf(terra: FarTerra): Promise<unknown[]> {
  return (await terra.calls()).map(({ body }) => /name="(files?)"; filename=/.exec(body)?.[1]);
}

function uploadsOf(user: string): Promise<Record<string, unknown>[]> {
  return rowsOf('lab_uploads', user, ['user_id', 'updated_at', 'uploaded_at', 'storage_key', 'id']);
}

describe('a kept report goes to Terra', () => {
  it('as a form with the field `files` and whose it is; the answer is recorded', async () => {
    const user = newUser();
    const terra = await answering(202, ACCEPTED);
    expect((await uploadForm(user, formWith(PDF), terra.env)).status).toBe(200);
    const calls = await terra.calls();
    expect(calls).toMatchObject([
      {
        method: 'POST',
        url: expect.stringContaining(`/v2/lab-reports?reference_id=${user}`),
        headers: {
          'dev-id': 'test-dev-id',
          'x-api-key': 'test-api-key',
          'content-type': expect.stringMatching(/^multipart\/form-data; ?boundary=/),
        },
      },
    ]);
    const body = calls[0]?.body ?? '';
    expect(body).toContain(`name="reference_id"\r\n\r\n${user}\r\n`);
    expect(body).toContain('name="files"; filename="report.pdf"');
    expect(body).toContain(new TextDecoder('latin1').decode(PDF));
    expect(await uploadsOf(user)).toEqual([
      {
        terra_status: 'submitted',
        terra_response: JSON.stringify(ACCEPTED),
        parsed_at: null,
        terra_upload_id: 'upl-1',
        original_name: 'report.pdf',
        sha256: sha256Hex(PDF),
      },
    ]);
    const traces = await env.DB.prepare('select event, level, message from trace_events where user_id = ?')
      .bind(user)
      .all();
    expect(traces.results).toEqual([{ event: 'lab_uploaded', level: 'info', message: 'submitted' }]);
  });

  it('once more in the field `file` after a 400 that misses it', async () => {
    const user = newUser();
    const terra = await answering(202, { upload_id: 77 });
    await terra.answers('/lab-reports', 400, { message: 'file is required' }, { times: 1 });
    expect((await uploadForm(user, formWith(PDF), terra.env)).status).toBe(200);
    expect(await fieldsOf(terra)).toEqual(['files', 'file']);
    expect(await uploadsOf(user)).toMatchObject([{ terra_upload_id: '77', terra_status: 'submitted' }]);
  });

  it.each(['No Files Provided', 'no file', 'Missing field: file', 'file field is required'])(
    'twice at most when both fields are refused with "%s"',
    async (message) => {
      const user = newUser();
      const terra = await answering(400, { status: 'error', message });
      expect((await uploadForm(user, formWith(PDF), terra.env)).status).toBe(502);
      expect(await fieldsOf(terra)).toEqual(['files', 'file']);
    },
  );

  it.each(['reference_id is required', 'file is corrupt', 'unsupported file type', 'missing dev-id'])(
    'only once when a 400 says "%s"',
    async (message) => {
      const user = newUser();
      const terra = await answering(400, { message });
      expect((await uploadForm(user, formWith(PDF), terra.env)).status).toBe(502);
      expect(await fieldsOf(terra)).toEqual(['files']);
    },
  );

  it.each([
    ['failed:400', 400, { message: 'bad' }],
    ['failed:401', 401, {}],
    ['failed:413', 413, {}],
    ['failed:429', 429, {}],
    ['failed:500', 500, { message: 'oops' }],
    ['failed:202', 202, { accepted: true }],
    ['failed:200', 200, '<html>welcome</html>'],
    ['failed:302', 302, 'elsewhere'],
    ['failed:network', null, null],
  ])('and %s is a 502 that keeps the file', async (terraStatus, status, body) => {
    const user = newUser();
    const terra = status === null ? newTerra() : await answering(status, body);
    const used = status === null ? { ...terra.env, TERRA_API_URL: env.TERRA_API_URL } : terra.env;
    const response = await uploadForm(user, formWith(PDF), used);
    expect(response.status).toBe(502);
    const [row] = await rowsOf('lab_uploads', user);
    expect(await response.json()).toEqual({
      error: {
        code: 'terra_upload_failed',
        message: `Terra did not take the report (${terraStatus}); the file is kept as upload ${row?.id}, retry later`,
        request_id: response.headers.get('x-request-id'),
      },
    });
    expect(row).toEqual({
      id: expect.any(String),
      storage_key: `lab-uploads/${user}/${row?.id}.pdf`,
      uploaded_at: expect.any(String),
      terra_status: terraStatus,
      terra_response:
        status === null ? expect.any(String) : typeof body === 'string' ? body : JSON.stringify(body),
      parsed_at: null,
      terra_upload_id: null,
      original_name: 'report.pdf',
      sha256: sha256Hex(PDF),
    });
    expect(await env.LAB_REPORTS.head(String(row?.storage_key))).not.toBeNull();
  });
});

describe('a Terra that does not finish', () => {
  it('its answer is a 502 that keeps the file, byte for byte', async () => {
    const user = newUser();
    const terra = newTerra();
    await terra.answers('/lab-reports', 202, null, { ends: 'cut' });
    expect((await uploadForm(user, formWith(PDF), terra.env)).status).toBe(502);
    const [row] = await rowsOf('lab_uploads', user);
    expect(row).toMatchObject({ terra_status: 'failed:network', terra_upload_id: null });
    const object = await env.LAB_REPORTS.get(String(row?.storage_key));
    expect(new Uint8Array((await object?.arrayBuffer()) ?? new ArrayBuffer())).toEqual(PDF);
  });

  it('is not waited for longer than allowed', async () => {
    const terra = newTerra();
    await terra.answers('/lab-reports', 202, null, { ends: 'hang' });
    const file = new File([PDF], 'report.pdf', { type: 'application/pdf' });
    const answer = await uploadLabReport(terra.env, newUser(), file, 50);
    expect(answer).toMatchObject({ state: 'failed', status: null });
  });
});

describe('an upload in sync', () => {
  it("is there at once, without Terra's id and answer", async () => {
    const user = newUser();
    const sync = async (since: string) => {
      const response = await asPerson(user, `/v1/sync?tables=lab_uploads&since=${since}`);
      return response.json<{ now: string; data: { lab_uploads: Record<string, unknown>[] } }>();
    };
    const first = await sync('');
    expect(first.data.lab_uploads).toEqual([]);
    const terra = await answering(202, { ...ACCEPTED, upload_id: 'upl-secret' });
    await uploadForm(user, formWith(PDF), terra.env);
    const second = await sync(encodeURIComponent(first.now));
    const [row] = await rowsOf('lab_uploads', user);
    expect(second.data.lab_uploads).toEqual([
      {
        id: row?.id,
        storage_key: row?.storage_key,
        uploaded_at: expect.any(String),
        terra_status: 'submitted',
        parsed_at: null,
        original_name: 'report.pdf',
        sha256: sha256Hex(PDF),
        updated_at: second.now,
      },
    ]);
    expect(JSON.stringify(second)).not.toContain('upl-secret');
    expect((await sync(encodeURIComponent(second.now))).data.lab_uploads).toEqual([]);
  });

  it("moves its person's clock to now, or by 1 ms a write where it is ahead", async () => {
    const clockAfter = async (clock: string) => {
      const user = newUser();
      await env.DB.prepare('insert into users(id, clock) values (?, ?)').bind(user, clock).run();
      await uploadForm(user, formWith(PDF), (await answering(202, ACCEPTED)).env);
      const [row] = await rowsOf('lab_uploads', user, []);
      const moved = await env.DB.prepare('select clock from users where id = ?').bind(user).first('clock');
      expect(row?.updated_at).toBe(moved);
      return String(moved);
    };
    const startedMs = Date.now();
    expect(Date.parse(await clockAfter('1970-01-01T00:00:00.000Z'))).toBeGreaterThanOrEqual(startedMs);
    expect(await clockAfter('2199-12-31T23:59:59.998Z')).toBe('2200-01-01T00:00:00.000Z');
  });

  it('of a person erased while it is written leaves no file', async () => {
    const user = newUser();
    const terra = await answering(202, ACCEPTED);
    const bucket = {
      put: async (key: string, value: ArrayBuffer) => {
        await asOperator(`/admin/user/${user}/wipe`, { method: 'POST' });
        return env.LAB_REPORTS.put(key, value);
      },
      delete: (key: string) => env.LAB_REPORTS.delete(key),
    };
    const used = { ...terra.env, LAB_REPORTS: bucket as unknown as R2Bucket };
    expect((await uploadForm(user, formWith(PDF), used)).status).toBe(404);
    expect((await env.LAB_REPORTS.list({ prefix: `lab-uploads/${user}/` })).objects).toEqual([]);
    expect(await terra.calls()).toEqual([]);
  });
});
