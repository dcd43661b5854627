import { expect, it } from 'vitest';
import { AmyError } from '../errors.ts';
import { asDatabaseError } from './database-errors.ts';

/** As node:sqlite throws it: `errcode` is SQLite's extended result code. */
function thrownBy(errcode: number): Error {
  return Object.assign(new Error('as SQLite says it'), { code: 'ERR_SQLITE_ERROR', errcode });
}

it.each([
  [5, 'database_busy'],
  [261, 'database_busy'],
  [6, 'database_busy'],
  [776, 'database_unwritable'],
  [14, 'database_unwritable'],
  [26, 'not_a_mirror'],
  [267, 'database_damaged'],
  [13, 'disk_full'],
  [10, 'database_failed'],
])('says what SQLite’s %i means, and for which file', (errcode, code) => {
  const described = asDatabaseError(thrownBy(errcode), '/some/file');
  expect(described).toBeInstanceOf(AmyError);
  expect(described).toMatchObject({ code, message: expect.stringContaining('/some/file') });
});

it('leaves what is not SQLite’s as it is', () => {
  const other = new Error('other');
  expect(asDatabaseError(other, '/some/file')).toBe(other);
});
