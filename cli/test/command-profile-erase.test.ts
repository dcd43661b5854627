import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsFor } from './support/amy.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { pageReply, T1 } from './support/pages.ts';
import { homeOf, readStored, signInOf } from './support/signed-in.ts';

describe('amy profile', () => {
  const stored = {
    profile: { note: { a: 1 }, conditions: [], medications: ['a', 'b c'], sex: 'female', age: 41 },
    updated_at: '2026-03-01T00:00:00.000Z',
  };

  it('shows what is stored, the fields first', async () => {
    const server = await farEnd(
      { body: { profile: {}, updated_at: null } },
      { body: stored },
      { body: stored },
    );
    const { env } = settingsFor(server.url);
    expect(await runHere(['profile', 'show'], env)).toMatchObject({
      code: 0,
      stdout: 'Nothing said yet; `amy profile set --help` tells what can be.\n',
    });
    expect((await runHere(['profile', 'show'], env)).stdout).toBe(
      'age: 41\nsex: female\nconditions: none\nmedications: a, b c\nnote: {"a":1}\n',
    );
    const machine = await runHere(['profile', 'show', '--json'], env);
    expect(JSON.parse(machine.stdout)).toEqual(stored);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(3).fill('GET /v1/profile'),
    );
  });

  it('sends only what is named, and null for what is cleared', async () => {
    const server = await farEnd({ body: stored }, { body: stored });
    const { env } = settingsFor(server.url);
    const all = await runHere(
      'profile set --age 41 --sex female --height-cm 168.5 --weight-kg 61 --goal sleep --timezone Europe/Berlin --medications a'
        .split(' ')
        .concat('b c', '--conditions', 'asthma', '--json'),
      env,
    );
    expect(all).toMatchObject({ code: 0, stderr: '' });
    await runHere(['profile', 'set', '--clear', 'age', 'goal'], env);
    expect(server.asked.map(({ method, body }) => [method, JSON.parse(String(body))])).toEqual([
      [
        'PUT',
        {
          age: 41,
          sex: 'female',
          height_cm: 168.5,
          weight_kg: 61,
          goal: 'sleep',
          timezone: 'Europe/Berlin',
          medications: ['a', 'b c'],
          conditions: ['asthma'],
        },
      ],
      ['PUT', { age: null, goal: null }],
    ]);
  });

  it.each([
    ['--age 41.5', 'must be a whole number of years'],
    ['--age x', 'must be a number from 0 to 130'],
    ['--height-cm 1.8', 'must be a number from 20 to 280'],
    ['--sex f', 'must be female, male or other'],
    ['--timezone Berlin', 'must be an IANA time zone'],
    ['--age 41 --clear age', 'age cannot be set and cleared at once'],
    ['--height-cm 170 --clear height_cm', 'height_cm cannot be set and cleared at once'],
    ['', 'nothing to change'],
  ])('refuses "%s" before it is sent', async (options, message) => {
    const server = await farEnd();
    const { env } = settingsFor(server.url);
    const ended = await runHere(['profile', 'set', ...options.split(' ').filter((word) => word !== '')], env);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(message) });
    expect(server.asked).toEqual([]);
  });
});

describe('amy erase', () => {
  const receipt = {
    ok: true,
    deleted: { raw_events: 1_200, imports: 0, item_homes: 4, kv_keys: 3, users: 1 },
    terra_deauthenticated: 1,
    terra_lab_reports_deleted: 0,
    terra_failed: 0,
    remaining: 0,
  };

  it('asks first, and does nothing where nobody can be asked', async () => {
    const server = await farEnd();
    const { env } = settingsFor(server.url);
    const ended = await runHere(['erase'], env);
    expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(server.asked).toEqual([]);
  });

  it('shows the receipt and leaves the local file, or deletes it with --local', async () => {
    const server = await farEnd(
      pageReply(T1, {}),
      { body: receipt },
      { body: { ...receipt, terra_failed: 2 } },
      { body: receipt },
    );
    const { env, path } = settingsFor(server.url);
    await runHere(['sync'], env);
    expect(await runHere(['erase', '--yes'], env)).toMatchObject({
      code: 0,
      stdout: `You are erased. Deleted on the server:
  1,200 deliveries as they came
  1 account
  7 records that Amy kept about these
At Terra:
  1 connection ended
  0 lab reports deleted
Your copy at ${path} stays; \`amy reset\` deletes it.
`,
    });
    expect(existsSync(path)).toBe(true);
    const log = join(env.AMY_HOME, 'mcp-log');
    mkdirSync(log);
    const both = await runHere(['erase', '--yes', '--local'], env);
    expect(both.stdout).toContain(
      '2 not deleted yet: Terra is asked again for about two days\nThe local file is deleted too.\nSo is the log of what agents read of it.\n',
    );
    expect([path, log].filter((one) => existsSync(one))).toEqual([]);
    const machine = await runHere(['erase', '--yes', '--local', '--json'], env);
    expect(JSON.parse(machine.stdout)).toEqual({ ...receipt, local_deleted: [], local_left: null });
    expect(server.asked.slice(1).map(({ method, path }) => `${method} ${path}`)).toEqual(
      Array(3).fill('DELETE /v1/me'),
    );
  });

  it('signs out here, as the server has done there, and nowhere else', async () => {
    const server = await farEnd({ body: receipt });
    const other = signInOf('user_9', 's9');
    const { env, path } = homeOf({ [server.url]: signInOf('user_1'), 'https://other.test': other });
    expect(await runHere(['erase', '--yes'], env)).toMatchObject({ code: 0 });
    expect(readStored(path)).toEqual({ servers: { 'https://other.test': other }, current: server.url });
  });

  it('that the server has only begun fails, and keeps the local file', async () => {
    const server = await farEnd(pageReply(T1, {}), {
      status: 503,
      body: refusal('unavailable', 'it goes on by itself'),
    });
    const { env, path } = settingsFor(server.url);
    await runHere(['sync'], env);
    const ended = await runHere(['erase', '--yes', '--local', '--json'], env);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code: 'unavailable' } });
    expect(existsSync(path)).toBe(true);
  });
});
