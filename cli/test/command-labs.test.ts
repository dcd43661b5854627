import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { amy, settingsFor } from './support/amy.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { temporaryFolder } from './support/temporary.ts';

const U1 = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d';
const U2 = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';

const PARSED = {
  id: U1,
  uploaded_at: '2026-02-01T09:00:00.000Z',
  original_name: 'März.pdf',
  sha256: null,
  kind: 'pdf',
  terra_status: 'parsed',
  parsed_at: '2026-02-01T09:00:30.000Z',
  reason: null,
  retry_can_help: false,
};
const FAILED = {
  ...PARSED,
  id: U2,
  original_name: null,
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
    const machine = await runHere(['labs', 'list', '--json'], env);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual({ data: [FAILED, PARSED] });
    expect(server.asked.map(({ path, query }) => [path, query])).toEqual([
      ['/v1/labs', { limit: '100' }],
      ['/v1/labs', { limit: '100', cursor: 'next' }],
    ]);
    const plain = await runHere(['labs', 'list', '--utc'], env);
    expect(plain.stdout.split('\n')).toEqual([
      'report    file      uploaded                  state',
      '3f2504e0  a PDF     2026-02-01T09:00:00.000Z  failed',
      '9b1deb4d  März.pdf  2026-02-01T09:00:00.000Z  read',
      '3f2504e0: Terra did not take the report (HTTP status 500); try `amy labs retry 3f2504e0`.',
      '',
    ]);
  });

  it('says what to do where there is none', async () => {
    const server = await farEnd({ body: { data: [], next_cursor: null, has_more: false } });
    const ended = await runHere(['labs', 'list'], settingsFor(server.url).env);
    expect(ended).toMatchObject({
      code: 0,
      stdout: 'No lab reports yet; `amy labs upload <file>` sends one.\n',
    });
  });
});

describe('amy labs show', () => {
  it('shows the report and its values', async () => {
    const bound = { code: 'crp', value: 0.3, operator: '<', value_text: '<0.3', unit: 'mg/L' };
    const words = { code: 'unmatched:blood_film', value: null, value_text: 'Negative' };
    const twice = { code: 'tsh#2', value: 2.9, unit: 'm[IU]/L' };
    const biomarkers = [
      { ...GLUCOSE, value: 90.12345678 },
      { ...GLUCOSE, code: 'crp\u001b[2J', ref_low: null },
      bound,
      words,
      twice,
    ];
    const details = { ...PARSED, biomarkers: biomarkers.map((one) => ({ ...GLUCOSE, ...one })) };
    const list = { body: { data: [FAILED, PARSED], next_cursor: null, has_more: false } };
    const server = await farEnd({ body: details }, list, { body: details });
    const { env } = settingsFor(server.url);
    const machine = await runHere(['labs', 'show', U1, '--json'], env);
    expect(JSON.parse(machine.stdout)).toEqual(details);
    const plain = await runHere(['labs', 'show', '9b1d', '--utc'], env);
    expect(plain.stdout.split('\n')).toEqual([
      `Report    ${U1}`,
      'File      März.pdf',
      'Uploaded  2026-02-01T09:00:00.000Z',
      'State     read, 2026-02-01T09:00:30.000Z',
      '',
      'Blood sugar',
      'drawn       result   value  unit   normal   status',
      '2026-01-30  glucose  90.12  mg/dL  70 - 99  optimal',
      '',
      'Thyroid',
      'drawn       result   value  unit   normal   status',
      '2026-01-30  tsh (2)    2.9  mIU/L  70 - 99  optimal',
      '',
      'Inflammation',
      'drawn       result      value  unit   normal   status',
      '2026-01-30  crp\\x1b[2J     90  mg/dL  <= 99    optimal',
      '2026-01-30  crp          <0.3  mg/L   70 - 99  optimal',
      '',
      'Other',
      'drawn       result         value  unit   normal   status',
      '2026-01-30  blood film  Negative  mg/dL  70 - 99  optimal',
      '',
    ]);
  });

  it('of an unknown id fails with what the server says', async () => {
    const server = await farEnd({ status: 404, body: refusal('not_found', 'there is no such lab upload') });
    const ended = await runHere(['labs', 'show', U2, '--json'], settingsFor(server.url).env);
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
    const ended = await runHere(['labs', 'file', U1, '--output', path, '--json'], env);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual({ path, bytes: 3_000, content_type: 'application/pdf' });
    expect(readFileSync(path)).toEqual(bytes);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, 'mine');
    const refused = await runHere(['labs', 'file', U1, '--output', path, '--json'], env);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(refused.stderr)).toMatchObject({ error: { code: 'file_exists' } });
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(server.asked).toHaveLength(1);
    expect(await runHere(['labs', 'file', U1, '--output', path, '--force'], env)).toMatchObject({
      code: 0,
    });
    expect(readFileSync(path)).toEqual(bytes);
    expect(readdirSync(folder)).toEqual(['report.pdf']);
  });

  it('without a path saves it under its own name in this folder, wherever that name points', async () => {
    const server = await farEnd(reply, reply);
    const { env } = settingsFor(server.url);
    const cwd = temporaryFolder();
    expect(await amy(['labs', 'file', U1], { env, cwd })).toMatchObject({
      stdout: `Saved as ${join(realpathSync(cwd), 'März.pdf')}.\n`,
    });
    expect(readFileSync(join(cwd, 'März.pdf'))).toEqual(bytes);
    expect(await amy(['labs', 'file', U1], { env, cwd })).toMatchObject({ code: 1 });
    expect(readdirSync(cwd)).toEqual(['März.pdf']);
  });

  it('saves it where npm was called, not in the folder that npm changes to', async () => {
    const server = await farEnd(reply);
    const { env } = settingsFor(server.url);
    const [called, repository] = [temporaryFolder(), temporaryFolder()];
    const byNpm = { ...env, npm_lifecycle_event: 'amy', INIT_CWD: called };
    const ended = await amy(['labs', 'file', U1, '--output', 'mine.pdf'], { env: byNpm, cwd: repository });
    expect(ended.stdout).toBe(`Saved as ${join(called, 'mine.pdf')}.\n`);
    expect([readdirSync(called), readdirSync(repository)]).toEqual([['mine.pdf'], []]);
  });

  it('writes it to stdout, byte for byte, but not beside a JSON document', async () => {
    const text = '%PDF-1.7\nas it is';
    const server = await farEnd({ ...reply, body: text });
    const { env } = settingsFor(server.url);
    const piped = await amy(['labs', 'file', U1, '--output', '-'], { env });
    expect(piped).toMatchObject({ code: 0, stdout: text, stderr: '' });
    expect(await runHere(['labs', 'file', U1, '--output', '-', '--json'], env)).toMatchObject({ code: 2 });
  });

  it('leaves nothing half-written where it cannot write', async () => {
    const server = await farEnd(reply);
    const folder = temporaryFolder();
    const path = join(folder, 'none', 'report.pdf');
    const ended = await amy(['labs', 'file', U1, '--output', path, '--json'], {
      env: settingsFor(server.url).env,
    });
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code: 'file_not_written' } });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('amy labs retry', () => {
  it('asks once, under one key, and shows the answer', async () => {
    const answer = { ok: true, upload_id: U1, storage_key: 'k', terra_status: 'submitted', note: 'Wait.' };
    const server = await farEnd({ body: answer }, { status: 409, body: refusal('not_retriable', 'parsed') });
    const { env } = settingsFor(server.url);
    const ended = await runHere(['labs', 'retry', U1, '--json'], env);
    expect(JSON.parse(ended.stdout)).toEqual(answer);
    expect(server.asked[0]).toMatchObject({ method: 'POST', path: `/v1/labs/${U1}/retry` });
    expect(server.asked[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    expect(await runHere(['labs', 'retry', U1], env)).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('amy labs delete', () => {
  it('deletes only when told --yes, where nobody can be asked', async () => {
    const answer = { ok: true, deleted: { lab_uploads: 1, biomarkers_raw: 2 }, kept: 3 };
    const server = await farEnd(
      { body: answer },
      { body: answer },
      { body: { ok: true, deleted: { lab_uploads: 1 }, kept: 1 } },
    );
    const { env } = settingsFor(server.url);
    const unsure = await runHere(['labs', 'delete', U1], env);
    expect(unsure).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(server.asked).toEqual([]);
    const machine = await runHere(['labs', 'delete', U1, '--yes', '--json'], env);
    expect(JSON.parse(machine.stdout)).toEqual(answer);
    expect(server.asked).toMatchObject([{ method: 'DELETE', path: `/v1/labs/${U1}` }]);
    const plain = await runHere(['labs', 'delete', U1, '--yes'], env);
    expect(plain.stdout).toBe(
      `Deleted the lab report ${U1} and 2 values read from it.\n3 values of it stay: another report gives them too.\nRun \`amy sync\` so that the file here has it no more either.\n`,
    );
    const kept = await runHere(['labs', 'delete', U1, '--yes'], env);
    expect(kept.stdout.split('\n').slice(0, 2)).toEqual([
      `Deleted the lab report ${U1}.`,
      '1 value of it stays: another report gives it too.',
    ]);
  });
});
