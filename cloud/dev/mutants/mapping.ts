import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Mutant, mutants } from './mutant.ts';

/** Lists of rules, and the tests of what is read by them. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'daily-rules.ts': ['daily.test.ts'],
  'heart-summary.ts': ['daily.test.ts'],
  'saturation.ts': ['daily.test.ts', 'body.test.ts', 'body-samples.test.ts'],
  'zone-minutes.ts': ['daily.test.ts'],
  'body-rules.ts': ['body.test.ts', 'body-samples.test.ts'],
  'activity-rules.ts': ['activity.test.ts'],
};

/** Text of a rule and what stands there instead. */
type Swap = readonly [from: string, to: string];

const NO_RANGE = '{ low: -Infinity, high: Infinity }';

/** What changes of one line of a list of rules: another path, no range, no factor. */
function swapsIn(line: string): readonly Swap[] {
  const paths = [
    ...line.matchAll(/'([A-Za-z]+(?:[._][A-Za-z0-9]+)+|B?M[IR]|RMR|percentage|level|timestamp)'/g),
  ];
  const parts = [...line.matchAll(/`[\w.]*\$\{\w+\}\.([\w.]+)`/g)];
  const ranges = line.includes('computed(') ? [] : [...line.matchAll(/(?<=[ (])[A-Z][A-Z0-9_]*(?=[,) ])/g)];
  return [
    ...paths.map(([text, path]): Swap => [text, `'${path}_of_another'`]),
    ...parts.map(([text]): Swap => [text, `${text.slice(0, -1)}_of_another\``]),
    ...ranges.filter(([text]) => RANGE_NAMES.test(text)).map(([text]): Swap => [text, NO_RANGE]),
    ...[...line.matchAll(/([a-z]\w*) \/ [A-Z_]+/g)].map(([text, value = '']): Swap => [text, value]),
    ...[...line.matchAll(/=> 100 - (\w+)/g)].map(([text, value]): Swap => [text, `=> ${value}`]),
  ];
}

const RANGE_NAMES = /^(AMOUNT|SCORE|PERCENT|.*_(AMOUNT|PERCENT|BPM|MS|KG|CM|G|MMHG|CEL|DELTA))$/;
/** A source that stands in a line of its own, in a list of several. */
const SOURCE_ALONE = /^ {6}(field|meanOfSamples|latestSample)\(.*\),$/;

/** Every line of the mapping, changed in each way that a slip of the hand could change it. */
function mappingMutants(name: string, tests: readonly string[]): readonly Mutant[] {
  const file = `cloud/src/normalize/${name}`;
  const source = readFileSync(fileURLToPath(new URL(join('../../..', file), import.meta.url)), 'utf8');
  const lines = source.split('\n');
  const first = lines.findLastIndex((line) => / from '.*';$/.test(line)) + 1;
  return lines.flatMap((line, at) => {
    // The range of what is computed is told, not applied: its parts are judged where they are read.
    if (/^\s+[A-Z0-9_]+,$/.test(line) && lines.slice(at - 2, at).some((one) => one.includes('computed(')))
      return [];
    if (at < first || /^\s*(\/\/|\/?\*)/.test(line)) return [];
    const swaps = swapsIn(line).map(([from, to]) => ({
      what: `${from} swapped`,
      to: line.replace(from, to),
    }));
    const dropped = SOURCE_ALONE.test(line) ? [{ what: 'source dropped', to: '' }] : [];
    const context = contextOf(lines, at);
    return [...swaps, ...dropped].map(({ what, to }) => ({
      guard: `mapping: ${name}:${at + 1} ${what}`,
      file,
      from: [...context, line].join('\n'),
      to: [...context, to].join('\n'),
      tests: tests.map((test) => `cloud/src/normalize/${test}`),
    }));
  });
}

/** As many lines before one as make it the only one of its kind. */
function contextOf(lines: readonly string[], at: number): readonly string[] {
  const whole = lines.join('\n');
  for (let from = at; from > 0; from -= 1) {
    if (whole.split(lines.slice(from, at + 1).join('\n')).length === 2) return lines.slice(from, at);
  }
  return lines.slice(0, at);
}

const TIME = 'normalize/time.test.ts';
const ITEM_TIME = 'normalize/item-time.test.ts';
const BODY = 'normalize/body.test.ts';
const SAMPLES = 'normalize/body-samples.test.ts';
const RANGES = 'normalize/ranges.test.ts';

export const MAPPING_MUTANTS: readonly Mutant[] = [
  ...Object.entries(RULES).flatMap(([name, tests]) => mappingMutants(name, tests)),
  ...mutants('mapping', [
    [
      'a sensor’s day average comes before its readings',
      'normalize/body-rules.ts',
      'sources: [latestSample({ ...samples, range }), field(average, range)]',
      'sources: [field(average, range), latestSample({ ...samples, range })]',
      BODY,
    ],
    [
      'the average of the day stands in for samples',
      'normalize/body-rules.ts',
      'sources: [latestSample({ ...samples, range }), field(average, range)]',
      'sources: [latestSample({ ...samples, range })]',
      BODY,
    ],
    [
      'seconds become minutes',
      'normalize/value-rule.ts',
      '(seconds) => seconds / 60',
      '(seconds) => seconds',
      'normalize/daily.test.ts',
    ],
    [
      'systolic above diastolic',
      'normalize/blood-pressure.ts',
      'systolic.value > diastolic.value',
      'systolic.value > 0',
      BODY,
    ],
    [
      'a number of a pair that is not believed says nothing alone',
      'normalize/blood-pressure.ts',
      ' && sampled(sample, other) === null',
      '',
      BODY,
    ],
    [
      'samples of a pressure are judged',
      'normalize/blood-pressure.ts',
      'sample.number(name, BLOOD_PRESSURE_MMHG)',
      `sample.number(name, ${NO_RANGE})`,
      BODY,
    ],
    [
      'averages of a pressure are judged',
      'normalize/blood-pressure.ts',
      'fields.number(path, BLOOD_PRESSURE_MMHG)',
      `fields.number(path, ${NO_RANGE})`,
      BODY,
    ],
    [
      'Fahrenheit is converted',
      'normalize/ranges.ts',
      '((value - 32) * 5) / 9',
      '(value - 32)',
      BODY,
      RANGES,
    ],
    [
      'a fraction is converted',
      'normalize/ranges.ts',
      'range.fraction === true && value <= 1',
      'range.fraction !== true',
      RANGES,
    ],
    [
      'at most so many samples are kept',
      'normalize/body-samples.ts',
      '.slice(0, BODY_SAMPLES_MAX)',
      '.slice(0, 2 * BODY_SAMPLES_MAX)',
      SAMPLES,
    ],
    [
      'samples stand earliest first',
      'normalize/body-samples.ts',
      'JSON.stringify(latest.reverse())',
      'JSON.stringify(latest)',
      SAMPLES,
    ],
    [
      'a time nobody can have measured at is not told',
      'normalize/body.ts',
      'isBelievableDate(at.slice(0, DATE_CHARS), body.event.receivedMs)',
      'at.length > DATE_CHARS',
      SAMPLES,
    ],
    [
      'a day in UTC belongs to its middle',
      'normalize/item-time.ts',
      'middleOfDay(delivered) ?? localDate(start)',
      'localDate(start)',
      ITEM_TIME,
    ],
    [
      'an offset in UTC is not the person’s',
      'normalize/item-time.ts',
      'isInUtc(delivered) ? null : utcOffset',
      'utcOffset',
      ITEM_TIME,
    ],
    [
      'only what spans about a day is one: shorter',
      'normalize/item-time.ts',
      'spanMs < ABOUT_A_DAY_MIN_MS || ',
      '',
      ITEM_TIME,
    ],
    [
      'only what spans about a day is one: longer',
      'normalize/item-time.ts',
      ' || spanMs > ABOUT_A_DAY_MAX_MS',
      '',
      ITEM_TIME,
    ],
    ['dates begin in 1990', 'normalize/time.ts', 'date >= FIRST_DATE && ', '', TIME, ITEM_TIME],
    [
      'dates end two days ahead',
      'normalize/time.ts',
      'date >= FIRST_DATE && date <= last;',
      'date >= FIRST_DATE;',
      TIME,
    ],
    ['24:00 ends a day', 'normalize/time.ts', '(isDaysEnd ? DAY_MS : 0)', '0', TIME],
    ['a leap second is the next minute’s', 'normalize/time.ts', '(isLeapSecond ? SECOND_MS : 0)', '0', TIME],
    [
      'a wall clock has one spelling',
      'normalize/time.ts',
      'time.offsetMinutes === null ? utc.slice(0, -1) : utc',
      'time.offsetMinutes === null ? String(value) : utc',
      TIME,
    ],
    [
      'an activity does not end before it starts',
      'normalize/activity.ts',
      'endTime !== null && !isBefore',
      'endTime !== null',
      'normalize/activity.test.ts',
    ],
    [
      'a sleep does not end before it starts',
      'normalize/item-time.ts',
      'seconds >= 0 && ',
      '',
      'normalize/sleep.test.ts',
    ],
    [
      'a sleep lasts 36 hours at most',
      'normalize/item-time.ts',
      ' && seconds <= SLEEP_MAX_S',
      '',
      'normalize/sleep.test.ts',
    ],
    [
      'the longer of activities that start together is shown',
      'fold/item-row.ts',
      'b.seconds - a.seconds || ',
      '',
      'fold.test.ts',
    ],
  ]),
];
