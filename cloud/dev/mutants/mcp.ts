import type { Mutant } from './mutant.ts';

const ASKED = ['cli/test/command-mcp.test.ts'];
const room = (name: string) => `cli/src/mcp/${name}`;

/** A guard of `amy mcp`: its name, its file, its text, and what stands there without it. */
function ofMcp(guard: string, file: string, from: string, to: string): Mutant {
  return { guard: `mcp: ${guard}`, file: room(file), from, to, tests: ASKED };
}

/** What an agent is told of the local file, and what it is not told. */
export const MCP_MUTANTS: readonly Mutant[] = [
  ofMcp(
    'a tool that the view does not allow is refused',
    'ask.ts',
    'if (allows(view, tool.view)) return tool;',
    'if (view) return tool;',
  ),
  ofMcp(
    'no rows in the view that has none',
    'tool.ts',
    "hasRows && allows(view, 'structured')",
    "hasRows && view !== 'none'",
  ),
  ofMcp('an argument nobody knows is refused', 'tool.ts', 'if (unknown === undefined) return;', 'return;'),
  ofMcp(
    'the summary shows no single result of a laboratory',
    'tools/labs.ts',
    'isShown ? latestOf(found) : {}',
    'latestOf(found)',
  ),
  ofMcp(
    'the summary sums no single workout',
    'tools/workouts.ts',
    "allows(view, 'structured') || group.length >= KNOWN_VALUES_MIN",
    'group.length > 0',
  ),
  ofMcp(
    'the summary sums no single nap',
    'tools/sleep.ts',
    "allows(view, 'structured') ? 1 : KNOWN_VALUES_MIN",
    '1',
  ),
  ofMcp(
    'a bound of a laboratory is no number',
    'tools/labs.ts',
    'value: isExact(lab) ? value : null',
    'value',
  ),
  ofMcp(
    'results of two units are not subtracted',
    'tools/labs.ts',
    '&& unitsOf([before, last]).length === 1',
    '',
  ),
  ofMcp(
    'a change is of one source',
    'tools/labs.ts',
    'isExact(lab) && lab.source === last?.source && lab.date < last.date',
    'isExact(lab) && last !== undefined && lab.date < last.date',
  ),
  ofMcp(
    'each value of a heart rate variability says how it was measured',
    'tools/day.ts',
    '...methodBy(other.source),',
    '',
  ),
  ofMcp('a change ends at the latest result', 'tools/labs.ts', 'last === latest &&', ''),
  ofMcp(
    'two HRV methods are not taken together',
    'metric.ts',
    'column === HRV && methods.size > 1',
    'column === HRV && methods.size > 2',
  ),
  ofMcp(
    'scores of two makers are not taken together',
    'metric.ts',
    'DEVICE_SCORES.includes(column) && sources.size > 1',
    'sources.size > 9',
  ),
  ofMcp(
    'a day that is not over is in no mean',
    'metric.ts',
    'lastSyncDate === null || date < lastSyncDate',
    'lastSyncDate === null || date <= lastSyncDate',
  ),
  ofMcp('a trend needs seven days', 'tools/trend.ts', 'days.length < KNOWN_VALUES_MIN', 'days.length < 1'),
  ofMcp(
    'what lies outside of the data is not answered',
    'coverage.ts',
    'if (range.to < oldestDay) {',
    'if (range.to < oldestDay && range.from === range.to) {',
  ),
  ofMcp(
    'no workout is none only where it was asked for',
    'tools/workouts.ts',
    "states.every(({ state }) => state === 'the device had nothing')",
    'states.length > 9',
  ),
  ofMcp(
    'a run that two devices recorded is one',
    'tools/workouts.ts',
    'const count = countWorkouts(known.database, found);',
    'const count = found.length;',
  ),
  ofMcp(
    'times around midnight have a mean between them',
    'tools/sleep.ts',
    '+ DAY_MINUTES / 2) % DAY_MINUTES];',
    ') % DAY_MINUTES];',
  ),
  ofMcp(
    'an answer is bounded in bytes',
    'answer.ts',
    'if (bytes > MCP_ANSWER_BYTES_MAX - MCP_PAGE_WORDS_BYTES) break;',
    '',
  ),
  ofMcp(
    'a long text is cut',
    'answer.ts',
    'value.length > MCP_CELL_CHARS_MAX',
    'value.length > Number.MAX_VALUE',
  ),
  ofMcp('made-up numbers say so', 'answer.ts', 'scene.isDemo ? { demo: DEMO } : {}', '{}'),
  ofMcp(
    'stale data says so',
    'answer.ts',
    'hours > SYNC_AGE_MAX_DAYS * 24',
    'hours > SYNC_AGE_MAX_DAYS * 2_400',
  ),
  ofMcp(
    'what cannot be noted is not answered',
    'server.ts',
    'return contentOf(logged);',
    'return contentOf(asked);',
  ),
  ofMcp(
    'the log is its owner’s alone',
    'access-log.ts',
    'chmodSync(path, 0o600);',
    'chmodSync(path, 0o644);',
  ),
  ofMcp('the log forgets by age', 'access-log.ts', 'name < oldest ||', ''),
  ofMcp('the log forgets by size', 'access-log.ts', '|| bytes > MCP_LOG_BYTES_MAX', ''),
  ofMcp(
    'a file of the log ends',
    'access-log.ts',
    'statSync(join(folder, newest)).size >= MCP_LOG_FILE_BYTES',
    'newest === folder',
  ),
  ofMcp(
    'long arguments are shortened in the log',
    'access-log.ts',
    'text.length <= MCP_LOG_CHARS_MAX',
    'text',
  ),
  {
    guard: 'mcp: the log goes with the person',
    file: 'cli/src/commands/erase.ts',
    from: 'local ? deleteAccessLog(accessLogFolder(process.env)) : []',
    to: '[]',
    tests: ['cli/test/command-profile-erase.test.ts'],
  },
  {
    guard: 'mcp: how a heart rate variability was measured parts no days of another metric',
    file: 'cli/src/mirror/days-read.ts',
    from: "column === 'heart_rate_variability' ? 'd.hrv_method' : 'null'",
    to: "'d.hrv_method'",
    tests: ASKED,
  },
  {
    guard: 'mcp: samples end before the moment asked for',
    file: 'cli/src/mirror/reading/samples.ts',
    from: 'time >= ? and time < ?',
    to: 'time >= ? and time <= ?',
    tests: ASKED,
  },
  {
    guard: 'mcp: changes of the source are of the metric that was asked for',
    file: 'cli/src/mirror/reading/source-changes.ts',
    from: '"column" in (select value from json_each(?))',
    to: '? is not null',
    tests: ASKED,
  },
];
