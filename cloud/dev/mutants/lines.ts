import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Mutant } from './mutant.ts';

/** What changes of one line: in words, and what stands there instead. */
export type LineChange = { readonly what: string; readonly to: string };

/** A file whose lines each say one thing, and the tests of what they say. */
type SaidInLines = {
  readonly area: string;
  /** From the root of the repository. */
  readonly file: string;
  readonly tests: readonly string[];
  /** Each way in which a slip of the hand could change the line at this place. */
  readonly changesOf: (line: string, at: number, lines: readonly string[]) => readonly LineChange[];
};

/** A mutant of each change of each line behind the imports, comments left out. */
export function lineMutants({ area, file, tests, changesOf }: SaidInLines): readonly Mutant[] {
  const source = readFileSync(fileURLToPath(new URL(join('../../..', file), import.meta.url)), 'utf8');
  const lines = source.split('\n');
  const first = lines.findLastIndex((line) => / from '.*';$/.test(line)) + 1;
  return lines.flatMap((line, at) => {
    if (at < first || /^\s*(\/\/|\/?\*)/.test(line)) return [];
    const context = contextOf(lines, at);
    return changesOf(line, at, lines).map(({ what, to }) => ({
      guard: `${area}: ${file.slice(file.lastIndexOf('/') + 1)}:${at + 1} ${what}`,
      file,
      from: [...context, line].join('\n'),
      to: [...context, to].join('\n'),
      tests,
    }));
  });
}

/** As many lines before one as make it the only one of its kind. */
function contextOf(lines: readonly string[], at: number): readonly string[] {
  const whole = lines.join('\n');
  for (let from = at; from > 0; from -= 1) {
    if (whole.split(lines.slice(from, at + 1).join('\n')).length === 2) return lines.slice(from, at);
  }
  return lines.slice(0, at);
}
