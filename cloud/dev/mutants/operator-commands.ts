import { type Mutant, mutantsBelow, type OneOff } from './mutant.ts';

const LINES: readonly OneOff[] = [
  [
    'a list goes on over an empty page',
    'commands/admin-pages.ts',
    'if (next === null || rows.length >= most)',
    'if (next === null || page.rows.length === 0 || rows.length >= most)',
  ],
  [
    'a list ends where it was asked to',
    'commands/admin-pages.ts',
    'Math.min(pageRows, most - rows.length)',
    'pageRows',
  ],
  [
    'a bulk act is agreed to',
    'commands/admin-bulk.ts',
    'options.yes !== true && !(await',
    'options.yes === true && !(await',
  ],
  [
    'a bulk act counts first',
    'commands/admin-bulk.ts',
    '(cursor, dry_run) =>',
    '(cursor, _dry_run, dry_run = false) =>',
  ],
  [
    'a bulk act cut short tells what was done',
    'commands/admin-bulk.ts',
    'if (isDryRun || cursor === from) throw error;',
    'throw error;',
  ],
  [
    'nothing in particular is not everything',
    'commands/admin-repair.ts',
    '(id === undefined) === !isFiltered(filter)',
    'id !== undefined && isFiltered(filter)',
  ],
  [
    'the id of whom a wipe erases is typed',
    'commands/admin-wipe.ts',
    'if (typed !== user)',
    "if (typed === '')",
  ],
  [
    'what is no number of an event is a wrong line',
    'commands/admin-event-number.ts',
    'if (EVENT_NUMBER.test(text)) return text;',
    'return text;',
  ],
  [
    'an id that nobody has is told with the option of the command',
    'commands/admin-user.ts',
    "if (code !== 'not_found') throw thrown;",
    'throw thrown;',
  ],
  [
    'what a wipe left is a failure',
    'commands/admin-wipe.ts',
    'receipt.remaining > 0',
    'receipt.remaining < 0',
  ],
  [
    'a rebuild is waited for',
    'commands/admin-rebuild.ts',
    'if (shown.finished_at !== null) return shown;',
    'return shown;',
  ],
  ['a body is not shown', 'commands/admin-show.ts', '!BODIES.has(column)', 'true'],
  [
    'a body is not for a terminal',
    'commands/admin-show.ts',
    '(context.json || isAnswerShown())',
    'context.json',
  ],
  ['a time of the database is in UTC', 'terminal/times.ts', '.test(told)', ".test('')"],
];

/** Guards of the commands below `amy admin`. */
export const OPERATOR_COMMAND_MUTANTS: readonly Mutant[] = LINES.map((off) =>
  mutantsBelow('cli/src', 'amy admin', ['cli/test/command-admin.test.ts'])(...off),
);
