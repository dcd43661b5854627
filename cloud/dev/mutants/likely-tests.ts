import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MUTANTS } from './list.ts';

/** The tests that call what is in a file: the one beside it, and those of the whole system that import it. */
export function nearestTests(root: string, file: string): readonly string[] {
  return likelyTests(root, file).filter((test) => test === besideOf(file) || isImported(root, test, file));
}

/**
 * The tests that probably notice a change of a file: the nearest, those that the list names for guards of the same file,
 * and those of the whole system that share a word with its path.
 */
export function likelyTests(root: string, file: string): readonly string[] {
  const named = MUTANTS.filter((mutant) => mutant.file === file).flatMap(({ tests }) => tests);
  const words = wordsOf(`${basename(dirname(file))}-${basename(file, '.ts')}`);
  const alike = readdirSync(join(root, 'cloud/test'))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `cloud/test/${name}`)
    .filter(
      (test) => wordsOf(basename(test)).some((word) => words.includes(word)) || isImported(root, test, file),
    );
  return [...new Set([besideOf(file), ...named, ...alike])]
    .filter((test) => /^cloud\/(src|test)\//.test(test) && existsSync(join(root, test)))
    .toSorted();
}

function besideOf(file: string): string {
  return file.replace(/\.ts$/, '.test.ts');
}

function isImported(root: string, test: string, file: string): boolean {
  return readFileSync(join(root, test), 'utf8').includes(`'../${file.replace('cloud/', '')}'`);
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
