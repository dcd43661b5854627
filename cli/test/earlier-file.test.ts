import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openMirrorForReading } from '../src/mirror/mirror.ts';
import { type SyncProgress, syncMirror } from '../src/mirror/sync.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { daily, pageReply, T1, tokenOf } from './support/pages.ts';
import { rowsOf, temporaryFolder } from './support/temporary.ts';

const token = tokenOf('user_1');
const clock = () => new Date('2026-03-01T08:09:10.123Z');

/** As the earlier CLI left it: other columns, write-ahead log, no mark of ours. */
function earlierFile(path: string): void {
  const database = new DatabaseSync(path);
  database.exec(`
    pragma journal_mode = wal;
    create table daily_summary (source text, datetime text, steps real, primary key (source, datetime));
    insert into daily_summary values ('oura', '2025-01-01', 4321)`);
  database.close();
}

it('keeps the earlier CLI’s file under another name, and fills a new one in its place', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'persona.sqlite');
  earlierFile(path);
  const server = await farEnd(pageReply(T1, { daily_summary: [daily('oura', '2026-02-28', { steps: 1 })] }));
  const progress: SyncProgress[] = [];
  const report = await syncMirror({
    url: server.url,
    token,
    databasePath: path,
    clock,
    onProgress: (step) => progress.push(step),
  });
  const kept = join(folder, 'persona.sqlite.earlier-20260301T080910Z');
  expect(report.setAside).toBe(kept);
  expect(progress).toContainEqual({ step: 'set_aside', path: kept });
  expect(readdirSync(folder).sort()).toEqual(['persona.sqlite', 'persona.sqlite.earlier-20260301T080910Z']);
  expect(rowsOf(kept, 'select steps from daily_summary')).toEqual([{ steps: 4321 }]);
  expect(rowsOf(path, 'select steps from summary')).toEqual([{ steps: 1 }]);
});

it('leaves the earlier file where it is until the new one is whole', async () => {
  const path = join(temporaryFolder(), 'persona.sqlite');
  earlierFile(path);
  const before = readFileSync(path);
  const server = await farEnd(
    pageReply(T1, { daily_summary: [daily('oura', '2026-02-28')] }, 'c1'),
    { status: 500, body: refusal('internal', 'oops') },
    pageReply(T1, {}),
  );
  const options = { url: server.url, token, databasePath: path, clock };
  await expect(syncMirror(options)).rejects.toMatchObject({ code: 'internal' });
  expect(readFileSync(path)).toEqual(before);
  await syncMirror(options);
  expect(rowsOf(path, 'select * from daily_summary')).toEqual([]);
  expect(existsSync(`${path}.new`)).toBe(false);
});

it('leaves a database that has no more of it than a name, and what is no successor of ours', async () => {
  const folder = temporaryFolder();
  const [other, path] = [join(folder, 'other.sqlite'), join(folder, 'persona.sqlite')];
  const make = (file: string, schema: string) => {
    const database = new DatabaseSync(file);
    database.exec(schema);
    database.close();
  };
  make(other, 'create table daily_summary (day text, text text)');
  earlierFile(path);
  make(`${path}.new`, 'create table bookmarks (url text)');
  for (const databasePath of [other, path]) {
    await expect(syncMirror({ url: 'http://127.0.0.1:9', token, databasePath })).rejects.toMatchObject({
      code: 'not_a_mirror',
    });
  }
  expect(readdirSync(folder).sort()).toEqual(['other.sqlite', 'persona.sqlite', 'persona.sqlite.new']);
  expect(rowsOf(`${path}.new`, 'select * from bookmarks')).toEqual([]);
});

it('makes private what earlier versions left readable to all', async () => {
  const folder = temporaryFolder();
  const [earlier, path] = [join(folder, 'persona.sqlite'), join(folder, 'mirror.sqlite')];
  const mode = (file: string) => statSync(file).mode & 0o777;
  earlierFile(earlier);
  chmodSync(earlier, 0o644);
  const server = await farEnd(pageReply(T1, {}), pageReply(T1, {}), pageReply(T1, {}));
  const { setAside } = await syncMirror({ url: server.url, token, databasePath: earlier, clock });
  await syncMirror({ url: server.url, token, databasePath: path });
  chmodSync(path, 0o644);
  await syncMirror({ url: server.url, token, databasePath: path });
  expect([setAside ?? '', earlier, path].map(mode)).toEqual([0o600, 0o600, 0o600]);
});

it('fills a database that has no tables yet', async () => {
  const path = join(temporaryFolder(), 'persona.sqlite');
  const database = new DatabaseSync(path);
  database.exec('pragma user_version = 1');
  database.close();
  const server = await farEnd(pageReply(T1, {}));
  const report = await syncMirror({ url: server.url, token, databasePath: path });
  expect(report).toMatchObject({ mode: 'full', setAside: null });
});

it('touches no file that is not of amy', async () => {
  const folder = temporaryFolder();
  const other = join(folder, 'other.sqlite');
  const database = new DatabaseSync(other);
  database.exec('create table bookmarks (url text)');
  database.close();
  const note = join(folder, 'notes.txt');
  writeFileSync(note, 'remember the milk, '.repeat(100));
  mkdirSync(join(folder, 'sub'));
  for (const [path, code] of [
    [other, 'not_a_mirror'],
    [note, 'not_a_mirror'],
    [join(folder, 'sub'), 'database_unwritable'],
    [join(note, 'below.sqlite'), 'database_unwritable'],
  ] as const) {
    const before = readdirSync(folder);
    await expect(syncMirror({ url: 'http://127.0.0.1:9', token, databasePath: path })).rejects.toMatchObject({
      code,
    });
    expect(readdirSync(folder)).toEqual(before);
  }
  expect(readFileSync(note, 'utf8')).toContain('milk');
});

it('opens for reading only what a sync has filled, and lets nobody write', async () => {
  const folder = temporaryFolder();
  const refused = (path: string, code: string) =>
    expect(() => openMirrorForReading(path)).toThrow(expect.objectContaining({ code }));
  refused(join(folder, 'none.sqlite'), 'not_synced');
  const earlier = join(folder, 'earlier.sqlite');
  earlierFile(earlier);
  refused(earlier, 'earlier_file');
  const path = join(folder, 'persona.sqlite');
  const server = await farEnd(pageReply(T1, {}));
  await syncMirror({ url: server.url, token, databasePath: path });
  const database = openMirrorForReading(path);
  try {
    expect(database.prepare('select count(*) as days from summary').get()?.days).toBe(0);
    expect(() => database.exec('delete from source_order')).toThrow('readonly');
  } finally {
    database.close();
  }
});
