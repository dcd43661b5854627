import { type ChildProcess, spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asOldNode } from './old-node.fixture.ts';

const WATCHING = `import { onStartersGone } from ${JSON.stringify(new URL('./end-with-npm.ts', import.meta.url).href)};
onStartersGone(() => { console.log('over'); process.exit(); });
setInterval(() => undefined, 1000);
console.log('watching');\n`;

let folder = '';
let shell: ChildProcess | undefined;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'amy-starters-')));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'program.ts'), WATCHING);
  copyFileSync(fileURLToPath(new URL('../run.js', import.meta.url)), join(folder, 'run.js'));
  mkdirSync(join(folder, 'node/node_modules/.bin'), { recursive: true });
  copyFileSync(fileURLToPath(new URL('../new-enough.js', import.meta.url)), join(folder, 'new-enough.js'));
  symlinkSync(process.execPath, join(folder, 'node/node_modules/.bin/node'));
});

afterEach(() => {
  for (const { pid } of inFolder()) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended between the look and the signal.
    }
  }
  shell?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

/** Processes that run in the folder, with their command lines. */
function inFolder(): readonly { readonly pid: number; readonly command: string }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((name) => {
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== folder) return [];
      return [{ pid: Number(name), command: readFileSync(`/proc/${name}/cmdline`, 'utf8') }];
    } catch {
      return [];
    }
  });
}

/** As npm runs a script: by a shell. */
function start(nodeOptions: readonly string[]): () => string {
  const line = `"${process.execPath}" ${nodeOptions.map((option) => `'${option}'`).join(' ')} run.js program.ts; true`;
  shell = spawn('sh', ['-c', line], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  shell.stdout?.on('data', (chunk) => {
    output += String(chunk);
  });
  return () => output;
}

describe.runIf(process.platform === 'linux')('a program of npm’s', () => {
  it.each([
    ['the Node that npm runs on', []],
    ['a Node of Amy’s own', ['--import', asOldNode()]],
  ])('ends with the shell that started it: %s', async (_, nodeOptions) => {
    const output = start(nodeOptions);
    await expect.poll(output, { timeout: 20_000 }).toContain('watching');
    shell?.kill('SIGKILL');
    await expect.poll(output, { timeout: 20_000 }).toContain('over');
  });

  it('ends with run.js, killed, where that stands between', async () => {
    const output = start(['--import', asOldNode()]);
    await expect.poll(output, { timeout: 20_000 }).toContain('watching');
    const runner = inFolder().find(({ command }) => command.includes('run.js') && !command.startsWith('sh'));
    process.kill(runner?.pid ?? 0, 'SIGKILL');
    await expect.poll(output, { timeout: 20_000 }).toContain('over');
  });
});
