import { readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { needs } from '../../cloud/dev/needs.ts';
import { amy, settingsFor } from './support/amy.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { daily, pageReply, T1 } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

const NEEDS_LINUX = needs('Linux', process.platform === 'linux', null);

/** What `/v1/me` answers to somebody with one ring. */
function meOf(more: object): unknown {
  const connection = {
    id: 'c1',
    provider: 'oura',
    state: 'connected',
    state_message: null,
    state_at: T1,
    scopes: [],
    connected_at: T1,
    deactivated_at: null,
    ...more,
  };
  const counts = { daily_summary: 0, activities: 0, sleep_sessions: 0, biomarkers_raw: 0, lab_uploads: 0 };
  return {
    user: { id: 'user_1', email: '', created_at: T1 },
    connections: [connection],
    counts,
    sources: [],
  };
}

describe('amy status', () => {
  it('tells what the file holds', async () => {
    const rows = [
      daily('oura', '2026-02-27', { steps: 1 }),
      daily('oura', '2026-02-28', { steps: 2, sleep_minutes: 400, nap_minutes: 0, utc_offset_minutes: 60 }),
      daily('whoop', '2026-02-27', { steps: 3, sleep_minutes: 400, strain: 9 }),
      daily('whoop', '2026-01-29', { steps: 9 }),
    ];
    const me = meOf({ silences: [], last_received_at: null });
    const server = await farEnd(
      pageReply(T1, { daily_summary: rows }),
      { body: me },
      { body: me },
      { body: me },
      { body: me },
    );
    const { env, path } = settingsFor(server.url);
    await runHere(['sync'], env);
    const machine = await runHere(['status', '--json'], env);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual({
      database: path,
      synced: true,
      bytes: expect.any(Number),
      server: server.url,
      last_sync_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      last_verify_at: null,
      since: T1,
      current_layout: true,
      rows: {
        daily_summary: 4,
        activities: 0,
        sleep_sessions: 0,
        biomarkers_raw: 0,
        lab_uploads: 0,
        profiles: 0,
      },
      sources: [
        { source: 'oura', newest: '2026-02-28' },
        { source: 'whoop', newest: '2026-02-27' },
      ],
      metrics: [
        { metric: 'steps', sources: [{ source: 'oura', dates: 2 }] },
        {
          metric: 'night',
          sources: [
            { source: 'oura', dates: 1 },
            { source: 'whoop', dates: 1 },
          ],
        },
        { metric: 'strain', sources: [{ source: 'whoop', dates: 1 }] },
        { metric: 'nap_minutes', sources: [{ source: 'oura', dates: 1 }] },
      ],
      devices: [{ id: 'c1', provider: 'oura', state: 'connected', last_received_at: null, silences: [] }],
    });
    const plain = await runHere(['status'], env);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toMatch(/^daily_summary +4$[\s\S]*^oura +2026-02-28$/m);
    expect(plain.stdout).toContain('Last verify  never; `amy verify` compares the file with the server');
    expect(plain.stdout).toMatch(
      /^What summary shows of the last 30 days:\nsource +columns\noura +steps, nap_minutes\noura, then whoop +night\nwhoop +strain$/m,
    );
    expect(server.asked.map(({ path: asked }) => asked)).toEqual(['/v1/sync', '/v1/me', '/v1/me']);
    const database = new DatabaseSync(path);
    database.exec("update sync_state set last_verify_at = '2026-02-28T09:00:00.000Z'");
    database.close();
    const verified = await runHere(['status', '--utc'], env);
    expect(verified.stdout).toContain('Last verify  2026-02-28T09:00:00.000Z\n');
    const told = await runHere(['status', '--json'], env);
    expect(JSON.parse(told.stdout)).toMatchObject({ last_verify_at: '2026-02-28T09:00:00.000Z' });
  });

  it('says in words which device is silent, since when, and what was done; and why it could not ask', async () => {
    const daily = {
      kind: 'overdue',
      resource: 'daily',
      last_received_at: '2026-02-28T10:00:00.000Z',
      silent_seconds: 26 * 3_600,
      usual_gap_seconds: 9 * 3_600,
      from_date: '2026-02-27',
      to_date: '2026-03-01',
      found_at: '2026-03-01T12:00:00.000Z',
      compared_at: '2026-03-01T12:00:00.000Z',
      asked_at: '2026-03-01T12:00:00.000Z',
      catch_up: 'sent',
      catch_up_reason: null,
    };
    const sleep = {
      ...daily,
      resource: 'sleep',
      last_received_at: '2026-02-26T10:00:00.000Z',
      silent_seconds: 74 * 3_600,
      usual_gap_seconds: 24 * 3_600,
      asked_at: null,
    };
    const gaps = ['daily', 'body'].map((resource) => ({
      ...daily,
      resource,
      kind: 'gap',
      from_date: '2026-02-01',
      to_date: '2026-02-03',
      silent_seconds: null,
    }));
    const server = await farEnd(
      { body: meOf({ silences: [sleep, ...gaps, daily], last_received_at: daily.last_received_at }) },
      { body: meOf({ silences: [sleep], last_received_at: daily.last_received_at }) },
      { status: 503, body: refusal('unavailable', 'the database is away') },
    );
    const { env } = settingsFor(server.url);
    const lines = async () => (await runHere(['status', '--utc'], env)).stdout.trim().split('\n').slice(2);
    expect(await lines()).toEqual([
      'Oura: nothing for 26 h, usually every 9 h; asked again at 2026-03-01T12:00:00.000Z',
      'Oura: no days, measurements from 2026-02-01 to 2026-02-03; asked again at 2026-03-01T12:00:00.000Z',
    ]);
    expect(await lines()).toEqual(['Oura: no sleep for 3 days, usually every 24 h; to be asked for again']);
    const failed = await runHere(['status'], env);
    expect(failed).toMatchObject({ code: 0, stdout: expect.stringContaining('Devices      not asked: ') });
  });

  it('says in one sentence that its answer could not be written', NEEDS_LINUX, async () => {
    const env = { AMY_HOME: temporaryFolder() };
    const shell = 'exec >/dev/full';
    const sentence = 'cannot write the answer: ENOSPC: no space left on device, write';
    expect(await amy(['status'], { env, shell })).toMatchObject({ code: 1, stderr: `amy: ${sentence}\n` });
    const machine = await amy(['status', '--json'], { env, shell });
    expect(machine.code).toBe(1);
    expect(JSON.parse(machine.stderr)).toEqual({
      error: { code: 'answer_not_written', message: sentence },
    });
    expect(await amy(['status', '--nonsense'], { env, shell: 'exec 2>/dev/full' })).toMatchObject({
      code: 2,
    });
  });

  it('needs no token, and is no failure before the first sync', async () => {
    const env = { AMY_HOME: temporaryFolder() };
    expect(await runHere(['status'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('amy sync'),
    });
    expect(JSON.parse((await runHere(['status', '--json'], env)).stdout)).toMatchObject({
      synced: false,
      rows: {},
    });
    expect(readdirSync(env.AMY_HOME)).toEqual([]);
  });
});
