import { Command, CommanderError, Help, InvalidArgumentError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { addExamples } from './commands/examples.ts';
import { addCommandsNamed, addEveryCommand, isLong, termOfSynopsis } from './commands/list.ts';
import { AmyError, asAmyError, EXIT_OK, EXIT_USAGE } from './errors.ts';
import { HELP_TERM_CELLS_MAX } from './limits.ts';
import { normalizeServer } from './settings.ts';
import { escapeLine } from './terminal/escape.ts';
import { type Lines, showError, writeAnswer, writeNotice } from './terminal/output.ts';

/** What every error begins with. */
const OWN_MARK = 'amy: ';

/** The whole command line. */
export async function buildProgram(json = false): Promise<Command> {
  const program = beginProgram(json);
  await addEveryCommand(program);
  finish(program);
  return program;
}

/** What all commands have in common. `json` keeps stderr to one JSON document, usage errors included. */
function beginProgram(json: boolean): Command {
  return new Command('amy')
    .description('Your wearable and lab data, mirrored into a SQLite file of your own.')
    .version(manifest.version)
    .option('--db <path>', 'the SQLite file (default: data/local/persona.sqlite in AMY_HOME or ~/.amy)')
    .option(
      '--url <url>',
      'the server (default: AMY_API_URL, the one signed in to or https://api.amy.health)',
      parseServer,
    )
    .option('--insecure', 'let your token go to a server that is not https, where others can read it')
    .option('--utc', 'show times in full and in UTC, not on this machine’s clock')
    .option('--json', 'answer with one JSON document, errors too')
    .configureHelp({ subcommandTerm: shortTerm })
    .configureOutput({
      writeOut: (text) => writeAnswer(linesOf(text)),
      writeErr: (text) => {
        if (!json) writeNotice(linesOf(inOwnWords(text)));
      },
    })
    .exitOverride();
}

function finish(program: Command): void {
  addExamples(program);
  sendToOwnHelp(program, 'amy');
}

/** After a wrong line: to the help of the command that it is about, whose options it needs. */
function sendToOwnHelp(command: Command, path: string): void {
  command.showHelpAfterError(`(\`${path} --help\` tells more)`);
  for (const one of command.commands) sendToOwnHelp(one, `${path} ${one.name()}`);
}

/** A command in a list of commands: a long one without its arguments, which would leave the others no room. */
function shortTerm(command: Command): string {
  const term = termOfSynopsis(command) ?? new Help().subcommandTerm(command);
  return term.length <= HELP_TERM_CELLS_MAX ? term : `${command.name()} ...`;
}

/**
 * Runs one command line (without node and script) and gives the process's exit code. A command whose work may take long
 * is run by `apart`, where it is given.
 */
export async function run(argv: readonly string[], apart?: () => Promise<number>): Promise<number> {
  const json = asksForJson(argv);
  try {
    const program = beginProgram(json);
    // Also answers `--version`, for which no command is needed.
    const { operands } = program.parseOptions([...argv]);
    if (apart !== undefined && isLong(operands[0], argv)) return await apart();
    await addCommandsNamed(program, operands[0]);
    finish(program);
    await program.parseAsync([...argv], { from: 'user' });
    return EXIT_OK;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return usageExit(thrown, json);
    const error = asAmyError(thrown);
    showError(json, error);
    return error.exitCode;
  }
}

export function asksForJson(argv: readonly string[]): boolean {
  return argv.includes('--json');
}

/** Commander has told people already; scripts get the document. Help and version are no errors. */
function usageExit(error: CommanderError, json: boolean): number {
  if (error.exitCode === EXIT_OK) return EXIT_OK;
  const message =
    error.code === 'commander.help' ? 'no command given' : inOwnWords(error.message).replace(OWN_MARK, '');
  if (json) showError(json, new AmyError('usage', message));
  return EXIT_USAGE;
}

/**
 * An error of Commander's, which names an argument of a line as its help does: `'foo' cannot be <format>`. What was typed
 * begins no line of its own.
 */
function inOwnWords(text: string): string {
  return text
    .replace(/^error: /, OWN_MARK)
    .replace(/'.*'(?= is invalid)/s, escapeLine)
    .replace(/^(amy: )command-argument value ('.*') is invalid for argument '(\w+)'/s, '$1$2 cannot be <$3>');
}

/** A text of Commander's, which ends its last line too. */
function linesOf(text: string): Lines {
  return text.replace(/\n$/, '').split('\n');
}

function parseServer(address: string): string {
  try {
    return normalizeServer(address);
  } catch (error) {
    throw new InvalidArgumentError(asAmyError(error).message);
  }
}
