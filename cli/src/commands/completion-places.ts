import type { Argument, Command, Option } from 'commander';
import { PROFILE_FIELDS } from '../../../cloud/src/contract/profile.ts';
import { PROVIDERS } from '../../../cloud/src/contract/providers.ts';
import { DAILY_SUMMARY_COLUMNS } from '../../../cloud/src/contract/tables.ts';
import { VIEWS } from '../mcp/views.ts';
import { metricOf, NIGHT_METRIC } from '../mirror/summary.ts';
import { HELP_TOPICS } from '../terminal/help-topics.ts';

/** A word that can be typed, and what it means; the meaning is empty where the word says it. */
export type Candidate = { readonly word: string; readonly meaning: string };

/** What can stand in one place of a line: one of these words, the name of a file, or neither where nobody knows. */
export type Offer = { readonly words: readonly Candidate[]; readonly isFile: boolean };

export type CompletedOption = Candidate & {
  /** What follows it; null where it stands alone. */
  readonly value: Offer | null;
  /** Whether several values may follow. */
  readonly isMany: boolean;
};

/** A command by its words, such as `labs show`, and what may follow them. */
export type Place = {
  readonly path: string;
  readonly options: readonly CompletedOption[];
  /** What may stand as the first word after the command that is no option, as the second, and so on. */
  readonly offers: readonly Offer[];
  /** Whether the last of these may be said again and again. */
  readonly isMany: boolean;
};

export type Completed = {
  /** Of every command. */
  readonly common: readonly CompletedOption[];
  readonly places: readonly Place[];
};

const NOTHING: Offer = { words: [], isFile: false };
/** Names by which the commands call the value that is a file or a folder. */
const FILES: readonly string[] = ['path', 'file', 'folder'];

const METRICS = [...new Set(Object.keys(DAILY_SUMMARY_COLUMNS).map(metricOf))];

/** Values that Commander does not know, by the command and its option or argument. Exported for its test. */
export const VALUES: Readonly<Record<string, readonly string[]>> = {
  'sources order --for': [NIGHT_METRIC, ...METRICS.filter((metric) => metric !== NIGHT_METRIC)],
  'sources order source': PROVIDERS,
  'connect --provider': PROVIDERS,
  'connections remove id': PROVIDERS,
  'disconnect device': PROVIDERS,
  'explain column': Object.keys(DAILY_SUMMARY_COLUMNS),
  'mcp --view': VIEWS,
  'profile set --sex': PROFILE_FIELDS.sex.options,
  'profile set --clear': Object.keys(PROFILE_FIELDS),
  'admin search --provider': PROVIDERS,
  'admin silences --provider': PROVIDERS,
  'admin replay --provider': PROVIDERS,
  'admin resolve --provider': PROVIDERS,
};

/** Made from the commands themselves, so that none is forgotten. */
export function completedPlaces(program: Command): Completed {
  const common = [...optionsOf(program, '').filter(({ word }) => word !== '--version'), HELP];
  const known = new Set(common.map(({ word }) => word));
  const below = (command: Command, path: string): readonly Place[] => [
    placeOf(command, path, known),
    ...command.commands.flatMap((one) => below(one, `${path} ${one.name()}`.trim())),
  ];
  return { common, places: [...below(program, ''), ...program.commands.flatMap(helpPlaces)] };
}

const HELP: CompletedOption = { word: '--help', meaning: 'explain the command', value: null, isMany: false };

function placeOf(command: Command, path: string, known: ReadonlySet<string>): Place {
  const [first = NOTHING, ...others] = command.registeredArguments.map((one) => argumentOffer(one, path));
  const named = [...command.commands.map(candidateOf), ...(path === 'help' ? helpNames(command) : [])];
  return {
    path,
    options: optionsOf(command, path).filter(({ word }) => !known.has(word)),
    offers: [{ ...first, words: [...named, ...first.words] }, ...others],
    isMany: command.registeredArguments.at(-1)?.variadic ?? false,
  };
}

/** `amy help labs` goes on with the commands below `labs`. */
function helpPlaces(command: Command): readonly Place[] {
  const words = command.commands.map(candidateOf);
  if (words.length === 0) return [];
  return [{ path: `help ${command.name()}`, options: [], offers: [{ ...NOTHING, words }], isMany: false }];
}

function helpNames(help: Command): readonly Candidate[] {
  const topics = HELP_TOPICS.map(({ name, summary }) => ({ word: name, meaning: summary }));
  return [...(help.parent?.commands ?? []).map(candidateOf), ...topics];
}

function candidateOf(command: Command): Candidate {
  return { word: command.name(), meaning: command.description() };
}

function optionsOf(command: Command, path: string): readonly CompletedOption[] {
  return command.options.flatMap((option) => {
    const { long, description, required, optional, variadic } = option;
    if (typeof long !== 'string') return [];
    const value = required || optional ? optionOffer(option, `${path} ${long}`) : null;
    return [{ word: long, meaning: description, value, isMany: variadic }];
  });
}

function optionOffer({ flags, argChoices = [] }: Option, named: string): Offer {
  const [, valueName = ''] = /[<[](\w+)/.exec(flags) ?? [];
  return { words: wordsOf([...argChoices, ...(VALUES[named] ?? [])]), isFile: FILES.includes(valueName) };
}

function argumentOffer(argument: Argument, path: string): Offer {
  const name = argument.name();
  const words = [...(argument.argChoices ?? []), ...(VALUES[`${path} ${name}`] ?? [])];
  return { words: wordsOf(words), isFile: FILES.includes(name) };
}

function wordsOf(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => ({ word, meaning: '' }));
}
