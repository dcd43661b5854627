import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FORM_NUMBER } from '../src/mirror/schema.ts';
import { settingsFor } from './support/amy.ts';
import { archivedServer } from './support/archived-server.ts';
import { farEnd } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { daily, pageReply, T1, T2 } from './support/pages.ts';
import { inFile, rowsOf } from './support/temporary.ts';

const DAY = daily('oura', '2026-02-27', { steps: 1 });

/** What a newer amy has beside ours: a table that the archive filled, with its entry in the dictionary. */
const NEWER = `
create table moods (time text primary key, mood text);
insert into moods values ('2026-02-27T10:00:00Z', 'fine');
insert into data_dictionary values ('moods', 'mood', 'How it was.', null, 'the archive', '9.0.0');
insert into samples values ('oura', 'heart_rate', '2026-02-27T10:00:00Z', 60, 51, '/min', 7);
update sync_state set schema_version = '${FORM_NUMBER + 1}.of-then'`;

/** A file that was synced, and that a newer amy then brought up to date. */
async function newerFile() {
  const server = await farEnd(...Array.from({ length: 9 }, () => pageReply(T1, { daily_summary: [DAY] })));
  const { env, path } = settingsFor(server.url);
  expect(await runHere(['sync'], env)).toMatchObject({ code: 0 });
  inFile(path, (database) => database.exec(NEWER));
  return { env, path, bytes: readFileSync(path) };
}

describe('a file of a newer amy', () => {
  it.each([
    'sync',
    'sync --full',
    'verify',
    'archive --samples',
    'sources order garmin',
    'sources order --reset',
    'export csv',
    'report',
    'explain 2026-02-27',
  ])('is left as it is, and told of, by amy %s', async (line) => {
    const { env, path, bytes } = await newerFile();
    const refused = await runHere([...line.split(' '), '--json'], env);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(refused.stderr).error).toMatchObject({
      code: 'newer_file',
      message: `${path} was made by a newer amy, and was left as it is: update amy, or name another file with --db`,
    });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('is read as it is by amy query and amy status, which tells of it', async () => {
    const { env, path } = await newerFile();
    const query = await runHere(['query', 'select mood from moods', '--csv'], env);
    expect(query).toMatchObject({ code: 0, stdout: 'mood\r\nfine\r\n' });
    const status = await runHere(['status', '--db', path], { ...env, AMY_TOKEN: '' });
    expect(status.stdout).toContain(
      'Layout       of a newer amy; update amy, this one changes nothing in the file\n',
    );
  });

  it('keeps no archive from being brought up to date, and takes nothing of it', async () => {
    const event = { id: 1, received_at: T2, body: Buffer.from('{}') };
    const server = await archivedServer({ events: [event], reports: [] });
    const { env, path } = await newerFile();
    inFile(path, (database) => database.prepare('update sync_state set server = ?').run(server.url));
    const bytes = readFileSync(path);
    const archived = await runHere(['archive', '--json'], { ...env, AMY_API_URL: server.url });
    expect(archived).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(archived.stdout).events).toMatchObject({ listed: 1, fetched: 1 });
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it('is deleted by amy reset, which asks for just that', async () => {
    const { env, path } = await newerFile();
    expect(await runHere(['reset', '--yes'], env)).toMatchObject({ code: 0 });
    expect(existsSync(path)).toBe(false);
  });

  it('is brought up to date where only what is made anew differs', async () => {
    const { env, path } = await newerFile();
    const sameForm = `drop table moods; delete from data_dictionary where table_name = 'moods';
      update sync_state set schema_version = '${FORM_NUMBER}.of-then'`;
    inFile(path, (database) => database.exec(sameForm));
    expect(await runHere(['sync'], env)).toMatchObject({ code: 0 });
    expect(rowsOf(path, 'select event from samples')).toEqual([{ event: 7 }]);
  });
});
