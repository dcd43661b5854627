import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, inject, it } from 'vitest';
import { asOldNode } from '../../cloud/dev/local/old-node.fixture.ts';
import { needs } from '../../cloud/dev/needs.ts';
import { NODE_MAJOR_NEEDED } from '../../cloud/dev/new-enough.js';
import manifest from '../../package.json' with { type: 'json' };
import { ROOT } from '../package/bundle.ts';
import { bundledPackages } from '../package/licences.ts';
import { npm, packFolder } from '../package/pack.ts';
import { amy } from './support/amy.ts';
import { type Asked, farEnd, type Reply } from './support/far-end.ts';
import { daily, pageReply, T1 } from './support/pages.ts';
import { homeOf, tokenReply } from './support/signed-in.ts';
import { temporaryFolder } from './support/temporary.ts';

const FOLDER = dirname(inject('bundledAmy'));
/** What somebody waits for on a slow line: the charts are two fifths of it. */
const TARBALL_BYTES_MAX = 1_000_000;
/** What a start reads that needs neither charts nor schemas nor the agents' protocol. */
const START_BYTES_MAX = 250_000;

/** The Worker's rooms that the program shares, and the three files that those rooms stand on. */
const SHARED = /^cloud\/src\/((contract|normalize|fold)\/|(limits|ids|event-codes)\.ts$)/;
const OWN = /^(cli\/src\/|cli\/package\/start\.js$|cli\/bin\/no-news\.js$|package\.json$|node_modules\/)/;

const MACHINE_NODE = '/usr/bin/node';
const machineNode = /^v(\d+)/.exec(spawnSync(MACHINE_NODE, ['--version'], { encoding: 'utf8' }).stdout ?? '');
const isMachineNodeOld = Number(machineNode?.[1] ?? NODE_MAJOR_NEEDED) < NODE_MAJOR_NEEDED;

function answer({ path, query }: Asked): Reply {
  if (path === '/v1/auth/device') {
    return {
      body: {
        device_code: 'device-secret',
        user_code: 'BCDF-GHJK',
        verification_uri: 'http://amy.test/activate',
        verification_uri_complete: 'http://amy.test/activate?user_code=BCDF-GHJK',
        expires_in: 600,
        interval: 0,
      },
    };
  }
  if (path === '/v1/auth/device/token') return tokenReply('user_1');
  const dayBack = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  const rows = Array.from({ length: 20 }, (_, back) => daily('oura', dayBack(back), { steps: 8_000 }));
  return pageReply(T1, { daily_summary: 'since' in query ? [] : rows });
}

/**
 * The package as the README says to install it, from its tarball into an empty folder and without a registry, by a npm
 * whose Node is as old as the README says that a clone works with. `warned` is what npm had to say about that.
 */
function install() {
  const folder = temporaryFolder();
  const packed = packFolder(FOLDER, folder);
  const cwd = join(folder, 'elsewhere');
  mkdirSync(cwd);
  const { stderr: warned } = npm(
    ['install', '--global', '--offline', '--no-audit', '--no-fund', '--prefix', cwd, packed.path],
    {
      cwd,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        NODE_OPTIONS: `--import=${asOldNode()}`,
        npm_config_cache: join(folder, 'cache'),
        npm_config_registry: 'http://127.0.0.1:9/',
      },
    },
  );
  const [packages, programs] =
    process.platform === 'win32' ? ['node_modules', ''] : ['lib/node_modules', 'bin'];
  return {
    packed,
    warned,
    cwd,
    packages: join(cwd, packages),
    folder: join(cwd, packages, 'amy'),
    program: join(cwd, programs, 'amy'),
  };
}

it('is installed from its tarball alone, signs in, syncs, tells and draws', async () => {
  const { packed, warned, cwd, packages, folder, program } = install();
  expect(warned).toBe('');
  expect(packed.bytes).toBeLessThan(TARBALL_BYTES_MAX);
  expect(packed.files.filter((file) => !file.startsWith('parts/')).toSorted()).toEqual([
    'LICENSE',
    'README.md',
    'THIRD-PARTY-LICENSES.txt',
    'amy.cjs',
    'package.json',
    'start.mjs',
  ]);
  expect(readdirSync(packages).filter((name) => !name.startsWith('.'))).toEqual(['amy']);
  expect(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))).toEqual({
    name: 'amy',
    version: manifest.version,
    description: expect.any(String),
    license: 'MIT',
    type: 'module',
    bin: { amy: 'amy.cjs' },
    files: expect.any(Array),
  });
  const texts = packed.files.map((file) => readFileSync(join(folder, file), 'utf8'));
  for (const path of [ROOT, FOLDER, 'cloudflare']) {
    expect(texts.filter((text) => text.includes(path)).length).toBe(0);
  }

  const server = await farEnd(...Array.from({ length: 12 }, () => answer));
  const { env, home } = homeOf();
  const run = (...argv: string[]) => amy(argv, { env, cwd, entry: program });
  expect(await run('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: amy') });
  expect(await run('login', '--url', server.url)).toMatchObject({
    code: 0,
    stdout: `Signed in to ${server.url} as user_1.\n`,
  });
  expect(await run('sync')).toMatchObject({ code: 0, stdout: expect.stringContaining('  20 days\n') });
  expect(await run('status', '--json')).toMatchObject({ code: 0 });
  const asked = await run('query', 'select sum(steps) as steps from summary', '--json');
  expect(JSON.parse(asked.stdout)).toMatchObject({ rows: [{ steps: 160_000 }] });
  const page = join(home, 'report.html');
  expect(await run('report', '--out', page)).toMatchObject({ code: 0, stderr: '' });
  expect(readFileSync(page, 'utf8')).toContain('<svg');
});

it.skipIf(process.platform === 'win32')('starts under its name, and reads what the command needs', () => {
  const tellLoads = `import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`;
  const { stdout, stderr, status } = spawnSync(inject('bundledAmy'), ['--version'], {
    encoding: 'utf8',
    env: {
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tellLoads)}`,
    },
  });
  expect({ stdout, status }).toEqual({ stdout: `${manifest.version}\n`, status: 0 });
  const files = stderr.split('\n').filter((url) => url.startsWith('file:'));
  const bytes = files.map((url) => statSync(fileURLToPath(url)).size).reduce((sum, size) => sum + size, 0);
  expect(files).toContainEqual(expect.stringMatching(/start\.mjs$/));
  expect(bytes).toBeLessThan(START_BYTES_MAX);
});

it('is made of its own sources and of what the Worker shares with it', () => {
  const sources = inject('bundledSources');
  expect(sources).toContain('cli/src/program.ts');
  expect(sources.filter((path) => !OWN.test(path) && !SHARED.test(path))).toEqual([]);
});

it('tells the licence of each package whose code is inside, and is not made where one has none', () => {
  const text = readFileSync(join(FOLDER, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  const packages = inject('bundledSources').flatMap(
    (path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  const others = [
    'ajv',
    'ajv-formats',
    'content-type',
    'fast-deep-equal',
    'fast-uri',
    'json-schema-traverse',
  ];
  for (const name of new Set([...packages, ...others])) expect(text).toMatch(`\n  ${name} `);
  expect(text).toContain('Copyright 2010-2016 Mike Bostock');
  expect(text).toContain('Copyright (c) 2016 Zhipeng Jia');
  const root = temporaryFolder();
  const folder = join(root, 'node_modules/nobodys');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "nobodys", "version": "1.0.0", "license": "MIT" }');
  writeFileSync(join(folder, 'index.js'), '//#region ../node_modules/.pnpm/somebodys@2.0.0/index.js');
  const take = () =>
    bundledPackages({ a: { inputs: { 'node_modules/nobodys/index.js': { bytesInOutput: 1 } } } }, root);
  expect(take).toThrow('nobodys is in the bundle and has no file with its licence');
  writeFileSync(join(folder, 'LICENSE'), 'as you like');
  expect(take).toThrow('somebodys is in the bundle and its licence is not kept here');
  writeFileSync(join(folder, 'index.js'), '/* Copyright (c) 2016 Some Body */');
  expect(take).toThrow('nobodys 1.0.0 has work of Some Body, whose licence is not kept here');
});

const TOO_OLD = (version: string) =>
  `amy: this is Node ${version} and amy needs Node ${NODE_MAJOR_NEEDED} or newer; install it from https://nodejs.org and try again\n`;

it('says one sentence on a Node that is too old', async () => {
  const ended = await amy(['sync'], { nodeOptions: ['--import', asOldNode()] });
  expect(ended).toEqual({ code: 1, signal: null, stdout: '', stderr: TOO_OLD('20.20.2') });
});

it(
  'says it on the old Node of this machine',
  needs(`a Node older than ${NODE_MAJOR_NEEDED} in ${MACHINE_NODE}`, isMachineNodeOld, null),
  () => {
    const { status, stdout, stderr } = spawnSync(MACHINE_NODE, [inject('bundledAmy'), '--version'], {
      encoding: 'utf8',
    });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^amy: this is Node [\d.]+ and amy needs Node 24 or newer; .*\n$/);
  },
);
