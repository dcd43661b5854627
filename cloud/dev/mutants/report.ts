import { type Mutant, mutantsBelow } from './mutant.ts';

const TESTS = ['cli/test/command-report.test.ts'];

const mutant = mutantsBelow('cli/src', 'report', TESTS);

const range = mutantsBelow('cli/src', 'range of the report', ['cli/test/report-range.test.ts']);

const today = mutantsBelow('cli/src', 'today', ['cli/src/mirror/wall-clock.test.ts']);

/** What a report shows, what it compares and what it leaves out. */
export const REPORT_MUTANTS: readonly Mutant[] = [
  range(
    'what is rounded stands at its date all the same',
    'report/page-script.ts',
    'Math.round((x - first) / (step || 1)) * step',
    '(x - first)',
  ),
  range('earlier results are on paper', 'report/page-style.ts', '  .cards details { display: block; }\n', ''),
  range('tables follow', 'report/page-script.ts', 'row.hidden = index < from;', ''),
  range(
    'who does not see the chart is told',
    'report/page-script.ts',
    "(from === 0 ? '' : ' Of it",
    "(from >= 0 ? '' : ' Of it",
  ),
  range(
    'the pointer tells of what is seen',
    'report/page-script.ts',
    'rows.filter((row) => !row.hidden)',
    'rows',
  ),
  range('a chart has seven points', 'report/range-choice.ts', ' && one / days >= POINTS_LEAST', ''),
  range(
    'without a script there is no choice',
    'report/range-choice.ts',
    '" hidden><fieldset>',
    '"><fieldset>',
  ),
  mutant('one is told as one', 'report/figures.ts', "number === '1' ? (unitOfOne ?? unit) : unit", 'unit'),
  mutant(
    'a distance agrees with what stands beside it',
    'report/figures.ts',
    'return Number(to.toFixed(digits)) - Number(from.toFixed(digits));',
    'return Number((to - from).toFixed(digits));',
  ),
  mutant('few values have no median', 'report/facts.ts', 'if (known >= KNOWN_VALUES_MIN)', 'if (known > 0)'),
  mutant(
    'few days around a blood draw are not compared',
    'report/draws-section.ts',
    '>= KNOWN_VALUES_MIN;',
    '>= 1;',
  ),
  mutant('a day that goes on is told as one', 'report/day-chart.ts', 'figure.grows === true && last', 'last'),
  mutant(
    'two scales are told apart',
    'report/body-section.ts',
    'const isOneOfSeveral = devices.size > 1;',
    'const isOneOfSeveral = false;',
  ),
  mutant(
    'the last sync is told by the clock of the report',
    'report/about-section.ts',
    "{ timeZone, hour: '2-digit'",
    "{ timeZone: 'UTC', hour: '2-digit'",
  ),
  mutant(
    'text of the file is escaped',
    'report/html.ts',
    "=== 'string') return escapeMarkup(part);",
    "=== 'string') return part;",
  ),
  mutant(
    'what nobody sees in a text is shown',
    'report/html.ts',
    'return escapeLine(text).replace(',
    'return text.replace(',
  ),
  mutant(
    'no inline style, which the policy forbids',
    'report/chart-drawer.ts',
    'pointer-events|style|',
    'pointer-events|',
  ),
  mutant('ids of a picture are its own', 'report/chart-drawer.ts', '(/\\bzr\\d+-c', '(/\\bnever\\d+-c'),
  mutant(
    'nothing is overwritten unasked',
    'commands/report.ts',
    "options.force === true ? null : '--out'",
    'null',
  ),
  mutant(
    'a baseline is of one device',
    'report/baseline.ts',
    'day?.source === like.source && ',
    'day !== undefined && ',
  ),
  mutant('a baseline is of one method', 'report/baseline.ts', ' && day.hrv_method === like.hrv_method', ''),
  mutant(
    'a blood draw is told by one device',
    'report/draws-section.ts',
    '[name, largestComparable(draw.days[name])]',
    '[name, draw.days[name]]',
  ),
  mutant(
    'a baseline needs days',
    'report/baseline.ts',
    'comparable.length < BASELINE_KNOWN_MIN',
    'comparable.length === 0',
  ),
  mutant(
    'a day that is not over is not compared',
    'report/today-section.ts',
    'figure.grows === true ? 1 : 0',
    '0',
  ),
  mutant(
    'a study stands only beside its own method',
    'report/population-note.ts',
    "last.hrv_method !== 'rmssd'",
    "last.hrv_method === ''",
  ),
  mutant(
    'a debt needs nights',
    'report/sleep-debt.ts',
    'window.length < DEBT_NIGHTS_KNOWN_MIN',
    'window.length === 0',
  ),
  mutant(
    'a bound lies outside of nothing',
    'report/labs-section.ts',
    'if (value === null || operator !== null) return null;',
    'if (value === null) return null;',
  ),
  mutant('numbers of two units make no line', 'report/labs-section.ts', ' || one.unit !== last.unit', ''),
  mutant(
    'a change of device is drawn at its own figure',
    'report/source-changes.ts',
    'change.column === column',
    "column !== ''",
  ),
  mutant(
    'a workout of two devices counts once',
    'mirror/reading/sessions.ts',
    'return readActivities(database, range, isShown);',
    "return readActivities(database, range, 'true');",
  ),
  mutant(
    'many days are drawn as weeks',
    'report/buckets.ts',
    'dates.length > REPORT_DAYS_DRAWN',
    'dates.length > 100_000',
  ),
  mutant(
    'the values of days are those of summary',
    'mirror/days-read.ts',
    'partition by d.datetime order by',
    'partition by d.datetime order by d.source,',
  ),
  today(
    'the profile goes before a day',
    'mirror/wall-clock.ts',
    '[readPerson(database).timezone, ',
    '[null, ',
  ),
  today('a zone that nobody knows is none', 'mirror/wall-clock.ts', ' && isTimeZone(zone)', ''),
  today('the newest day tells the offset', 'mirror/wall-clock.ts', 'datetime desc', 'datetime'),
  today(
    'an agent has the day of the report',
    'mcp/ask.ts',
    'readTimeZone(database, scene.timeZone)',
    'scene.timeZone',
  ),
];
