import type { Cases } from './completion-cases.ts';
import { indented } from './completion-lines.ts';
import { offerLines, quoted, walkLines } from './completion-posix.ts';

/** Bash takes `--for=steps` and `http://host` apart at `=` and `:`, and gives the signs as words of their own. */
const JOINTS = [
  'case "$word" in [:=]*) joint=1; continue ;; esac',
  'if [[ -n $joint && -z $option ]]; then joint=""; continue; fi',
  'joint=""',
];

export function renderBash(cases: Cases): string[] {
  const { values, words, options } = offerLines(cases, (name, sign, list) => {
    const typed = list.map(({ word }) => word).join(' ');
    return `${name}${sign}${quoted(name === 'flags' ? `${typed} ` : typed)}`;
  });
  return [
    '_amy() {',
    ...indented([
      `local current="\${COMP_WORDS[COMP_CWORD]}" word place="" option="" many="" joint="" offered="" flags="" files=""`,
      "local count=0 IFS=$' \\t\\n'",
      ...walkLines(cases, `"\${COMP_WORDS[@]:1:COMP_CWORD-1}"`, JOINTS),
      'case "$current" in [:=]*) joint=1; current="" ;; esac',
      'if [[ -n $option && $current != -* ]]; then',
      ...indented(values),
      'elif [[ -n $joint ]]; then',
      '  COMPREPLY=()',
      '  return',
      'else',
      ...indented(['if [[ $current != -* ]]; then', ...indented(words), 'fi', ...options]),
      '  [[ -n $offered || -n $files ]] || offered="$flags"',
      'fi',
      'COMPREPLY=($(compgen -W "$offered" -- "$current"))',
      'if [[ -n $files ]]; then',
      "  IFS=$'\\n'",
      '  COMPREPLY+=($(compgen -f -- "$current"))',
      '  compopt -o filenames 2>/dev/null',
      'fi',
    ]),
    '}',
    'complete -F _amy amy',
  ];
}
