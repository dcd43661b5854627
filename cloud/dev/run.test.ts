import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asOldNode } from './local/old-node.fixture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Says which program runs with which arguments, and ends with the number in the last of them. */
const PROGRAM = `console.log(JSON.stringify([process.execPath, ...process.argv.slice(1)]));
process.exitCode = Number(process.argv.at(-1));\n`;

let folder = '';

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'amy-run-')));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  copyFileSync(fileURLToPath(new URL('./run.js', import.meta.url)), join(folder, 'run.js'));
  mkdirSync(join(folder, 'node'));
  for (const name of ['node/package.json', 'new-enough.js'])
    copyFileSync(fileURLToPath(new URL(`./${name}`, import.meta.url)), join(folder, name));
  writeFileSync(join(folder, 'program.js'), PROGRAM);
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Stands for a Node that was installed into the folder, or into one below it. */
function installed(below = '.'): string {
  const programs = join(folder, below, 'node/node_modules/.bin');
  mkdirSync(programs, { recursive: true });
  const file = join(programs, 'node');
  writeFileSync(file, `#!/bin/sh\necho "installed: $@"\n`);
  chmodSync(file, 0o755);
  return file;
}

function run(args: readonly string[], nodeOptions: readonly string[] = [], program = 'run.js') {
  const env = {
    PATH: process.env.PATH,
    HOME: folder,
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
  };
  const given = [...nodeOptions, program, ...args];
  return spawnSync(process.execPath, given, { cwd: folder, env, encoding: 'utf8' });
}

describe('run.js', () => {
  it('uses the Node it runs on where that is new enough, though another is installed', () => {
    installed();
    const { status, stdout, stderr } = run(['program.js', 'one', '3']);
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual([process.execPath, join(folder, 'program.js'), 'one', '3']);
    expect(status).toBe(3);
  });

  it('finds other programs by their name, and ends as they end', () => {
    const { status, stderr } = run(['sh', '-c', 'exit 7']);
    expect({ status, stderr }).toEqual({ status: 7, stderr: '' });
    expect(run(['no-such-program']).stderr).toMatch(/no-such-program could not be started/);
  });

  it.skipIf(process.platform === 'win32')('uses the installed one on an older Node', () => {
    installed();
    const { status, stdout, stderr } = run(['program.js', 'one', '0'], ['--import', asOldNode()]);
    expect({ status, stdout, stderr }).toEqual({
      status: 0,
      stdout: 'installed: program.js one 0\n',
      stderr: '',
    });
    expect(run(['sh', '-c', 'node there'], ['--import', asOldNode()]).stdout).toBe('installed: there\n');
  });

  it('says what to do where it can neither be used nor installed', () => {
    const { status, stderr } = run([], ['--import', asOldNode()]);
    expect(status).toBe(1);
    expect(stderr).toContain('One for Amy alone is installed, once, into');
    expect(stderr).toContain('Install Node 24 or newer from https://nodejs.org and try again.');
  });
});

describe.skipIf(process.platform === 'win32')(
  'a program that needs a newer Node than it was started on',
  () => {
    it.each(['cli/bin/amy.js', 'cloud/dev/start.js'])('goes on with the installed one: %s', (program) => {
      for (const file of [program, 'cloud/dev/run.js', 'cloud/dev/new-enough.js']) {
        mkdirSync(join(folder, dirname(file)), { recursive: true });
        copyFileSync(join(ROOT, file), join(folder, file));
      }
      installed('cloud/dev');
      expect(run(['one', '--two'], ['--import', asOldNode()], program)).toMatchObject({
        status: 0,
        stdout: `installed: ${join(folder, program)} one --two\n`,
        stderr: '',
      });
    });
  },
);

describe('npm ci', () => {
  it('prints no page for a tool that needs a newer Node than the machine has', () => {
    expect(readFileSync(join(ROOT, '.npmrc'), 'utf8').split('\n')).toContain('loglevel=error');
  });
});

describe('the documents', () => {
  const documents = [
    'README.md',
    'CONTRIBUTING.md',
    ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
  ];
  const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
  const anchorsOf = (path: string) =>
    [...textOf(path).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-'),
    );

  it.each(documents.filter((path) => path.endsWith('.md')))('lead where they say: %s', (path) => {
    const links = [...textOf(path).matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)/g)];
    const broken = links.filter(([, file = '', anchor]) => {
      const target = file === '' ? path : join(dirname(path), file);
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });

  it('name scripts that there are, and every walk', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = ['README.md', 'CONTRIBUTING.md'].flatMap((path) =>
      [...textOf(path).matchAll(/npm run ([\w:-]+)/g)].map(([, name = '']) => name),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const walks = anchorsOf('docs/changing.md').filter((anchor) => anchor !== 'changing-amy');
    expect(walks.map((anchor) => textOf('CONTRIBUTING.md').includes(`docs/changing.md#${anchor})`))).toEqual(
      Array(6).fill(true),
    );
    expect(textOf('README.md')).toContain('(CONTRIBUTING.md)');
  });
});
