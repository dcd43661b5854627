import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MUTANTS } from './list.ts';

/**
 * The tests that probably notice a change of a file: the one beside it, those that the list names for guards of the
 * same file, and those of the whole system that share a word with its path.
 */
export function likelyTests(root: string, file: string): readonly string[] {
  const beside = file.replace(/\.ts$/, '.test.ts');
  const named = MUTANTS.filter((mutant) => mutant.file === file).flatMap(({ tests }) => tests);
  const words = wordsOf(`${basename(dirname(file))}-${basename(file, '.ts')}`);
  const alike = readdirSync(join(root, 'cloud/test'))
    .filter((name) => name.endsWith('.test.ts') && wordsOf(name).some((word) => words.includes(word)))
    .map((name) => `cloud/test/${name}`);
  return [...new Set([beside, ...named, ...alike])]
    .filter((test) => /^cloud\/(src|test)\//.test(test) && existsSync(join(root, test)))
    .toSorted();
}

/** Without the words of a room, which name half of the tests or none. */
function wordsOf(name: string): readonly string[] {
  const words = name.replace(/\.test\.ts$/, '').split('-');
  return words.map((word) => word.replace(/s$/, '')).filter((word) => !ROOM_WORDS.has(word));
}

const ROOM_WORDS = new Set([
  'store',
  'route',
  'middleware',
  'ingest',
  'queue',
  'body',
  'event',
  'the',
  'of',
  'a',
]);
