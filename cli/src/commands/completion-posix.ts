import type { Case, Cases } from './completion-cases.ts';
import { indented } from './completion-lines.ts';
import type { Candidate, Offer } from './completion-places.ts';

/** What bash and zsh write alike. */

/** A text that the shell takes as it is. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** `explain/1` and `help/*` as patterns of `case`. */
function patternOf(text: string): string {
  return text
    .split('*')
    .map((part) => (part === '' ? '' : quoted(part)))
    .join('*');
}

/** The lines of `case "$subject" in ... esac`. */
export function caseLines<Chosen>(
  subject: string,
  cases: readonly Case<Chosen>[],
  act: (chosen: Chosen) => string,
): string[] {
  const lines = cases.map((one) => `  ${one.texts.map(patternOf).join('|') || "''"}) ${act(one.chosen)} ;;`);
  return [`case "${subject}" in`, ...lines, 'esac'];
}

/** Reads the words before the one that is typed: sets `place`, `count`, and `option` where one waits for its value. */
export function walkLines({ places, taking }: Cases, words: string, first: readonly string[]): string[] {
  return [
    `for word in ${words}; do`,
    ...indented([
      ...first,
      'case "$word" in',
      '  -*)',
      ...indented(['option="" many=""', ...caseLines('$place $word', taking, takeOption), 'continue ;;'], 2),
      'esac',
      'if [[ -n $option ]]; then',
      '  [[ -n $many ]] || option=""',
      '  continue',
      'fi',
      'if [[ $count == 0 ]]; then',
      ...indented(
        caseLines(
          `\${place:+$place }$word`,
          [{ texts: places, chosen: null }],
          () => `place="\${place:+$place }$word"; continue`,
        ),
      ),
      'fi',
      'count=$((count + 1))',
    ]),
    'done',
  ];
}

function takeOption(taken: 'one' | 'many'): string {
  return taken === 'one' ? 'option="$word"' : 'option="$word" many=1';
}

/** The three tables, each of which sets what is offered. `list` writes the line that does, with `=` or `+=`. */
export function offerLines(
  cases: Cases,
  list: (name: 'offered' | 'flags', sign: '=' | '+=', words: readonly Candidate[]) => string,
): { readonly values: string[]; readonly words: string[]; readonly options: string[] } {
  const offer = ({ words, isFile }: Offer) =>
    [...(words.length > 0 ? [list('offered', '=', words)] : []), ...(isFile ? ['files=1'] : [])].join('; ');
  return {
    values: caseLines('$place $option', cases.values, offer),
    words: caseLines('$place/$count', cases.words, offer),
    options: [
      ...caseLines('$place', cases.options, (words) => list('flags', '=', words)),
      list('flags', '+=', cases.common),
    ],
  };
}
