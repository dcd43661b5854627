import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily } from '../../test/support/pages.ts';
import { readMirrorCopy } from './current-mirror.ts';

const stepsIn = (database: DatabaseSync) => database.prepare('select steps from daily_summary').get();

it('reads a file of one moment, and keeps nobody from changing it meanwhile', async () => {
  const path = filledMirror({ daily_summary: [daily('oura', '2026-03-01', { steps: 8_000 })] });
  const other = new DatabaseSync(path, { timeout: 0 });
  const found = await readMirrorCopy(path, async (database) => {
    const first = stepsIn(database);
    other.exec('update daily_summary set steps = 1');
    expect(readdirSync(dirname(path))).toHaveLength(2);
    return [first, stepsIn(database)];
  });
  expect(found).toEqual([{ steps: 8_000 }, { steps: 8_000 }]);
  expect(stepsIn(other)).toEqual({ steps: 1 });
  other.close();
  expect(readdirSync(dirname(path))).toEqual(['persona.sqlite']);
});

it('removes what a run left that was cut off a day ago, and not what another one reads', async () => {
  const path = filledMirror({});
  const [old, young] = ['old', 'young'].map((name) => join(dirname(path), `.amy-copy-${name}`));
  for (const folder of [old, young]) mkdirSync(folder ?? '');
  const long = Date.now() / 1_000 - 25 * 60 * 60;
  utimesSync(old ?? '', long, long);
  await readMirrorCopy(path, async () => null);
  expect(readdirSync(dirname(path))).toEqual(['.amy-copy-young', 'persona.sqlite']);
});

it('says of a file of another layout what to do, and leaves no copy', async () => {
  const path = filledMirror({}, (database) =>
    database.exec("update sync_state set schema_version = 'another'"),
  );
  await expect(readMirrorCopy(path, async () => null)).rejects.toMatchObject({ code: 'other_layout' });
  expect(readdirSync(dirname(path))).toEqual(['persona.sqlite']);
});
