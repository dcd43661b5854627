import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsFor } from './support/amy.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { temporaryFolder } from './support/temporary.ts';

describe('amy import', () => {
  it('asks for the days and shows what the server took on', async () => {
    const accepted = { import_id: 'i1', days: 30, requests: 8 };
    const server = await farEnd(
      { status: 503, headers: { 'retry-after': '0' }, body: refusal('unavailable', 'busy') },
      { status: 202, body: accepted },
      { status: 202, body: { ...accepted, days: 90, requests: 0 } },
    );
    const { env } = settingsFor(server.url);
    const machine = await runHere(['import', '--days', '30', '--json'], env);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual(accepted);
    const plain = await runHere(['import'], env);
    expect(plain).toMatchObject({
      code: 0,
      stdout: 'Nothing to import from: no device is connected. `amy connect` connects one.\n',
    });
    expect(server.asked.map(({ method, path, body }) => [method, path, JSON.parse(String(body))])).toEqual([
      ['POST', '/v1/import', { days: 30 }],
      ['POST', '/v1/import', { days: 30 }],
      ['POST', '/v1/import', { days: 90 }],
    ]);
    const capped = await farEnd({ status: 202, body: { ...accepted, days: 1_460 } });
    const many = await runHere(['import', '--days', '5000'], settingsFor(capped.url).env);
    expect(many).toMatchObject({
      code: 0,
      stderr: '5,000 days are more than can be asked for: asking for 1,460.\n',
    });
    expect(JSON.parse(String(capped.asked[0]?.body))).toEqual({ days: 1_460 });
    const under = await farEnd({ status: 202, body: { ...accepted, days: 365 } });
    const joined = await runHere(['import', '--days', '30'], settingsFor(under.url).env);
    expect(joined.stdout.split('\n')[0]).toBe(
      'An import of the last 365 days is under way and brings these too: 8 answers in all, one for each device and kind of data.',
    );
    const keys = server.asked.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
  });
});

describe('amy labs upload', () => {
  const uploaded = {
    ok: true,
    upload_id: 'u1',
    storage_key: 'k',
    terra_status: 'submitted',
    note: 'Run amy sync.',
  };

  const list = (...data: unknown[]) => ({ body: { data, next_cursor: null, has_more: false } });

  it('asks before the same file is sent again, and sends it once more only where that is wanted', async () => {
    const file = join(temporaryFolder(), 'report.pdf');
    writeFileSync(file, 'the same bytes');
    const twin = {
      id: '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
      uploaded_at: '2026-02-01T09:00:00.000Z',
      original_name: 'Blut.pdf',
      sha256: createHash('sha256').update('the same bytes').digest('hex'),
      kind: 'pdf',
      terra_status: 'parsed',
      parsed_at: null,
      reason: null,
      retry_can_help: false,
    };
    const server = await farEnd(list({ ...twin, sha256: null }, twin), { body: uploaded });
    const { env } = settingsFor(server.url);
    expect(await runHere(['labs', 'upload', file, '--utc'], env)).toEqual({
      code: 2,
      stdout: '',
      stderr: `amy: nobody can be asked here, since this is no terminal: this file is there already, uploaded ${twin.uploaded_at} as Blut.pdf (${twin.id}); to upload it once more, add --again\n`,
    });
    expect(await runHere(['labs', 'upload', file, '--again'], env)).toMatchObject({ code: 0 });
    expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it.each([
    ['report.pdf', 'application/pdf'],
    ['Scan.PNG', 'image/png'],
    ['photo.jpeg', 'image/jpeg'],
    ['photo.jpg', 'image/jpeg'],
  ])('sends %s as %s, the same bytes again when asked to wait', async (name, type) => {
    const server = await farEnd(
      list(),
      { status: 429, headers: { 'retry-after': '0' }, body: refusal('rate_limited', 'slow down') },
      { body: uploaded },
    );
    const { env } = settingsFor(server.url);
    const file = join(temporaryFolder(), name);
    const bytes = randomBytes(2_000);
    writeFileSync(file, bytes);
    const ended = await runHere(['labs', 'upload', file, '--json'], env);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual(uploaded);
    const [, first, second] = server.asked;
    expect(second?.body).toEqual(first?.body);
    expect(first?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(second?.headers['idempotency-key']).toBe(first?.headers['idempotency-key']);
    expect(second).toMatchObject({ method: 'POST', path: '/v1/labs/upload' });
    const form = await new Response(new Uint8Array(second?.body ?? []), {
      headers: { 'content-type': String(second?.headers['content-type']) },
    }).formData();
    const sent = form.get('file');
    if (!(sent instanceof File)) throw new Error('no file was sent');
    expect([sent.name, sent.type]).toEqual([name, type]);
    expect(Buffer.from(await sent.arrayBuffer())).toEqual(bytes);
  });

  it('refuses what the server would refuse, before sending it', async () => {
    const server = await farEnd();
    const { env } = settingsFor(server.url);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'notes.txt'), 'x');
    writeFileSync(join(folder, 'large.pdf'), Buffer.alloc(10 * 1024 * 1024 + 1));
    for (const [name, code] of [
      ['notes.txt', 'unsupported_file_type'],
      ['large.pdf', 'file_too_large'],
      ['none.pdf', 'file_unreadable'],
    ] as const) {
      const ended = await runHere(['labs', 'upload', join(folder, name), '--json'], env);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code } });
    }
    expect(server.asked).toEqual([]);
  });
});
