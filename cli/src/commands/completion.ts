import { Argument, type Command } from 'commander';
import { showAnswer } from '../terminal/output.ts';
import { renderBash } from './completion-bash.ts';
import { type Cases, completionCases } from './completion-cases.ts';
import { renderFish } from './completion-fish.ts';
import { completedPlaces } from './completion-places.ts';
import { renderZsh } from './completion-zsh.ts';
import { contextOf } from './context.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

type Shell = (typeof SHELLS)[number];

const RENDER: Readonly<Record<Shell, (cases: Cases) => string[]>> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
};

const HOW = [
  '',
  'To have it in every new shell, add one line to a file of yours:',
  '  bash: source <(amy completion bash)     in ~/.bashrc',
  '  zsh:  source <(amy completion zsh)      in ~/.zshrc',
  '  fish: amy completion fish | source      in ~/.config/fish/config.fish',
];

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print what makes a shell complete `amy` when you press Tab')
    .addArgument(new Argument('<shell>', 'which one you use').choices(SHELLS))
    .addHelpText('after', HOW.join('\n'))
    .action((shell: Shell, _options: unknown, command: Command) => {
      const script = renderCompletion(program, shell);
      showAnswer(contextOf(command).json, { shell, script: script.join('\n') }, script);
    });
}

/** Exported for its tests. */
export function renderCompletion(program: Command, shell: Shell): string[] {
  return RENDER[shell](completionCases(completedPlaces(program)));
}
