import { type LineChange, lineMutants } from './lines.ts';
import type { Mutant } from './mutant.ts';

/** The tables by which results of laboratories and values of devices are understood, each entry taken out in turn. */

const NORMALIZE = 'cloud/src/normalize';
const LAB_TESTS = ['lab-result', 'lab-range', 'lab-report', 'told-lab'];

type Table = {
  readonly file: string;
  readonly tests: readonly string[];
  /** Only the lines between these two are the table. */
  readonly from: RegExp;
  readonly to: RegExp;
  readonly changesOf: (line: string) => readonly LineChange[];
};

/** Ends of a range, and the other units that it understands. */
function ofRange(line: string): readonly LineChange[] {
  const open: readonly (readonly [RegExp, string, string])[] = [
    [/low: [\w.]+/, 'low: -Infinity', 'has a low end'],
    [/high: [\w.]+/, 'high: Infinity', 'has a high end'],
    [/, fraction: true/, '', 'may be a fraction'],
    [/, fahrenheit: true/, '', 'may be Fahrenheit'],
  ];
  const name = /const (\w+)/.exec(line)?.[1] ?? '';
  return open.flatMap(([found, instead, what]) =>
    found.test(line) && !line.includes(`${instead.split(':')[0]}: -Number`)
      ? [{ what: `${name} ${what}`, to: line.replace(found, instead) }]
      : [],
  );
}

/** Each quoted text of the line left out, with the comma behind it. */
function eachLeftOut(line: string): readonly LineChange[] {
  return [...line.matchAll(/'([^']+)'(?:, ?)?/g)].map(({ 0: text, 1: name, index }) => ({
    what: `${name} left out`,
    to: line.slice(0, index) + line.slice(index + text.length),
  }));
}

/** A line that is one entry. */
function entryLeftOut(line: string): readonly LineChange[] {
  return /^\s+\['/.test(line) || /^ {2}\S+: '/.test(line)
    ? [{ what: `${line.trim()} left out`, to: '' }]
    : [];
}

/** A line that is the entry of a number. */
function numberLeftOut(line: string): readonly LineChange[] {
  return /^\s+\[\d/.test(line) ? [{ what: `${line.trim()} left out`, to: '' }] : [];
}

/** Each text of the line read as another. */
function eachSwapped(line: string): readonly LineChange[] {
  return [...line.matchAll(/'([^']+)'/g)].map(({ 0: text, 1: name, index }) => ({
    what: `${name} swapped`,
    to: `${line.slice(0, index)}'${name}_of_another'${line.slice(index + text.length)}`,
  }));
}

/** Each way from a printed unit taken out; where it has a factor, that alone too. */
function eachConversion(line: string): readonly LineChange[] {
  const ways = [...line.matchAll(/'([^']+)': ((?:times|dividedBy)\([^)]*\)|same)(?:, ?)?/g)];
  return ways.flatMap(({ 0: text, 1: unit, 2: way = '', index }) => {
    const without = line.slice(0, index) + line.slice(index + text.length);
    const dropped = { what: `${unit} left out`, to: without };
    const behind = line.slice(index).replace(way, 'same');
    const factor = { what: `the factor of ${unit}: ${way}`, to: line.slice(0, index) + behind };
    return way === 'same' ? [dropped] : [dropped, factor];
  });
}

/** The unit as UCUM writes it stands before the list. */
function otherSpellings(line: string): readonly LineChange[] {
  const begin = line.indexOf(': [');
  return eachLeftOut(line.slice(begin)).map(({ what, to }) => ({ what, to: line.slice(0, begin) + to }));
}

const TO_THE_END = /(?!)/;
const RANGE_TESTS = ['ranges', 'daily', 'sleep', 'body', 'activity', 'intraday'];

const TABLES: readonly Table[] = [
  {
    file: 'event-codes.ts',
    tests: ['skipped-events'],
    from: /SKIPPED_EVENT_TYPES =/,
    to: /^\] as const/,
    changesOf: entryLeftOut,
  },
  {
    file: 'normalize/normalize.ts',
    tests: ['skipped-events', 'connection-events', 'normalize'],
    from: /NORMALIZERS:/,
    to: /^\]\);/,
    changesOf: entryLeftOut,
  },
  {
    file: 'normalize/activity-types.ts',
    tests: ['activity-types'],
    from: /ACTIVITY_TYPE_TITLES/,
    to: /^\]\);/,
    changesOf: numberLeftOut,
  },
  {
    file: 'normalize/ranges.ts',
    tests: RANGE_TESTS,
    from: /ALIVE =/,
    to: /^export function/,
    changesOf: ofRange,
  },
  {
    file: 'normalize/lab-codes.ts',
    tests: ['lab-codes'],
    from: /BIOMARKER_ALIASES:/,
    to: /^\]\);/,
    changesOf: entryLeftOut,
  },
  {
    file: 'normalize/lab-codes.ts',
    tests: ['lab-codes'],
    from: /UNKNOWN_SPECIMENS:/,
    to: /^export type ResultName/,
    changesOf: eachLeftOut,
  },
  {
    file: 'normalize/lab-status.ts',
    tests: ['lab-status'],
    from: /OPTIMAL_FLAGS:/,
    to: /^\]\);/,
    changesOf: eachLeftOut,
  },
  {
    file: 'normalize/lab-range.ts',
    tests: ['lab-range'],
    from: /NORMAL_TYPES:/,
    to: /^\/\*\* The range that the flag/,
    changesOf: eachLeftOut,
  },
  {
    file: 'normalize/lab-paths.ts',
    tests: LAB_TESTS,
    from: /LAYERED_PATHS:/,
    to: TO_THE_END,
    changesOf: eachSwapped,
  },
  {
    file: 'normalize/lab-number.ts',
    tests: ['lab-number', 'lab-result'],
    from: /OPERATORS:/,
    to: /^\};/,
    changesOf: entryLeftOut,
  },
  { file: 'normalize/lab-date.ts', tests: ['lab-date'], from: /MONTHS:/, to: /^\];/, changesOf: eachLeftOut },
  {
    file: 'normalize/units.ts',
    tests: ['units'],
    from: /CANONICAL_UNITS:/,
    to: /^\};/,
    changesOf: eachSwapped,
  },
  {
    file: 'normalize/units.ts',
    tests: ['units'],
    from: /CELLS_TERA/,
    to: /^type/,
    changesOf: eachConversion,
  },
  {
    file: 'normalize/other-units.ts',
    tests: ['units'],
    from: /CHOLESTEROL/,
    to: TO_THE_END,
    changesOf: eachConversion,
  },
  {
    file: 'normalize/unit-spelling.ts',
    tests: ['unit-spelling', 'units'],
    from: /SPELLINGS:/,
    to: /^\};/,
    changesOf: otherSpellings,
  },
];

export const MAPPING_TABLE_MUTANTS: readonly Mutant[] = TABLES.flatMap(
  ({ file, tests, from, to, changesOf }) =>
    lineMutants({
      area: 'mapping',
      file: `cloud/src/${file}`,
      tests: tests.map((test) => `${NORMALIZE}/${test}.test.ts`),
      changesOf: (line, at, lines) => {
        const begin = lines.findIndex((one) => from.test(one));
        const end = lines.findIndex((one, place) => place > begin && to.test(one));
        return at >= begin && (end < 0 || at <= end) ? changesOf(line) : [];
      },
    }),
);
