import type { Cases } from './completion-cases.ts';
import { indented } from './completion-lines.ts';
import type { Candidate } from './completion-places.ts';
import { offerLines, quoted, walkLines } from './completion-posix.ts';

/** Good both for `source <(amy completion zsh)` and as a file `_amy` in a folder of `$fpath`. */
export function renderZsh(cases: Cases): string[] {
  const { values, words, options } = offerLines(
    cases,
    (name, sign, list) => `${name}${sign}(${list.map(described).join(' ')})`,
  );
  return [
    '#compdef amy',
    '_amy() {',
    ...indented([
      'local word place="" option="" many="" files=""',
      'local -i count=0',
      'local -a offered flags',
      ...walkLines(cases, `\${words[2,CURRENT-1]}`, []),
      'if [[ $PREFIX == --*=* ]]; then',
      `  option="\${PREFIX%%=*}"`,
      "  compset -P '*='",
      'elif [[ $PREFIX == -* ]]; then',
      '  option=""',
      'fi',
      'if [[ -n $option ]]; then',
      ...indented(values),
      'else',
      ...indented(['if [[ $PREFIX != -* ]]; then', ...indented(words), 'fi', ...options]),
      `  if (( \${#offered} )) || [[ -n $files ]]; then flags=(); fi`,
      'fi',
      `(( \${#offered} )) && _describe 'argument' offered`,
      `(( \${#flags} )) && _describe 'option' flags`,
      '[[ -n $files ]] && _files',
      'return 0',
    ]),
    '}',
    'if [[ $funcstack[1] == _amy ]]; then',
    '  _amy "$@"',
    'else',
    `  (( \${+functions[compdef]} )) || { autoload -Uz compinit && compinit -i; }`,
    '  compdef _amy amy',
    'fi',
  ];
}

/** A colon parts a word from its meaning. */
function described({ word, meaning }: Candidate): string {
  return quoted(meaning === '' ? word : `${word}:${meaning.replaceAll('\\', '\\\\')}`);
}
