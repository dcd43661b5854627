import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily } from '../../test/support/pages.ts';
import { readCurrentMirrorAtOnce } from './current-mirror.ts';

it('reads a file of one moment, though another process would change it between two reads', async () => {
  const path = filledMirror({ daily_summary: [daily('oura', '2026-03-01', { steps: 8_000 })] });
  const other = new DatabaseSync(path, { timeout: 0 });
  const change = () => other.exec('update daily_summary set steps = 1');
  const stepsIn = (database: DatabaseSync) => database.prepare('select steps from daily_summary').get();
  const found = await readCurrentMirrorAtOnce(path, async (database) => {
    const first = stepsIn(database);
    expect(change).toThrow('database is locked');
    return [first, stepsIn(database)];
  });
  expect(found).toEqual([{ steps: 8_000 }, { steps: 8_000 }]);
  expect(change).not.toThrow();
  other.close();
});
