import type { Mutant } from './mutant.ts';

type Line = readonly [guard: string, file: string, from: string, to: string, test: string];

const LINES: readonly Line[] = [
  [
    'a row of a table is one line in a pipe',
    'terminal/layout.ts',
    'page.width !== null && total > page.width',
    'total > 20',
    'src/terminal/layout.test.ts',
  ],
  [
    'a table wider than the terminal is blocks',
    'terminal/layout.ts',
    'page.width !== null && total > page.width',
    'total < 0',
    'src/terminal/layout.test.ts',
  ],
  [
    'no command is broken between lines',
    'terminal/layout.ts',
    '(?:`[^`]*`|[^ `]|`)+| +',
    '[^ ]+| +',
    'src/terminal/layout.test.ts',
  ],
  [
    'an answer that cannot be written fails',
    'terminal/output.ts',
    "if (error.code === 'EPIPE') return;",
    'if (error.code !== undefined) return;',
    'test/command-status.test.ts',
  ],
  [
    'Ctrl-C ends with 130',
    'errors.ts',
    'export const EXIT_INTERRUPTED = 130;',
    'export const EXIT_INTERRUPTED = 1;',
    'test/command-import-wait.test.ts',
  ],
  [
    'days beyond the most are told',
    'commands/import.ts',
    'if (asked < days)',
    'if (asked > days)',
    'test/command-import-labs.test.ts',
  ],
  [
    'a line of progress every ten seconds',
    'terminal/import-progress.ts',
    'nowMs() - lineMs < IMPORT_LINE_EVERY_MS',
    'nowMs() < 0',
    'src/terminal/import-progress.test.ts',
  ],
  [
    'a bar fits its line',
    'terminal/screen.ts',
    'line.slice(0, columns - 1)',
    'line',
    'src/terminal/import-progress.test.ts',
  ],
  [
    'two ids that begin alike are not guessed',
    'commands/pick-id.ts',
    'only !== typed && found.length > 1',
    'found.length > 9',
    'test/command-sessions.test.ts',
  ],
  [
    'short ids tell apart',
    'terminal/short-ids.ts',
    'length += 1;',
    'break;',
    'test/command-sessions.test.ts',
  ],
  [
    'the same file is asked about',
    'commands/labs.ts',
    'if (!again) await askAboutTwin',
    'if (again) await askAboutTwin',
    'test/command-import-labs.test.ts',
  ],
  [
    'a file lies where npm was called',
    'settings.ts',
    'return isByNpm ?',
    'return !isByNpm ?',
    'test/command-labs.test.ts',
  ],
  [
    'a signed out server stays the one that is asked',
    'sign-in/credentials.ts',
    'writeCredentials(path, { ...stored, servers });',
    'writeCredentials(path, { ...stored, servers, current: undefined });',
    'test/command-sessions.test.ts',
  ],
  ['who waits is told for what', 'api/exchange.ts', 'onSilence?.(', 'void (', 'src/api/api.test.ts'],
  [
    'one provider of several is not guessed',
    'commands/connections.ts',
    'if (named.length > 1)',
    'if (named.length > 9)',
    'test/command-connect.test.ts',
  ],
  [
    'only a new device is shown',
    'commands/connect.ts',
    'deactivated_at === null && !active.has(id)',
    'deactivated_at === null',
    'test/command-connect.test.ts',
  ],
  [
    'every help has an example',
    'commands/examples.ts',
    "  status: 'amy status --db ~/health.sqlite',",
    '',
    'test/command-line.test.ts',
  ],
];

/** What the terminal shows and how a command ends. */
export const TERMINAL_MUTANTS: readonly Mutant[] = [
  ...LINES.map(([guard, file, from, to, test]) => ({
    guard: `amy: ${guard}`,
    file: `cli/src/${file}`,
    from,
    to,
    tests: [`cli/${test}`],
  })),
  {
    guard: 'amy: a value that another report gives is told as kept',
    file: 'cloud/src/labs/without-events.ts',
    from: 'named.has(key) && !deleted.has(key)',
    to: 'deleted.has(key)',
    tests: ['cloud/test/labs-delete.test.ts'],
  },
  {
    guard: 'amy: a request that waits for the limit says so',
    file: 'cloud/src/store/backfills.ts',
    from: ', error = ',
    to: ', next_attempt_at = ',
    tests: ['cloud/test/import-limits.test.ts'],
  },
];
