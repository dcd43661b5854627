import { type Command, InvalidArgumentError } from 'commander';
import {
  PROFILE_FIELDS,
  type ProfileAnswer,
  type ProfileField,
  type ProfileUpdate,
  profileAnswer,
} from '../../../cloud/src/contract/profile.ts';
import { ask } from '../api/api.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';

type Fields = {
  age?: number;
  sex?: 'female' | 'male' | 'other';
  heightCm?: number;
  weightKg?: number;
  conditions?: string[];
  medications?: string[];
  goal?: string;
  timezone?: string;
};

type SetOptions = Fields & { readonly clear?: readonly string[] };

export function addProfileCommand(program: Command): void {
  const profile = program
    .command('profile')
    .description('what you said about yourself: age, height, time zone and more');
  profile
    .command('show')
    .description('show what you said')
    .action((_options: unknown, command: Command) => showProfile(contextOf(command)));
  profile
    .command('set')
    .description('change what is named, and leave the rest')
    .option('--age <years>', 'whole years', parseWith('age', Number))
    .option('--sex <sex>', 'female, male or other', parseWith('sex', asText))
    .option('--height-cm <cm>', 'height in cm', parseWith('height_cm', Number))
    .option('--weight-kg <kg>', 'weight in kg', parseWith('weight_kg', Number))
    .option('--conditions <text...>', 'all of your conditions')
    .option('--medications <text...>', 'all of your medications')
    .option('--goal <text>', 'what you want to reach', parseWith('goal', asText))
    .option('--timezone <name>', 'such as Europe/Berlin', parseWith('timezone', asText))
    .option('--clear <name...>', 'fields to forget, as `profile show` names them')
    .action((options: SetOptions, command: Command) => setProfile(contextOf(command), options));
}

async function showProfile(context: CommandContext): Promise<void> {
  const answer = await ask(await context.access(), (api) => api.v1.profile.$get(), profileAnswer);
  showAnswer(context.json, answer, renderProfile(answer));
}

async function setProfile(context: CommandContext, options: SetOptions): Promise<void> {
  const update = profileChange(options);
  if (Object.keys(update).length === 0) {
    throw new AmyError('usage', 'nothing to change: name a field, like --age 41 (amy profile set --help)', {
      exitCode: EXIT_USAGE,
    });
  }
  const answer = await ask(
    await context.access(),
    (api) => api.v1.profile.$put({ json: update }),
    profileAnswer,
  );
  showAnswer(context.json, answer, renderProfile(answer));
}

/** The body to send: what is given, and null for what is to be forgotten. Throws `usage` for a field that is both. */
function profileChange({ clear = [], heightCm, weightKg, ...given }: SetOptions): ProfileUpdate {
  const set = {
    ...given,
    ...(heightCm === undefined ? {} : { height_cm: heightCm }),
    ...(weightKg === undefined ? {} : { weight_kg: weightKg }),
  };
  const both = clear.find((name) => name in set);
  if (both !== undefined) {
    throw new AmyError('usage', `${both} cannot be set and cleared at once`, { exitCode: EXIT_USAGE });
  }
  return { ...set, ...Object.fromEntries(clear.map((name) => [name, null])) };
}

/** One `name: value` a line, in the order of the fields, then whatever else is stored. */
function renderProfile({ profile }: ProfileAnswer): Lines {
  const names = new Set([...Object.keys(PROFILE_FIELDS), ...Object.keys(profile)]);
  const lines = [...names]
    .filter((name) => Object.hasOwn(profile, name))
    .map((name) => `${name}: ${renderValue(profile[name])}`);
  return lines.length === 0 ? ['Nothing said yet; `amy profile set --help` tells what can be.'] : lines;
}

function renderValue(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(renderValue).join(', ');
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Refuses what the server would refuse, before anything is sent. */
function parseWith(field: ProfileField, read: (text: string) => unknown) {
  return (text: string): unknown => {
    const value = PROFILE_FIELDS[field].safeParse(text.trim() === '' ? text : read(text));
    if (!value.success)
      throw new InvalidArgumentError(`It ${value.error.issues[0]?.message ?? 'is not valid'}.`);
    return value.data;
  };
}

function asText(text: string): string {
  return text;
}
