import type { Mutant } from './mutant.ts';

const QUERIED = ['cli/test/command-query.test.ts'];
const QUERY = 'cli/src/mirror/query.ts';
const PROCESS = 'cli/src/mirror/query-process.ts';
const SHOWN = 'cli/src/terminal/query-shown.ts';

/** What `amy query` runs, and how it shows what is there. */
export const QUERY_MUTANTS: readonly Mutant[] = [
  {
    guard: 'query: a statement that does not read is refused',
    file: QUERY,
    from: 'if (!READING.has(kind)) throw',
    to: "if (kind === '') throw",
    tests: QUERIED,
  },
  {
    guard: 'query: a pragma is given no value',
    file: QUERY,
    from: "TELLING.has(name.toLowerCase()) && after === ''",
    to: 'TELLING.has(name.toLowerCase())',
    tests: QUERIED,
  },
  {
    guard: 'query: a pragma that changes something is refused',
    file: QUERY,
    from: "TELLING.has(name.toLowerCase()) && after === ''",
    to: "after === ''",
    tests: QUERIED,
  },
  {
    guard: 'query: one statement',
    file: QUERY,
    from: "replace(NO_STATEMENT, '') === '') return;",
    to: "replace(NO_STATEMENT, '') !== ' ') return;",
    tests: QUERIED,
  },
  {
    guard: 'query: the file is opened for reading',
    file: PROCESS,
    from: 'readOnly: true, timeout: busyTimeoutMs',
    to: 'timeout: busyTimeoutMs',
    tests: QUERIED,
  },
  {
    guard: 'query: what runs for ever is ended',
    file: PROCESS,
    from: 'setTimeout(() => reject(tooLong(timeoutMs, tooLongHint)), timeoutMs)',
    to: 'setTimeout(() => {}, timeoutMs)',
    tests: QUERIED,
  },
  {
    guard: 'query: no row beyond the limit is waited for',
    file: PROCESS,
    from: 'if (found.length > rows) break;',
    to: '',
    tests: QUERIED,
  },
  {
    guard: 'query: integers keep their digits',
    file: PROCESS,
    from: 'statement.setReadBigInts(true);',
    to: '',
    tests: QUERIED,
  },
  {
    guard: 'query: columns of one name are two',
    file: PROCESS,
    from: 'statement.setReturnArrays(true);',
    to: '',
    tests: QUERIED,
  },
  {
    guard: 'query: JSON rounds no integer',
    file: SHOWN,
    from: 'Number.isSafeInteger(number) ? number : String(cell)',
    to: 'number',
    tests: QUERIED,
  },
  {
    guard: 'query: CSV quotes what would end a field',
    file: 'cli/src/terminal/csv-field.ts',
    from: `/[",\\r\\n]/.test(text)`,
    to: `/[\\r]/.test(text)`,
    tests: QUERIED,
  },
  {
    guard: 'query: CSV on a terminal steers nothing',
    file: 'cli/src/commands/query.ts',
    from: 'if (isAnswerShown())',
    to: 'if (records.length === 0)',
    tests: QUERIED,
  },
];
