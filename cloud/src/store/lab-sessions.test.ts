import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { type Columns, insertPerson, insertRow } from '../../test/support/rows.ts';
import type { UserId } from '../ids.ts';
import { LAB_SOURCE } from '../normalize/lab-report.ts';
import { biomarkersOfSessionsStatements, labSessionsOfOwnersStatements } from './lab-sessions.ts';
import { ownersText } from './owners.ts';
import { runAll, type Statement } from './statements.ts';

const DATE = '2026-03-01';

const ownerOf = (user: UserId) =>
  ownersText([
    {
      reference_user: user,
      terra_user_id: null,
      other_terra_user_id: null,
      upload_id: null,
      session_id: null,
    },
  ]);

async function found(
  statements: readonly Statement[],
  ...columns: readonly string[]
): Promise<readonly string[]> {
  const answers = await runAll<Columns>(env.DB, statements);
  return answers
    .flatMap(({ results }) => results.map((row) => columns.map((column) => row[column]).join(' ')))
    .toSorted();
}

const session = (user: UserId, name: string, ...codes: readonly string[]) =>
  insertRow('lab_sessions', {
    user_id: user,
    session: name,
    newest: '[]',
    keys: JSON.stringify(codes.map((code) => ({ draw_date: DATE, code }))),
  });

const result = (user: UserId, code: string, columns: Columns = {}) =>
  insertRow('biomarkers_raw', { user_id: user, source: LAB_SOURCE, draw_date: DATE, code, ...columns });

it('the sessions that are named are read, of their owner', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  await session(user, 'one');
  await session(user, 'two');
  await session(other, 'one');
  const statements = labSessionsOfOwnersStatements([{ n: 0, session: 'one' }], ownerOf(user));
  expect(await found(statements, 'user_id', 'session')).toEqual([`${user} one`]);
});

it('the rows are read in which they have results: of their owner, of labs, of the date and the code', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  await session(user, 'one', 'glucose', 'crp', 'gone');
  await session(user, 'two', 'tsh');
  for (const code of ['glucose', 'crp', 'tsh', 'alt']) await result(user, code);
  await result(user, 'glucose', { draw_date: '2026-03-02' });
  await result(user, 'crp', { source: 'oura_body' });
  await result(other, 'glucose');
  const statements = biomarkersOfSessionsStatements([{ n: 0, session: 'one' }], ownerOf(user));
  expect(await found(statements, 'user_id', 'source', 'draw_date', 'code')).toEqual([
    `${user} ${LAB_SOURCE} ${DATE} crp`,
    `${user} ${LAB_SOURCE} ${DATE} glucose`,
  ]);
});
