import { type Mutant, mutants, mutantsBelow, type OneOff } from './mutant.ts';

const COMMAND_LINE = 'cli/test/command-line.test.ts';
const COMMAND = 'cli/test/command-sync.test.ts';
const FAILURES = 'cli/test/sync-failures.test.ts';
const RESTORE = 'cloud/test/restore.test.ts';
const PAGES = 'sync-pages.test.ts';

/** What a sync costs, and that nobody loses by it. */
export const SYNC_MUTANTS: readonly Mutant[] = [
  ...mutants('sync', [
    [
      'a page reads the rows that it sends, and no others',
      'store/change-feed.ts',
      `and \${moment} > ?2
order by _position_at`,
      `and +\${moment} > ?2
order by _position_at`,
      PAGES,
    ],
    [
      'of many rows of one moment the next page goes on where the last ended',
      'store/change-feed.ts',
      `and \${moment} = ?2 and rowid > ?3`,
      `and \${moment} = ?2 and rowid >= ?3`,
      PAGES,
    ],
  ]),
  {
    guard: 'sync: one of everything that began before a restore begins anew',
    file: 'cloud/src/routes/sync.ts',
    from: "from === '' ? (began ?? '') : from",
    to: 'from',
    tests: [RESTORE],
  },
  {
    guard: 'sync: a mirror from before an erasure is told to begin anew',
    file: 'cloud/src/store/person-clock.ts',
    from: "coalesce(tokens_after, '')",
    to: "''",
    tests: [RESTORE],
  },
  {
    guard: 'mirror: a restore under a sync of everything is no failure',
    file: 'cli/src/mirror/sync.ts',
    from: "if (!(error instanceof AmyError && error.code === 'sync_expired')) throw error;\n    pulling",
    to: 'throw error;\n    pulling',
    tests: ['cli/test/sync.test.ts'],
  },
  {
    guard: 'start: only the command that is asked for is loaded',
    file: 'cli/src/commands/list.ts',
    from: 'if (known === name ||',
    to: "if (known !== '' ||",
    tests: [COMMAND_LINE],
  },
  {
    guard: 'start: a list of the commands loads none of them',
    file: 'cli/src/commands/list.ts',
    from: 'return addSynopses(program);',
    to: 'return addEveryCommand(program);',
    tests: [COMMAND_LINE],
  },
  {
    guard: 'start: a list of the commands has their arguments',
    file: 'cli/src/program.ts',
    from: 'termOfSynopsis(command) ?? ',
    to: '',
    tests: [COMMAND_LINE],
  },
  {
    guard: 'sync: a page without a clock is none',
    file: 'cli/src/mirror/sync-page.ts',
    from: 'if (!isText(now))',
    to: 'if (now === 5)',
    tests: [FAILURES],
  },
  {
    guard: 'sync: how much is to come is counted of what changed since',
    file: 'cloud/src/store/biomarker-feed.ts',
    from: 'and d.updated_at > ?2 and b.updated_at > ?2',
    to: '',
    tests: [`cloud/test/${PAGES}`],
  },
  {
    guard: 'watch: what a person has to mend ends it',
    file: 'cli/src/commands/watch.ts',
    from: 'if (!(error instanceof AmyError && isPassing(error))) throw error;',
    to: 'if (!(error instanceof AmyError)) throw error;',
    tests: [COMMAND],
  },
  {
    guard: 'watch: a server that is away is left alone longer each time',
    file: 'cli/src/commands/watch.ts',
    from: '2 ** Math.min(failures - 1, 20)',
    to: '1',
    tests: [COMMAND],
  },
  {
    guard: 'watch: a server that is there again is looked at as before',
    file: 'cli/src/commands/watch.ts',
    from: 'failures = 0;\n      onLook',
    to: 'onLook',
    tests: [COMMAND],
  },
  {
    guard: 'watch: ends where nobody reads what it tells',
    file: 'cli/src/terminal/output.ts',
    from: 'return reading.abort();',
    to: 'return;',
    tests: [COMMAND],
  },
  ...upgrade([
    [
      'rows stay only where the server’s tables are as today',
      'upgrade.ts',
      'if (!MIRRORED_NAMES.every(isAsToday)) return null;',
      '',
    ],
    [
      'tables that others refer to are made anew',
      'upgrade.ts',
      "database.exec('pragma foreign_keys = off');",
      '',
    ],
    [
      'a view of nothing is in no way of a name',
      'upgrade.ts',
      "database.exec('pragma legacy_alter_table = on');",
      '',
    ],
    [
      'what the archive fills together is emptied together',
      'upgrade.ts',
      '...FILLED_TOGETHER.filter((tables) => !tables.every(isAsToday)).flat(),',
      '',
    ],
    ['the rows of the layout are today’s', 'upgrade.ts', '  fillMadeTables(database);\n', ''],
    [
      'the person’s order is carried',
      'upgrade.ts',
      "['sync_state', ...SOURCE_ORDER_TABLES]",
      "['sync_state']",
    ],
    ['what somebody added is made again', 'upgrade.ts', '...remakeAdditions(', '...[].filter('],
    [
      'a table in the way goes on under another name',
      'additions.ts',
      "if (type !== 'table' && type !== 'view')",
      "if (type !== 'view')",
    ],
    [
      'a table in the way is renamed',
      'upgrade.ts',
      "if (one.type !== 'table') database.exec",
      "if (one.type !== '') database.exec",
    ],
    [
      'a table in the way is copied under another name',
      'kept.ts',
      'create table main.$',
      'create table temp.$',
    ],
    [
      'ours is what the file’s dictionary names',
      'additions.ts',
      'named.has(name)',
      'currentLayout().has(name)',
    ],
    [
      'without a dictionary ours is what such a file held',
      'additions.ts',
      'Object.keys(BEFORE_DICTIONARY)',
      '[...currentLayout().keys()]',
    ],
    [
      'a dictionary of somebody’s own names nothing of ours',
      'additions.ts',
      "has('data_dictionary', Object.keys(DICTIONARY_COLUMNS))",
      "layout.has('data_dictionary')",
    ],
    [
      'a name alone makes no table of such a file',
      'additions.ts',
      "population: ['metric', 'percentile', 'value']",
      'population: []',
    ],
    [
      'a view in the way goes on under another name',
      'additions.ts',
      "if (type !== 'table' && type !== 'view')",
      "if (type !== 'table')",
    ],
    [
      'a table in the way is not carried into ours',
      'upgrade.ts',
      '!added.has(table) && !isAsToday(table)',
      '!isAsToday(table)',
    ],
    [
      'a table in the way is not copied into ours',
      'kept.ts',
      'SOURCE_ORDER_TABLES.filter((name) => found.has(name))',
      'SOURCE_ORDER_TABLES',
    ],
    ['a name that is taken is not taken again', 'additions.ts', 'isTaken(wanted) ?', 'wanted === name ?'],
  ]),
  ...fullSync([
    ['what somebody added to the file is kept', 'successor.ts', '= takeOverAdditions(database);', '= [];'],
    ['samples are copied to the last piece', 'kept.ts', 'if (to === null) break;', "if (from !== '') break;"],
    [
      'samples are copied of every metric',
      'kept.ts',
      'metric = nextMetric.get(metric)?.metric ?? null;',
      'metric = null;',
    ],
    ['a stored raw is kept', 'successor.ts', 'takeOverRaw(database);', ''],
    [
      'nothing of the file before lies beside the next',
      'successor.ts',
      'for (const suffix of SIDECAR_SUFFIXES) rmSync(path + suffix, { force: true });\n  renameSync',
      'renameSync',
    ],
    [
      'the log is in the file before it goes',
      'mirror.ts',
      'if (isLogged) await emptyLog(path, busyTimeoutMs);',
      '',
    ],
    [
      'a log that cannot be copied does not go',
      'mirror.ts',
      'if (told?.log === told?.checkpointed && told?.busy === 0) return;',
      'if (told?.busy === 0) return;',
    ],
    [
      'who was late writes nothing into the file before',
      'mirror.ts',
      'return found === undefined || fileId(found) !== opened;',
      'return false;',
    ],
  ]),
];

function upgrade(guards: readonly OneOff[]): readonly Mutant[] {
  const mutant = mutantsBelow('cli/src/mirror', 'upgrade', ['cli/test/upgrade.test.ts']);
  return guards.map((off) => mutant(...off));
}

function fullSync(guards: readonly OneOff[]): readonly Mutant[] {
  const mutant = mutantsBelow('cli/src/mirror', 'full sync', ['cli/test/sync.test.ts']);
  return guards.map((off) => mutant(...off));
}
