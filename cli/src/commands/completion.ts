import { Argument, type Command } from 'commander';
import { HELP_TOPICS } from '../terminal/help-topics.ts';
import { showAnswer } from '../terminal/output.ts';
import { contextOf } from './context.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

type Shell = (typeof SHELLS)[number];

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print what makes a shell complete `amy`')
    .addArgument(new Argument('<shell>', 'bash, zsh or fish').choices([...SHELLS]))
    .action((shell: Shell, _options: unknown, command: Command) => {
      const script = renderCompletion(program, shell);
      showAnswer(contextOf(command).json, { shell, script: script.join('\n') }, script);
    });
}

/** A command's words, `labs show`, and what may come after them. */
type Place = { readonly path: string; readonly words: readonly string[] };

/** Made from the commands themselves, so that none is forgotten. Exported for its tests. */
export function renderCompletion(program: Command, shell: Shell): string[] {
  const places = placesOf(program, '', optionsOf(program));
  if (shell === 'fish') return renderFish(places);
  return [...(shell === 'zsh' ? ['autoload -U +X bashcompinit && bashcompinit'] : []), ...renderBash(places)];
}

function optionsOf(command: Command): string[] {
  return command.options.flatMap(({ long }) => (long == null ? [] : [long]));
}

function placesOf(command: Command, path: string, globals: readonly string[]): Place[] {
  const inner = command.commands.map((one) => one.name());
  const topics =
    path === 'help'
      ? [...(command.parent?.commands ?? []).map((one) => one.name()), ...HELP_TOPICS.map(({ name }) => name)]
      : [];
  const given = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const words = [...new Set([...inner, ...topics, ...given, ...optionsOf(command), '--help', ...globals])];
  const below = command.commands.flatMap((one) => placesOf(one, `${path} ${one.name()}`.trim(), globals));
  return [{ path, words }, ...below];
}

function renderBash(places: readonly Place[]): string[] {
  return [
    '_amy() {',
    '  local word path="" words=""',
    `  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do`,
    `    case "$word" in -*) ;; *) path="\${path:+$path }$word" ;; esac`,
    '  done',
    '  case "$path" in',
    ...places.map(
      ({ path, words }) => `    ${path === '' ? '""' : `"${path}"`}) words="${words.join(' ')}" ;;`,
    ),
    '  esac',
    `  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))`,
    '}',
    'complete -o default -F _amy amy',
  ];
}

function renderFish(places: readonly Place[]): string[] {
  return places.map(({ path, words }) => {
    const seen = path.split(' ').filter((word) => word !== '');
    const condition =
      seen.length === 0
        ? '__fish_use_subcommand'
        : seen.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return `complete -c amy -n '${condition}' -a '${words.join(' ')}'`;
  });
}
