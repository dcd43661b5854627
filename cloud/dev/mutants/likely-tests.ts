import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { MUTANTS } from './list.ts';

/** The tests that call what is in a file: those beside it and those of the whole system that import it. */
export function nearestTests(root: string, file: string): readonly string[] {
  return [...testsIn(root, dirname(file)), ...testsIn(root, 'cloud/test')]
    .filter((test) => isImported(root, test, file))
    .toSorted();
}

/**
 * The tests that probably notice a change of a file: the nearest, those that the list names for guards of the same file,
 * and those of the whole system that share a word with its path.
 */
export function likelyTests(root: string, file: string): readonly string[] {
  const named = MUTANTS.filter((mutant) => mutant.file === file).flatMap(({ tests }) => tests);
  const words = wordsOf(`${basename(dirname(file))}-${basename(file, '.ts')}`);
  const alike = testsIn(root, 'cloud/test').filter((test) =>
    wordsOf(basename(test)).some((word) => words.includes(word)),
  );
  return [...new Set([...nearestTests(root, file), ...named, ...alike])]
    .filter((test) => /^cloud\/(src|test)\//.test(test) && existsSync(join(root, test)))
    .toSorted();
}

function testsIn(root: string, folder: string): readonly string[] {
  return readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`);
}

function isImported(root: string, test: string, file: string): boolean {
  const path = relative(dirname(test), file).split(sep).join('/');
  const name = path.startsWith('.') ? path : `./${path}`;
  return readFileSync(join(root, test), 'utf8').includes(`'${name}'`);
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
