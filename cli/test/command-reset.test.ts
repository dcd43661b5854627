import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { amy, settingsFor } from './support/amy.ts';
import { farEnd } from './support/far-end.ts';
import { pageReply, T1 } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

describe('amy reset', () => {
  it('deletes the file only when told --yes, where nobody can be asked', async () => {
    const server = await farEnd(pageReply(T1, {}));
    const { env, path } = settingsFor(server.url);
    await amy(['sync'], { env });
    const unsure = await amy(['reset'], { env });
    expect(unsure).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(existsSync(path)).toBe(true);
    expect(await amy(['reset', '--yes'], { env })).toMatchObject({ code: 0, stdout: `Deleted ${path}.\n` });
    expect(existsSync(path)).toBe(false);
    const again = await amy(['reset', '--yes', '--json'], { env });
    expect(JSON.parse(again.stdout)).toEqual({ database: path, deleted: [] });
  });

  it('deletes no file of another kind, and none that a sync is filling', async () => {
    const folder = temporaryFolder();
    const note = join(folder, 'notes.txt');
    writeFileSync(note, 'remember the milk, '.repeat(100));
    expect(await amy(['reset', '--yes', '--db', note])).toMatchObject({ code: 1, stdout: '' });
    const other = join(folder, 'other.sqlite');
    const database = new DatabaseSync(other);
    database.exec('create table bookmarks (url text)');
    expect(await amy(['reset', '--yes', '--db', other])).toMatchObject({ code: 1, stdout: '' });
    database.close();
    const filling = join(folder, 'filling.sqlite');
    const sync = new DatabaseSync(filling);
    try {
      sync.exec('create table daily_summary (steps real)');
      sync.exec('begin immediate');
      const busy = await amy(['reset', '--yes', '--json', '--db', filling]);
      expect(busy).toMatchObject({ code: 1, stdout: '' });
      expect(JSON.parse(busy.stderr)).toMatchObject({ error: { code: 'database_busy' } });
    } finally {
      sync.close();
    }
    expect(readdirSync(folder).sort()).toEqual(['filling.sqlite', 'notes.txt', 'other.sqlite']);
  });
});
