import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { deleteMirror } from '../src/commands/reset.ts';
import { openMirror } from '../src/mirror/mirror.ts';
import { APPLICATION_ID, prepareSchema } from '../src/mirror/schema.ts';
import { settingsFor } from './support/amy.ts';
import { farEnd } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { pageReply, T1 } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

describe('amy reset', () => {
  it('deletes the file only when told --yes, where nobody can be asked', async () => {
    const server = await farEnd(pageReply(T1, {}));
    const { env, path } = settingsFor(server.url);
    await runHere(['sync'], env);
    const unsure = await runHere(['reset'], env);
    expect(unsure).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(existsSync(path)).toBe(true);
    expect(await runHere(['reset', '--yes'], env)).toMatchObject({ code: 0, stdout: `Deleted ${path}.\n` });
    expect(existsSync(path)).toBe(false);
    const again = await runHere(['reset', '--yes', '--json'], env);
    expect(JSON.parse(again.stdout)).toEqual({ database: path, deleted: [] });
  });

  it('deletes no file of another kind, and none that a sync is filling', async () => {
    const folder = temporaryFolder();
    const note = join(folder, 'notes.txt');
    writeFileSync(note, 'remember the milk, '.repeat(100));
    expect(await runHere(['reset', '--yes', '--db', note], {})).toMatchObject({ code: 1, stdout: '' });
    const other = join(folder, 'other.sqlite');
    const database = new DatabaseSync(other);
    database.exec('create table bookmarks (url text)');
    expect(await runHere(['reset', '--yes', '--db', other], {})).toMatchObject({ code: 1, stdout: '' });
    database.close();
    const filling = join(folder, 'filling.sqlite');
    const sync = openMirror(filling);
    try {
      prepareSchema(sync);
      sync.exec('begin immediate');
      await expect(deleteMirror(filling, 20)).rejects.toMatchObject({ code: 'database_busy' });
    } finally {
      sync.close();
    }
    expect(readdirSync(folder).sort()).toEqual(['filling.sqlite', 'notes.txt', 'other.sqlite']);
  });

  it.each([
    ['with a table of a name of ours', 'create table profiles (id integer primary key, name text)'],
    ['with our mark alone', `pragma application_id = ${APPLICATION_ID}; create table bookmarks (url text)`],
    [
      'of the earlier CLI, which sync keeps aside',
      'create table daily_summary (source text, datetime text, steps real, primary key (source, datetime))',
    ],
    ['without a table', 'pragma user_version = 7'],
  ])('leaves a database %s, and so does erase --local', async (_what, schema) => {
    const folder = temporaryFolder();
    const path = join(folder, 'data.sqlite');
    const database = new DatabaseSync(path);
    database.exec(schema);
    database.close();
    const before = readFileSync(path);
    const server = await farEnd();
    const { env } = settingsFor(server.url);
    const isEmpty = schema.includes('user_version');
    const reset = await runHere(['reset', '--yes', '--db', path], {});
    if (isEmpty) expect(reset).toMatchObject({ code: 0, stdout: `Nothing to delete at ${path}.\n` });
    else {
      expect(reset).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(path) });
      // Refused before the server is asked to erase anything.
      expect(await runHere(['erase', '--yes', '--local', '--db', path], env)).toMatchObject({ code: 1 });
    }
    expect(server.asked).toEqual([]);
    expect(readFileSync(path)).toEqual(before);
    expect(readdirSync(folder)).toEqual(['data.sqlite']);
  });

  it('leaves a file that has the name of a journal, beside a file or beside none', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'notes');
    writeFileSync(`${path}-journal`, 'dear diary');
    expect(await runHere(['reset', '--yes', '--db', path], {})).toMatchObject({ code: 1, stdout: '' });
    writeFileSync(path, 'remember the milk');
    expect(await runHere(['reset', '--yes', '--db', path], {})).toMatchObject({ code: 1, stdout: '' });
    expect(await runHere(['status', '--db', path], {})).toMatchObject({ code: 1, stdout: '' });
    expect(readFileSync(`${path}-journal`, 'utf8')).toBe('dear diary');
    expect(readFileSync(path, 'utf8')).toBe('remember the milk');
  });
});
