import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { amy, settingsFor } from './support/amy.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { temporaryFolder } from './support/temporary.ts';

const PARSED = {
  id: 'u1',
  uploaded_at: '2026-02-01T09:00:00.000Z',
  kind: 'pdf',
  terra_status: 'parsed',
  parsed_at: '2026-02-01T09:00:30.000Z',
  reason: null,
  retry_can_help: false,
};
const FAILED = {
  ...PARSED,
  id: 'u2',
  terra_status: 'failed:500',
  parsed_at: null,
  reason: 'Terra did not take the report (HTTP status 500)',
  retry_can_help: true,
};
const GLUCOSE = {
  code: 'glucose',
  draw_date: '2026-01-30',
  value: 90,
  operator: null,
  value_text: null,
  unit: 'mg/dL',
  ref_low: 70,
  ref_high: 99,
  status: 'optimal',
};

describe('amy labs list', () => {
  it('shows every report, page by page, and says what failed and why', async () => {
    const pages = [
      { body: { data: [FAILED], next_cursor: 'next', has_more: true } },
      { body: { data: [PARSED], next_cursor: null, has_more: false } },
    ];
    const server = await farEnd(...pages, ...pages);
    const { env } = settingsFor(server.url);
    const machine = await amy(['labs', 'list', '--json'], { env });
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual({ data: [FAILED, PARSED] });
    expect(server.asked.map(({ path, query }) => [path, query])).toEqual([
      ['/v1/labs', { limit: '100' }],
      ['/v1/labs', { limit: '100', cursor: 'next' }],
    ]);
    const plain = await amy(['labs', 'list'], { env });
    expect(plain.stdout).toContain('parsed');
    expect(plain.stdout).toContain(
      'u2: Terra did not take the report (HTTP status 500); try `amy labs retry u2`.',
    );
  });

  it('says what to do where there is none', async () => {
    const server = await farEnd({ body: { data: [], next_cursor: null, has_more: false } });
    const ended = await amy(['labs', 'list'], { env: settingsFor(server.url).env });
    expect(ended).toMatchObject({
      code: 0,
      stdout: 'No lab reports yet; `amy labs upload <file>` sends one.\n',
    });
  });
});

describe('amy labs show', () => {
  it('shows the report and its values', async () => {
    const bound = { code: 'crp', value: 0.3, operator: '<', value_text: '<0.3', unit: 'mg/L' };
    const words = { code: 'hiv', value: null, value_text: 'Negative' };
    const biomarkers = [GLUCOSE, { ...GLUCOSE, code: 'crp\u001b[2J', ref_low: null }, bound, words];
    const details = { ...PARSED, biomarkers: biomarkers.map((one) => ({ ...GLUCOSE, ...one })) };
    const server = await farEnd({ body: details }, { body: details });
    const { env } = settingsFor(server.url);
    const machine = await amy(['labs', 'show', 'u1', '--json'], { env });
    expect(JSON.parse(machine.stdout)).toEqual(details);
    const plain = await amy(['labs', 'show', 'u1'], { env });
    expect(plain.stdout).toContain('State     parsed, read 2026-02-01T09:00:30.000Z');
    expect(plain.stdout).toMatch(/glucose.*90.*mg\/dL.*70 - 99.*optimal/);
    expect(plain.stdout).toMatch(/<= 99/);
    expect(plain.stdout).toMatch(/crp.*<0\.3.*mg\/L/);
    expect(plain.stdout).toMatch(/hiv.*Negative/);
    expect(plain.stdout).not.toContain('\u001b');
  });

  it('of an unknown id fails with what the server says', async () => {
    const server = await farEnd({ status: 404, body: refusal('not_found', 'there is no such lab upload') });
    const ended = await amy(['labs', 'show', 'u9', '--json'], { env: settingsFor(server.url).env });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code: 'not_found' } });
  });
});

describe('amy labs file', () => {
  const bytes = randomBytes(3_000);
  const reply = {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': "attachment; filename*=UTF-8''..%2F..%2FM%C3%A4rz.pdf",
    },
    body: bytes,
  };

  it('saves the bytes under a path, for its owner alone, and overwrites only when told', async () => {
    const server = await farEnd(reply, reply);
    const { env } = settingsFor(server.url);
    const folder = temporaryFolder();
    const path = join(folder, 'report.pdf');
    const ended = await amy(['labs', 'file', 'u1', '--output', path, '--json'], { env });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual({ path, bytes: 3_000, content_type: 'application/pdf' });
    expect(readFileSync(path)).toEqual(bytes);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, 'mine');
    const refused = await amy(['labs', 'file', 'u1', '--output', path, '--json'], { env });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'file_exists' } });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(server.asked).toHaveLength(1);
    expect(await amy(['labs', 'file', 'u1', '--output', path, '--force'], { env })).toMatchObject({
      code: 0,
    });
    expect(readFileSync(path)).toEqual(bytes);
    expect(readdirSync(folder)).toEqual(['report.pdf']);
  });

  it('without a path saves it under its own name in this folder, wherever that name points', async () => {
    const server = await farEnd(reply, reply);
    const { env } = settingsFor(server.url);
    const cwd = temporaryFolder();
    expect(await amy(['labs', 'file', 'u1'], { env, cwd })).toMatchObject({ stdout: 'Saved as März.pdf.\n' });
    expect(readFileSync(join(cwd, 'März.pdf'))).toEqual(bytes);
    expect(await amy(['labs', 'file', 'u1'], { env, cwd })).toMatchObject({ code: 1 });
    expect(readdirSync(cwd)).toEqual(['März.pdf']);
  });

  it('writes it to stdout, byte for byte, but not beside a JSON document', async () => {
    const text = '%PDF-1.7\nas it is';
    const server = await farEnd({ ...reply, body: text });
    const { env } = settingsFor(server.url);
    const piped = await amy(['labs', 'file', 'u1', '--output', '-'], { env });
    expect(piped).toMatchObject({ code: 0, stdout: text, stderr: '' });
    expect(await amy(['labs', 'file', 'u1', '--output', '-', '--json'], { env })).toMatchObject({ code: 2 });
  });

  it('leaves nothing half-written where it cannot write', async () => {
    const server = await farEnd(reply);
    const folder = temporaryFolder();
    const path = join(folder, 'none', 'report.pdf');
    const ended = await amy(['labs', 'file', 'u1', '--output', path, '--json'], {
      env: settingsFor(server.url).env,
    });
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code: 'file_not_written' } });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('amy labs retry', () => {
  it('asks once, under one key, and shows the answer', async () => {
    const answer = { ok: true, upload_id: 'u1', storage_key: 'k', terra_status: 'submitted', note: 'Wait.' };
    const server = await farEnd({ body: answer }, { status: 409, body: refusal('not_retriable', 'parsed') });
    const { env } = settingsFor(server.url);
    const ended = await amy(['labs', 'retry', 'u1', '--json'], { env });
    expect(JSON.parse(ended.stdout)).toEqual(answer);
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: '/v1/labs/u1/retry' });
    expect(server.asked[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(await amy(['labs', 'retry', 'u1'], { env })).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('amy labs delete', () => {
  it('deletes only when told --yes, where nobody can be asked', async () => {
    const answer = { ok: true, deleted: { lab_uploads: 1, biomarkers_raw: 2 } };
    const server = await farEnd({ body: answer }, { body: answer });
    const { env } = settingsFor(server.url);
    const unsure = await amy(['labs', 'delete', 'u1'], { env });
    expect(unsure).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(server.asked).toEqual([]);
    const machine = await amy(['labs', 'delete', 'u1', '--yes', '--json'], { env });
    expect(JSON.parse(machine.stdout)).toEqual(answer);
    expect(server.asked).toMatchObject([{ method: 'DELETE', path: '/v1/labs/u1' }]);
    const plain = await amy(['labs', 'delete', 'u1', '--yes'], { env });
    expect(plain.stdout).toBe(
      'Deleted the lab report u1 and 2 values read from it.\nRun `amy sync` to delete them here too.\n',
    );
  });
});
