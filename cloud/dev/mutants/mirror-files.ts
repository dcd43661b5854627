import type { Mutant } from './mutant.ts';

const RESET = ['cli/test/command-reset.test.ts'];
const EARLIER = ['cli/test/earlier-file.test.ts'];
const LINE = ['cli/test/open-line.test.ts'];
const LOCAL = ['cli/src/mirror/local-times.test.ts'];
const COVERAGE = ['cli/src/mirror/coverage.test.ts'];
const EXPLAINED = ['cli/test/command-explain.test.ts'];
const VERIFIED = ['cli/test/command-verify.test.ts'];
const VERIFY = 'cli/src/mirror/verify.ts';
const FILE = 'cli/src/mirror/file.ts';
const LAYOUT = 'cli/src/mirror/layout.ts';

/** Which files the CLI touches, and over which lines it sends a token. */
export const MIRROR_FILE_MUTANTS: readonly Mutant[] = [
  {
    guard: 'mirror file: a mark alone makes none',
    file: FILE,
    from: "isWholeMirror(database) ? 'mirror' : 'foreign'",
    to: "isWholeMirror(database) ? 'mirror' : 'mirror'",
    tests: RESET,
  },
  {
    guard: 'mirror file: a table’s name alone makes no earlier one',
    file: FILE,
    from: "isEarlierLayout(database) ? 'earlier' : 'foreign'",
    to: "isEarlierLayout(database) ? 'earlier' : 'earlier'",
    tests: EARLIER,
  },
  {
    guard: 'mirror file: an earlier one is not deleted',
    file: FILE,
    from: "    case 'earlier':\n      throw",
    to: "    case 'earlier':\n      if (path === '') throw",
    tests: RESET,
  },
  {
    guard: 'mirror file: what only has a journal’s name is left alone',
    file: FILE,
    from: 'if (SIDECAR_SUFFIXES.some((suffix) => isNoSidecar(path + suffix)))',
    to: "if (path === '')",
    tests: RESET,
  },
  {
    guard: 'mirror file: what is beside the earlier one and not ours is left alone',
    file: 'cli/src/mirror/sync.ts',
    from: "kind !== 'absent' && kind !== 'mirror'",
    to: "kind === 'absent' && path === ''",
    tests: EARLIER,
  },
  {
    guard: 'mirror file: the current layout has all of its views',
    file: LAYOUT,
    from: 'return [...current].every(([name, sql]) => found.get(name) === sql);',
    to: 'return found.size > 0;',
    tests: ['cli/src/mirror/layout.test.ts'],
  },
  {
    guard: 'mirror file: another layout has what all have',
    file: LAYOUT,
    from: 'if (!hasEveryTable) return false;',
    to: '',
    tests: ['cli/src/mirror/layout.test.ts'],
  },
  {
    guard: 'mirror file: one that others can read is made private',
    file: 'cli/src/mirror/mirror.ts',
    from: '(fstatSync(file).mode & OTHERS_MODE_BITS) !== 0',
    to: '(fstatSync(file).mode & 0) !== 0',
    tests: EARLIER,
  },
  {
    guard: 'mirror file: the earlier one is kept private',
    file: 'cli/src/mirror/earlier-file.ts',
    from: 'chmodSync(kept, 0o600);',
    to: '',
    tests: EARLIER,
  },
  {
    guard: 'dictionary: it is in the file',
    file: 'cli/src/mirror/schema.ts',
    from: '  fillDictionary(database);\n',
    to: '',
    tests: ['cli/src/mirror/schema.test.ts'],
  },
  {
    guard: 'dictionary: its units are those of the rules',
    file: 'cli/src/mirror/dictionary/sessions.ts',
    from: "'Mean heart rate.', '/min'",
    to: "'Mean heart rate.', 'ms'",
    tests: ['cloud/dev/coverage/mapping.test.ts'],
  },
  {
    guard: 'dictionary: the document says what the file says',
    file: 'cloud/dev/coverage/columns.ts',
    from: "    unit ?? '',\n",
    to: "    '',\n",
    tests: ['cloud/dev/coverage/mapping.test.ts'],
  },
  {
    guard: 'dictionary: the help names a column that another table told of',
    file: 'cli/src/terminal/columns-topic.ts',
    from: 'return [...lines, ...named];',
    to: 'return named.length > 0 ? lines : lines;',
    tests: ['cli/test/command-line.test.ts'],
  },
  {
    guard: 'local times: a wall clock is not shifted',
    file: 'cli/src/mirror/local-times.ts',
    from: "like '%Z' then $",
    to: "like '%' then $",
    tests: LOCAL,
  },
  {
    guard: 'local times: an unknown offset is not taken for none',
    file: 'cli/src/mirror/local-times.ts',
    from: "clockOf = (time: string) => wallClock(time, 'local_offset')",
    to: "clockOf = (time: string) => wallClock(time, 'coalesce(local_offset, 0)')",
    tests: LOCAL,
  },
  {
    guard: 'local times: a session’s own offset goes before another device’s',
    file: 'cli/src/mirror/local-times.ts',
    from: 'coalesce(t.utc_offset_minutes, $',
    to: 'coalesce(null, $',
    tests: LOCAL,
  },
  {
    guard: 'local times: a night is of the date of its end',
    file: 'cli/src/mirror/local-times.ts',
    from: "local_date: dateOf('end_time')",
    to: "local_date: dateOf('start_time')",
    tests: LOCAL,
  },
  {
    guard: 'coverage: what comes by itself is waited for',
    file: 'cli/src/mirror/coverage.ts',
    from: 'r.to_date is null and day.datetime > known.newest then 1',
    to: 'day.datetime > known.newest then 1',
    tests: COVERAGE,
  },
  {
    guard: 'coverage: a day after the end of a range is not in it',
    file: 'cli/src/mirror/coverage.ts',
    from: '(r.to_date is null or r.to_date >= day.datetime)',
    to: '(r.to_date is null or r.to_date <> day.datetime)',
    tests: COVERAGE,
  },
  {
    guard: 'coverage: an activity has a date of its own clock',
    file: 'cli/src/mirror/coverage.ts',
    from: 'coalesce(local_date, substr(start_time, 1, 10))',
    to: 'substr(start_time, 1, 10)',
    tests: COVERAGE,
  },
  {
    guard: 'coverage: what the last sync told is gone with the next',
    file: 'cli/src/mirror/coverage.ts',
    from: "database.exec('delete from asked_ranges');",
    to: '',
    tests: ['cli/test/sync.test.ts'],
  },
  {
    guard: 'open line: no token goes over it',
    file: 'cli/src/api/api.ts',
    from: '!isPrivateLine(asker.server) && asker.insecure !== true',
    to: "asker.server === ''",
    tests: LINE,
  },
  {
    guard: 'open line: a name that begins like this machine’s is not it',
    file: 'cli/src/settings.ts',
    from: '{3}$/.test(url.hostname)',
    to: '{3}/.test(url.hostname)',
    tests: LINE,
  },
  {
    guard: 'open line: --insecure is said aloud',
    file: 'cli/src/commands/context.ts',
    from: 'if (insecure && !isPrivateLine(address)) warnOfOpenLine(json, address);',
    to: '',
    tests: LINE,
  },
  {
    guard: 'verify: what is not at one moment is not compared',
    file: VERIFY,
    from: 'if (readSyncState(database).since !== told.now) return null;',
    to: '',
    tests: VERIFIED,
  },
  {
    guard: 'verify: what does not give the digest of the server is not kept',
    file: VERIFY,
    from: "if (!isMended) database.exec('rollback to mending');",
    to: '',
    tests: VERIFIED,
  },
  {
    guard: 'verify: a server of other columns is not compared with',
    file: VERIFY,
    from: 'if (!isSame) throw otherVersion(access);',
    to: '',
    tests: VERIFIED,
  },
  {
    guard: 'verify: rows that the server does not have go',
    file: 'cli/src/mirror/apply.ts',
    from: 'if (keys.has(JSON.stringify(key.map((column) => row[column])))) continue;',
    to: 'continue;',
    tests: VERIFIED,
  },
  {
    guard: 'verify: an index that does not fit is made anew',
    file: 'cli/src/mirror/soundness.ts',
    from: "database.exec('reindex');",
    to: '',
    tests: VERIFIED,
  },
  {
    guard: 'explain: the source of a night is that of all of it',
    file: 'cli/src/mirror/chosen-source.ts',
    from: 'const said = isNight ? saidOfNight(database, date, column) : saidOf(database, date, column);',
    to: 'const said = saidOf(database, date, column);',
    tests: ['cli/src/mirror/summary.test.ts'],
  },
  {
    guard: 'explain: the offset is that of the night',
    file: 'cli/src/mirror/chosen-source.ts',
    from: "column === 'utc_offset_minutes' ? saidOfNight(database, date, column) : []",
    to: '[]',
    tests: ['cli/src/mirror/summary.test.ts'],
  },
  {
    guard: 'explain: without a server the file tells',
    file: 'cli/src/commands/explain-server.ts',
    from: 'if (error instanceof AmyError && OFFLINE.has(error.code)) {',
    to: 'if (error instanceof AmyError && error.code === OFFLINE.toString()) {',
    tests: EXPLAINED,
  },
  {
    guard: 'explain: what the server has by now is told',
    file: 'cli/src/commands/explain-shown.ts',
    from: 'told.value === value\n      ? []',
    to: 'told.value !== undefined\n      ? []',
    tests: EXPLAINED,
  },
];
