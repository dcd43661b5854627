import type { Command } from 'commander';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { HELP_TOPICS, type HelpTopic } from '../terminal/help-topics.ts';
import { showAnswer } from '../terminal/output.ts';
import { contextOf } from './context.ts';

export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .addHelpText('after', ['', 'Topics:', ...listTopics(), '', 'Example:', '  amy help import'].join('\n'))
    .command('help')
    .description('tell more about a command or a topic')
    .argument('[name...]', 'a command such as `labs show`, or a topic')
    .action((names: readonly string[], _options: unknown, command: Command) =>
      showHelp(program, contextOf(command).json, names),
    );
}

function listTopics(): string[] {
  const width = Math.max(...HELP_TOPICS.map(({ name }) => name.length));
  return HELP_TOPICS.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
}

/** Throws `usage` for a name that neither a command nor a topic has. */
async function showHelp(program: Command, json: boolean, names: readonly string[]): Promise<void> {
  const { text: read, ...told } = topicNamed(names) ?? commandNamed(program, names);
  const text = await read();
  showAnswer(json, { ...told, text: text.join('\n') }, text);
}

function topicNamed(names: readonly string[]): HelpTopic | undefined {
  return HELP_TOPICS.find(({ name }) => names.length === 1 && name === names[0]);
}

function commandNamed(program: Command, names: readonly string[]): HelpTopic {
  const command = names.reduce<Command | undefined>(
    (found, name) => found?.commands.find((one) => one.name() === name),
    program,
  );
  if (command === undefined) {
    throw new AmyError(
      'usage',
      `there is no command or topic "${names.join(' ')}"; \`amy help\` lists them`,
      {
        exitCode: EXIT_USAGE,
      },
    );
  }
  return {
    name: names.join(' '),
    summary: command.description(),
    text: async () => fullHelp(command).trimEnd().split('\n'),
  };
}

/** With what stands before and after, which `helpInformation` leaves out. */
export function fullHelp(command: Command): string {
  const written: string[] = [];
  const { writeOut } = command.configureOutput();
  command.configureOutput({ writeOut: (text) => void written.push(text) });
  command.outputHelp();
  command.configureOutput(writeOut === undefined ? {} : { writeOut });
  return written.join('');
}
