import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { brokenRules, cycles, emptyNames, type Sources } from './check.ts';
import { readSource } from './read-source.ts';
import { CLI, type NOT_YET, WORKER } from './rules.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Every file below a folder, as paths from the repository's root. */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.split(sep).join('/')}`)
    .filter((path) => !path.includes('/node_modules/') && !path.includes('/.'));
}

/** Tests and fixtures may import what they like. */
function isSource(path: string): boolean {
  return /\.tsx?$/.test(path) && !/\.(test|fixture|d)\.ts$/.test(path);
}

function sourcesOf(texts: Readonly<Record<string, string>>): Sources {
  return new Map(Object.entries(texts).map(([path, text]) => [path, readSource(path, text)]));
}

const house = sourcesOf(
  Object.fromEntries(
    [...filesBelow('cloud/src'), ...filesBelow('cli/src')]
      .filter(isSource)
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  ),
);

describe('the rooms', () => {
  it('hold the rules of the Worker', () => {
    expect(brokenRules(WORKER, house)).toEqual([]);
  });

  it('hold the rules of the CLI', () => {
    expect(brokenRules(CLI, house)).toEqual([]);
  });

  it('have no two files that import each other', () => {
    expect(cycles(house)).toEqual([]);
  });

  it('have names that say something', () => {
    expect(emptyNames([...filesBelow('cloud'), ...filesBelow('cli')])).toEqual([]);
  });
});

const NO_EXCEPTIONS: typeof NOT_YET = { sql: [], fetch: [] };

/** What is said of a Worker that has these files, with what they import. */
function saidOf(texts: Readonly<Record<string, string>>, notYet = NO_EXCEPTIONS): readonly string[] {
  return brokenRules(WORKER, sourcesOf(texts), notYet);
}

describe('the rules of the rooms', () => {
  const store = { 'cloud/src/store/users.ts': 'export const a = `select id from users`;' };
  const routes = { 'cloud/src/routes/me.ts': '' };

  it.each([
    ["import { a } from '../routes/me.ts';"],
    ["import type { A } from '../routes/me.ts';"],
    ["export * from '../routes/me.ts';"],
    ["export { a } from '../routes/me.ts';"],
    ["const a = await import('../routes/me.ts');"],
    ["type A = import('../routes/me.ts').A;"],
  ])('refuse an arrow that runs back up: %s', (text) => {
    expect(saidOf({ ...routes, 'cloud/src/store/users.ts': text })).toEqual([
      'cloud/src/store/users.ts -> cloud/src/routes/me.ts: runs back up',
    ]);
  });

  it('read a page that is written as markup', () => {
    const text = "import { a } from '../routes/me.ts';\nexport const b = <p>{a}</p>;";
    expect(saidOf({ ...routes, 'cloud/src/console/page.tsx': text })).toEqual([
      'cloud/src/console/page.tsx -> cloud/src/routes/me.ts: runs back up',
    ]);
  });

  it('take no import from a comment or a text', () => {
    const text = "// import { a } from '../routes/me.ts';\nexport const a = \"import '../routes/me.ts'\";";
    expect(saidOf({ ...routes, 'cloud/src/store/users.ts': text })).toEqual([]);
  });

  it('refuse an arrow to a neighbour, and take one to a lower floor', () => {
    const labs = "import { a } from '../erasure/wipe.ts';\nimport { b } from '../store/users.ts';";
    const texts = { ...store, 'cloud/src/erasure/wipe.ts': '', 'cloud/src/labs/upload.ts': labs };
    expect(saidOf(texts)).toEqual([
      'cloud/src/labs/upload.ts -> cloud/src/erasure/wipe.ts: runs to a neighbour',
    ]);
  });

  it('refuse that what sends to the queue imports what consumes it', () => {
    const texts = {
      'cloud/src/queue/consumer.ts': "import { a } from './messages.ts';",
      'cloud/src/queue/messages.ts': "import { b } from './drain.ts';",
      'cloud/src/queue/drain.ts': '',
    };
    expect(saidOf(texts)).toEqual(['cloud/src/queue/messages.ts -> cloud/src/queue/drain.ts: runs back up']);
  });

  it('refuse tests and what lies outside as something to build on', () => {
    const texts = {
      'cloud/src/labs/upload.ts':
        "import a from './upload.test.ts';\nimport b from '../../test/support/stack.ts';",
    };
    expect(saidOf(texts)).toEqual([
      'cloud/src/labs/upload.ts -> cloud/src/labs/upload.test.ts: no source of this house',
      'cloud/src/labs/upload.ts -> cloud/test/support/stack.ts: leads out of the house',
    ]);
  });

  it('refuse an import whose name is put together', () => {
    expect(saidOf({ 'cloud/src/labs/upload.ts': 'await import(name);' })).toEqual([
      'cloud/src/labs/upload.ts -> cloud/src/labs/(computed).ts: no source of this house',
    ]);
  });

  it('refuse a file and a folder that are in no room', () => {
    expect(saidOf({ 'cloud/src/things.ts': '', 'cloud/src/stuff/one.ts': '' })).toEqual([
      'cloud/src/things.ts is in no room',
      'cloud/src/stuff/one.ts is in no room',
    ]);
  });

  it.each([
    ['const a = `select id\nfrom users`;'],
    ["const a = 'insert into users(id) values (?1)';"],
    [`const a = \`update \${table} set clock = ?1\`;`],
    ["const a = 'delete from users';"],
    ['const a = `\nwith found as (select 1) select * from found`;'],
    ["const a = 'create table users(id text)';"],
    ['const a = `\nwhere u.id = ?1`;'],
    ["const a = 'returning id, clock';"],
    ['db.prepare(text);'],
    ['statement(text);'],
  ])('refuse SQL outside of its room: %s', (text) => {
    expect(saidOf({ ...store, 'cloud/src/labs/upload.ts': text })).toEqual([
      'cloud/src/labs/upload.ts: SQL outside of store/',
    ]);
  });

  it('take sentences that begin like SQL', () => {
    const text =
      "const a = ['select a file', 'with no limit', 'update your app', 'delete this?', 'where you are signed in'];";
    expect(saidOf({ 'cloud/src/labs/upload.ts': text })).toEqual([]);
  });

  it.each([['await fetch(url);'], ['ask({ fetch });'], ['globalThis.fetch(url);'], ['const ask = fetch;']])(
    'refuse a fetch outside of its room: %s',
    (text) => {
      const texts = { 'cloud/src/labs/upload.ts': text, 'cloud/src/terra/client.ts': text };
      expect(saidOf(texts)).toEqual(['cloud/src/labs/upload.ts: fetch outside of terra/']);
    },
  );

  it('take a handler that is named fetch', () => {
    const text = 'export default { fetch: app.fetch } satisfies { fetch: unknown };';
    expect(saidOf({ 'cloud/src/index.ts': text })).toEqual([]);
  });

  it('refuse an exception that is not needed any more', () => {
    const notYet = { sql: ['cloud/src/labs/upload.ts'], fetch: ['cloud/src/labs/upload.ts'] };
    expect(saidOf({ 'cloud/src/labs/upload.ts': 'db.prepare(text);' }, notYet)).toEqual([
      'cloud/src/labs/upload.ts needs no exception for fetch any more',
    ]);
  });

  it.each([
    ["import { z } from 'zod';", 'zod'],
    ['const a = Date.now();', 'Date.now'],
    ['const a = new Date();', 'new Date()'],
    ['const a = Math.random();', 'Math.random'],
    ['const a = crypto.randomUUID();', 'crypto.randomUUID'],
    ['export function a(env: Env) {}', 'Env'],
    ['export type A = { db: D1Database };', 'D1Database'],
  ])('refuse what is not pure in a pure room: %s', (text, what) => {
    const texts = { 'cloud/src/normalize/time.ts': `${text}\nconst day = new Date(0);` };
    expect(saidOf(texts)).toEqual([`cloud/src/normalize/time.ts is to be pure and uses ${what}`]);
  });

  it('tell a circle once', () => {
    const texts = {
      'cloud/src/labs/a.ts': "import './b.ts';",
      'cloud/src/labs/b.ts': "import type { C } from './c.ts';",
      'cloud/src/labs/c.ts': "import './a.ts';",
    };
    expect(cycles(sourcesOf(texts))).toEqual([
      'cloud/src/labs/a.ts -> cloud/src/labs/b.ts -> cloud/src/labs/c.ts -> cloud/src/labs/a.ts',
    ]);
  });

  it('let the CLI see the contract and what is pure, and nothing else of the Worker', () => {
    const text = [
      "import { a } from '../../../cloud/src/contract/me.ts';",
      "import { c } from '../../../cloud/src/normalize/intraday.ts';",
      "import { d } from '../../../cloud/src/fold/order.ts';",
      "import type { App } from '../../../cloud/src/app.ts';",
      "import { b } from '../../../cloud/src/clock.ts';",
    ].join('\n');
    expect(brokenRules(CLI, sourcesOf({ 'cli/src/api/api.ts': text }), NO_EXCEPTIONS)).toEqual([
      'cli/src/api/api.ts -> cloud/src/clock.ts: leads out of the house',
    ]);
  });

  it('let the CLI have the app as a type alone', () => {
    const text = "import { app } from '../../../cloud/src/app.ts';";
    expect(brokenRules(CLI, sourcesOf({ 'cli/src/api/api.ts': text }), NO_EXCEPTIONS)).toEqual([
      'cli/src/api/api.ts -> cloud/src/app.ts: leads out of the house',
    ]);
  });

  it.each([['utils'], ['helpers'], ['lib']])('refuse a folder that is called %s', (name) => {
    expect(emptyNames([`cloud/test/${name}/a.ts`, 'cloud/src/labs/lib.ts'])).toEqual([
      `cloud/test/${name}/a.ts`,
    ]);
  });
});
