import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { startNode } from './child.ts';
import { startLocalWorker } from './worker.ts';

/** A Worker's processes end together, whichever of them ends first. Who is who is read from `/proc`. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const state = await mkdtemp(join(tmpdir(), 'amy-tied-'));

afterAll(() => rmSync(state, { recursive: true, force: true }));

/** The processes of a group that run, with their command lines. */
function running(group: number): readonly { readonly pid: number; readonly command: string }[] {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return names.flatMap((name) => {
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [condition, , itsGroup] = text.slice(text.lastIndexOf(')') + 2).split(' ');
      if (Number(itsGroup) !== group || condition === 'Z') return [];
      const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return [{ pid: Number(name), command }];
    } catch {
      return [];
    }
  });
}

function pidOf(group: number, command: RegExp): number {
  const found = running(group).find((member) => command.test(member.command));
  if (found === undefined) throw new Error(`no process of the group is ${command}`);
  return found.pid;
}

describe.runIf(process.platform === 'linux')('the processes of a Worker', () => {
  it.each([
    ['workerd, killed', /workerd serve/, 'SIGKILL', /workerd \(process \d+\) was ended by SIGKILL/],
    [
      'workerd, asked to end',
      /workerd serve.*entry=\S+:[1-9]/,
      'SIGTERM',
      /workerd \(process \d+\) was (told|ended by itself, code 0)/,
    ],
  ] as const)(
    'end with %s',
    async (_, command, signal, words) => {
      const { child } = await startLocalWorker({ root, state, port: 0, variables: {} });
      const group = child.process.pid ?? -1;
      try {
        expect(running(group).length).toBeGreaterThan(1);
        process.kill(pidOf(group, command), signal);
        await child.ended;
      } finally {
        await child.stop();
      }
      expect(running(group)).toEqual([]);
      expect(child.output()).toMatch(words);
    },
    90_000,
  );

  it('end with the process that started them, though it is killed', async () => {
    const script = `
      const { startLocalWorker } = await import(${JSON.stringify(new URL('./worker.ts', import.meta.url).href)});
      const options = ${JSON.stringify({ root, state, port: 0, variables: {} })};
      const { child } = await startLocalWorker(options);
      console.log('group ' + child.process.pid);`;
    const parent = startNode(['--input-type=module', '--eval', script], { cwd: root, env: process.env });
    try {
      await expect.poll(() => parent.output(), { timeout: 80_000 }).toContain('group');
      const group = Number(/group (\d+)/.exec(parent.output())?.[1]);
      expect(running(group).length).toBeGreaterThan(1);
      parent.process.kill('SIGKILL');
      await expect.poll(() => running(group), { timeout: 20_000 }).toEqual([]);
    } finally {
      await parent.stop('SIGKILL');
    }
  }, 120_000);
});
