import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { needs } from '../../cloud/dev/needs.ts';
import { amy, settingsFor } from './support/amy.ts';
import { farEnd } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { daily, pageReply, T1 } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

const NEEDS_LINUX = needs('Linux', process.platform === 'linux', null);

describe('amy status', () => {
  it('tells what the file holds', async () => {
    const rows = [daily('oura', '2026-02-27'), daily('oura', '2026-02-28'), daily('whoop', '2026-02-27')];
    const server = await farEnd(pageReply(T1, { daily_summary: rows }));
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
      since: T1,
      current_layout: true,
      rows: {
        daily_summary: 3,
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
    });
    const plain = await runHere(['status'], env);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toMatch(/^daily_summary +3$[\s\S]*^oura +2026-02-28$/m);
    expect(server.asked).toHaveLength(1);
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
