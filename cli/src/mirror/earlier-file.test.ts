import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/support/temporary.ts';
import { setEarlierFileAside } from './earlier-file.ts';
import { successorPath } from './successor.ts';

const AT = new Date('2026-03-01T08:09:10.123Z');

function twoFiles() {
  const path = join(temporaryFolder(), 'persona.sqlite');
  writeFileSync(path, 'earlier');
  writeFileSync(successorPath(path), 'successor');
  return path;
}

const text = (path: string) => readFileSync(path, 'utf8');

it('takes along what SQLite left beside the earlier file, which would be applied to the new one', () => {
  const path = twoFiles();
  writeFileSync(`${path}-wal`, 'log');
  writeFileSync(`${path}-journal`, 'journal');
  const kept = setEarlierFileAside(path, AT);
  expect([kept, `${kept}-wal`, `${kept}-journal`, path].map(text)).toEqual([
    'earlier',
    'log',
    'journal',
    'successor',
  ]);
  expect([`${path}-wal`, `${path}-journal`, successorPath(path)].filter((file) => existsSync(file))).toEqual(
    [],
  );
});

it('overwrites no file that was kept in the same second', () => {
  const path = twoFiles();
  writeFileSync(`${path}.earlier-20260301T080910Z`, 'kept before');
  const kept = setEarlierFileAside(path, AT);
  expect(kept).toBe(`${path}.earlier-20260301T080910Z-2`);
  expect([`${path}.earlier-20260301T080910Z`, kept].map(text)).toEqual(['kept before', 'earlier']);
});

it('leaves the earlier file in its place when the successor cannot take it', () => {
  const path = join(temporaryFolder(), 'persona.sqlite');
  writeFileSync(path, 'earlier');
  expect(() => setEarlierFileAside(path, AT)).toThrow('ENOENT');
  expect(text(path)).toBe('earlier');
});

it('manages without hard links', () => {
  // A folder cannot be hard-linked on any file system, and is renamed like a file.
  const path = join(temporaryFolder(), 'persona.sqlite');
  mkdirSync(path);
  writeFileSync(join(path, 'inside'), 'earlier');
  writeFileSync(successorPath(path), 'successor');
  const kept = setEarlierFileAside(path, AT);
  expect([join(kept, 'inside'), path].map(text)).toEqual(['earlier', 'successor']);
});
