import { type LineChange, lineMutants } from './lines.ts';
import { type Mutant, mutants } from './mutant.ts';

/** Lists of rules, and the tests of what is read by them. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  'daily-rules.ts': ['daily.test.ts'],
  'sleep-rules.ts': ['sleep.test.ts'],
  'heart-summary.ts': ['daily.test.ts'],
  'saturation.ts': ['daily.test.ts', 'body.test.ts', 'body-samples.test.ts'],
  'zone-minutes.ts': ['daily.test.ts'],
  'body-rules.ts': ['body.test.ts', 'body-samples.test.ts'],
  'activity-rules.ts': ['activity.test.ts'],
};

const NO_RANGE = '{ low: -Infinity, high: Infinity }';

/** What changes of one line of a list of rules: another path, another unit, no range, no factor. */
function swapsIn(line: string): readonly LineChange[] {
  const swaps = FORMS.filter(({ unless }) => unless === undefined || !unless.test(line)).flatMap(
    ({ form, instead }) =>
      [...line.matchAll(form)].map(({ 0: text, 1: part = '', index }) => ({
        text,
        to: line.slice(0, index) + instead(text, part) + line.slice(index + text.length),
      })),
  );
  return swaps.map(({ text, to }, i) => {
    const nth = swaps.slice(0, i).filter((one) => one.text === text).length + 1;
    return { what: `${text} swapped${nth === 1 ? '' : ` (${nth})`}`, to };
  });
}

/** What a line says, and what it says instead. */
const FORMS: readonly {
  readonly form: RegExp;
  readonly instead: (text: string, part: string) => string;
  readonly unless?: RegExp;
}[] = [
  {
    form: /'([A-Za-z]+(?:[._][A-Za-z0-9]+)+|B?M[IR]|RMR|percentage|level|timestamp)'/g,
    instead: (_, path) => `'${path}_of_another'`,
  },
  { form: /`[\w.]*\$\{\w+\}\.([\w.]+)`/g, instead: (text) => `${text.slice(0, -1)}_of_another\`` },
  {
    form: /(?<=[ (])(?:AMOUNT|SCORE|PERCENT|[A-Z0-9_]*_(?:AMOUNT|PERCENT|BPM|MS|KG|CM|G|MMHG|CEL|DELTA|SECONDS))(?=[,) ])/g,
    instead: () => NO_RANGE,
    unless: /computed\(|^(?:export )?const \w+ = ['`[]/,
  },
  { form: /([a-z]\w*) \/ [A-Z_]+/g, instead: (_, value) => value },
  { form: /=> 100 - (\w+)/g, instead: (_, value) => `=> ${value}` },
  // Units of bodies' values, which are stored beside them; of the others the page of the mapping tells.
  { form: /(?<=(?:measured|unsampled)\()'([^']+)'/g, instead: (_, unit) => `'${unit}_of_another'` },
  { form: /(?<=^ {4})'([^'.]+)'(?=,$)/g, instead: (_, unit) => `'${unit}_of_another'` },
];

/** A source that stands in a line of its own, in a list of several. */
const SOURCE_ALONE = /^ {6}(field|meanOfSamples|latestSample)\(.*\),$/;

/** Every line of the mapping, changed in each way that a slip of the hand could change it. */
function mappingMutants(name: string, tests: readonly string[]): readonly Mutant[] {
  return lineMutants({
    area: 'mapping',
    file: `cloud/src/normalize/${name}`,
    tests: tests.map((test) => `cloud/src/normalize/${test}`),
    changesOf: (line, at, lines) => {
      // The range of what is computed is told, not applied: its parts are judged where they are read.
      const isTold =
        /^\s+[A-Z0-9_]+,$/.test(line) && lines.slice(at - 2, at).some((one) => one.includes('computed('));
      if (isTold) return [];
      const swaps = swapsIn(line);
      return SOURCE_ALONE.test(line) ? [...swaps, { what: 'source dropped', to: '' }] : swaps;
    },
  });
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
