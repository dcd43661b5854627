import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { needs } from '../../../cloud/dev/needs.ts';
import { temporaryFolder } from './temporary.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** For a test that asks this shell. */
export function needsShell(shell: Shell) {
  const isThere = spawnSync(shell, ['-c', ':']).status === 0;
  return needs(shell, isThere, `apt-get install ${shell}`);
}

/** What ends what a shell said about a line. */
const END = '----';

/** Of each line, what the shell offers at its end; in fish and zsh a meaning stands behind a tab where there is one. */
export function completionsIn(
  shell: Shell,
  script: string,
  lines: readonly string[],
  folder: string,
): readonly (readonly string[])[] {
  const home = temporaryFolder();
  const scriptPath = join(home, 'completion');
  writeFileSync(scriptPath, `${script}\n`);
  const said = ASK[shell](scriptPath, lines, { cwd: folder, home });
  const parts = said.split(`${END}\n`).map((part) => part.split('\n').filter((one) => one !== ''));
  return parts.slice(0, lines.length).map((part) => part.toSorted());
}

type Where = { readonly cwd: string; readonly home: string };

const ASK: Readonly<Record<Shell, (script: string, lines: readonly string[], where: Where) => string>> = {
  bash: (script, lines, where) => {
    const asked = lines.map(
      (line) => `COMP_WORDS=(${readlineWords(line)}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); COMPREPLY=()
_amy; printf '%s\\n' "\${COMPREPLY[@]}" ${END}`,
    );
    return run('bash', ['--norc', '-c', [`source ${script}`, ...asked].join('\n')], where);
  },
  fish: (script, lines, where) => {
    const asked = lines.map((line) => `complete -C ${fishText(line)}; echo ${END.replace('--', "'--'")}`);
    return run('fish', ['--no-config', '-c', [`source ${script}`, ...asked].join('\n')], where);
  },
  zsh: (script, lines, where) => {
    const found = join(where.home, 'found');
    writeFileSync(found, '');
    const setUp = join(where.home, 'set-up.zsh');
    writeFileSync(setUp, zshSetUp(script, found));
    const typed = lines.map((line) => `zpty -w -n amy ${zshText(line)}$'\\C-t\\C-u'`);
    run('zsh', ['-f', '-c', [...ZSH_BEGIN(setUp), ...typed, ...ZSH_END].join('\n')], where);
    return readFileSync(found, 'utf8');
  },
};

function run(program: string, args: readonly string[], { cwd, home }: Where): string {
  const { stdout, stderr, status, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    timeout: 30_000,
    env: { PATH: process.env.PATH, HOME: home, TERM: 'dumb', LANG: 'C.UTF-8' },
  });
  if (status !== 0 || stderr !== '') throw new Error(`${program} failed: ${error?.message ?? stderr}`);
  return stdout;
}

/** Readline takes a line apart at `=` and `:` too. */
function readlineWords(line: string): string {
  const words = line.split(' ').flatMap((word) => word.split(/([=:]+)/).filter((part) => part !== ''));
  if (/[ ]$/.test(line)) words.push('');
  return words.map((word) => `'${word}'`).join(' ');
}

function fishText(text: string): string {
  return `'${text.replaceAll("'", "\\'")}'`;
}

function zshText(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** Ctrl-T completes and writes what could stand there into a file; the line stays as it is. */
function zshSetUp(script: string, found: string): string {
  return `autoload -Uz compinit && compinit -D -u
source ${script}
compadd() {
  local -a hits shown
  if [[ " $* " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
  builtin compadd -O hits "$@"
  (( $@[(I)-d] )) && shown=("\${(@P)@[$@[(i)-d]+1]}")
  local -i at
  for (( at = 1; at <= $#hits; at++ )); do
    if [[ $shown[at] == *' -- '* ]]; then print -r -- "$hits[at]"$'\\t'"\${shown[at]#* -- }"
    else print -r -- $hits[at]; fi
  done >>${found}
  builtin compadd "$@"
}
probe() { _main_complete; print -r -- ${END} >>${found}; compstate[insert]=; compstate[list]=; }
zle -C probe complete-word probe
bindkey "^T" probe
COLUMNS=400
PS1="READY>"`;
}

/** A zsh that believes to have a terminal: only such a one completes. */
const ZSH_BEGIN = (setUp: string) => [
  'zmodload zsh/zpty',
  'zpty amy zsh -f -i',
  `zpty -w amy 'source ${setUp}'`,
  "zpty -r amy said '*READY>*'",
];
const ZSH_END = ['zpty -w amy exit', 'while zpty -r amy said; do :; done', ':'];
