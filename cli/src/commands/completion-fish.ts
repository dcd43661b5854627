import type { Case, Cases } from './completion-cases.ts';
import { indented } from './completion-lines.ts';
import type { Candidate, Offer } from './completion-places.ts';

/** Good both for `amy completion fish | source` and as a file in `~/.config/fish/completions`. */
export function renderFish(cases: Cases): string[] {
  const taking = switchLines('"$place $word"', cases.taking, (taken) =>
    taken === 'one' ? 'set option $word' : 'set option $word; set many 1',
  );
  return [
    'function __amy_complete',
    ...indented([
      'set -l place ""; set -l option ""; set -l many ""; set -l prefix ""; set -l offered; set -l flags; set -l files ""',
      'set -l count 0',
      'for word in (commandline -opc)[2..-1]',
      ...indented([
        "if string match -q -- '-*' $word",
        '  set option ""; set many ""',
        ...indented([...taking, 'continue']),
        'end',
        'if test -n "$option"',
        '  test -n "$many"; or set option ""',
        '  continue',
        'end',
        'if test $count = 0',
        ...indented(
          switchLines(
            '(string trim "$place $word")',
            [{ texts: cases.places, chosen: null }],
            () => 'set place (string trim "$place $word"); continue',
          ),
        ),
        'end',
        'set count (math $count + 1)',
      ]),
      'end',
      'set -l current (commandline -ct)',
      "if string match -q -- '--*=*' $current",
      "  set option (string replace -r '=.*' '' -- $current)",
      '  set prefix "$option="',
      "else if string match -q -- '-*' $current",
      '  set option ""',
      'end',
      'if test -n "$option"',
      ...indented(switchLines('"$place $option"', cases.values, offered)),
      'else',
      ...indented([
        "if not string match -q -- '-*' $current",
        ...indented(switchLines('"$place/$count"', cases.words, offered)),
        'end',
        ...switchLines('"$place"', cases.options, (list) => `set flags ${listed(list)}`),
        `set -a flags ${listed(cases.common)}`,
        'test -n "$offered$files"; or set offered $flags',
      ]),
      'end',
      'test (count $offered) -gt 0; and printf "$prefix%s\\t%s\\n" $offered',
      'if test -n "$files"',
      "  for path in (__fish_complete_path (string replace -- $prefix '' $current))",
      '    echo $prefix$path',
      '  end',
      'end',
    ]),
    'end',
    "complete -c amy -f -a '(__amy_complete)'",
  ];
}

function offered({ words, isFile }: Offer): string {
  return [
    ...(words.length > 0 ? [`set offered ${listed(words)}`] : []),
    ...(isFile ? ['set files 1'] : []),
  ].join('; ');
}

function listed(words: readonly Candidate[]): string {
  return words.flatMap(({ word, meaning }) => [quoted(word), quoted(meaning)]).join(' ');
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function switchLines<Chosen>(
  subject: string,
  cases: readonly Case<Chosen>[],
  act: (chosen: Chosen) => string,
): string[] {
  const lines = cases.flatMap((one) => [
    `  case ${one.texts.map(quoted).join(' ')}`,
    `    ${act(one.chosen)}`,
  ]);
  return [`switch ${subject}`, ...lines, 'end'];
}
