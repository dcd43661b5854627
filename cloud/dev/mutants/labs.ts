import { mutants } from './mutant.ts';

const SESSIONS = 'fold/lab-results.ts';
const ROW = 'fold/biomarker-row.ts';
const FOLD_TEST = 'fold/lab-results.test.ts';
const RESULTS = 'lab-results.test.ts';
const DELETE = 'labs-delete.test.ts';
const LAYOUTS = 'lab-layouts.test.ts';
const READING = 'normalize/lab-reading.ts';
const RESULT_TEST = 'normalize/lab-result.test.ts';
const NUMBER = 'normalize/lab-number.ts';
const NUMBER_TEST = 'normalize/lab-number.test.ts';
const RANGE = 'normalize/lab-range.ts';
const RANGE_TEST = 'normalize/lab-range.test.ts';
const CODES = 'normalize/lab-codes.ts';
const CODES_TEST = 'normalize/lab-codes.test.ts';
const DATE = 'normalize/lab-date.ts';
const DATE_TEST = 'normalize/lab-date.test.ts';
const TOLD_TEST = 'normalize/told-lab.test.ts';
const REPORT = 'normalize/lab-report.ts';
const REPORT_TEST = 'normalize/lab-report.test.ts';

/** A lab result is one result, and what a laboratory printed is understood or kept as it is. */
export const LAB_MUTANTS = mutants('labs', [
  [
    'a session read anew leaves its old rows',
    SESSIONS,
    'for (const key of known?.keys ?? [])',
    'for (const key of [] as string[])',
    FOLD_TEST,
    RESULTS,
  ],
  [
    'the old rows of a session are loaded',
    'ingest/snapshot-statements.ts',
    '...biomarkersOfSessionsStatements(keys.labSessions, owners),',
    '',
    RESULTS,
  ],
  [
    'which rows a session has is stored',
    'ingest/stored-changes.ts',
    '    ...storeLabSessionsStatements(people.flatMap((person) => owned(person, person.changes.labSessions))),\n',
    '',
    RESULTS,
  ],
  [
    'an older event of a session changes nothing',
    SESSIONS,
    'if (known !== undefined && compareOrders(known.newest, newest) > 0) continue;',
    '',
    FOLD_TEST,
  ],
  [
    'a report without results takes what its session said',
    SESSIONS,
    "if (outcome.state === 'parsed') note",
    "if (outcome.state === 'parsed' && uploadId !== null) note",
    FOLD_TEST,
  ],
  [
    'a failure takes no results',
    SESSIONS,
    "if (outcome.state === 'parsed') note",
    'if (outcome.state !== null) note',
    FOLD_TEST,
  ],
  [
    'a later measurement of a body wins whole',
    ROW,
    'isLater ? [[order, columns]]',
    'isLater ? [[order, { ...row.loose[0]?.[1], ...columns }]]',
    FOLD_TEST,
  ],
  [
    'a number is shown before a text',
    ROW,
    'if ((value ?? null) !== null) return 2;',
    'if ((value ?? null) !== null) return 1;',
    FOLD_TEST,
  ],
  ['a text is shown before nothing', ROW, '(value_text ?? null) === null ? 0 : 1', '0', FOLD_TEST],
  [
    'what an earlier version stored goes with the next event',
    SESSIONS,
    '    dropEarlier(state, own);\n',
    '',
    FOLD_TEST,
  ],
  [
    'what an earlier version stored stays where the event is older',
    ROW,
    'return known === null || isLater ? row',
    'return known === null ? row',
    FOLD_TEST,
  ],
  [
    'a deleted upload leaves the other events of its sessions',
    'labs/without-events.ts',
    'const anew = new Set(gone.flatMap(labContributionsOf).map(sessionOf));',
    'const anew = new Set<string>();',
    DELETE,
  ],
  [
    'a bound is no number of the wide view',
    ROW,
    'unit === canonical && (operator ?? null) === null ? 1 : 0',
    'unit === canonical && operator !== undefined ? 1 : 1',
    LAYOUTS,
  ],
  [
    'a number is read where its layout has it',
    READING,
    "numberAt(result, 'measurement.numeric', context)",
    "numberAt(result, 'measurement.number', context)",
    RESULT_TEST,
  ],
  [
    'a range between two bounds is none of them',
    READING,
    'if (above !== null && below !== null) return',
    'if (above === null && below === null && result === null) return',
    RESULT_TEST,
  ],
  [
    'a printed operator counts',
    READING,
    '(isSame ? same.operator : null) ?? number.operator',
    'number.operator',
    RESULT_TEST,
  ],
  [
    'words are kept',
    READING,
    "return { ...NOTHING, text: printedText(valueAt(result, 'qualitative_value')) };",
    'return NOTHING;',
    RESULT_TEST,
  ],
  ['a mark behind a number is none of it', NUMBER, ".replace(MARKS_BEHIND, '')", '', NUMBER_TEST],
  [
    'a decimal comma',
    NUMBER,
    'if (COMMA_DECIMAL.test(text))',
    'if (COMMA_DECIMAL.test(mark ?? text.slice(0, 0)))',
    NUMBER_TEST,
  ],
  [
    "the report's own decimals tell",
    REPORT,
    'decimalMarkOf(report.results.flatMap(printedNumbersOf)) ??',
    '',
    REPORT_TEST,
  ],
  [
    'a range of somebody is no range for everybody',
    RANGE,
    "isReference(range) && isForEverybody(valueAt(range, 'context'))",
    'isReference(range)',
    RANGE_TEST,
  ],
  [
    'a range that describes other than normal values is none',
    RANGE,
    "isReference(range) && isForEverybody(valueAt(range, 'context'))",
    "isForEverybody(valueAt(range, 'context'))",
    RANGE_TEST,
  ],
  [
    'an applied range that describes other than normal values is none',
    RANGE,
    'isReference(delivered.range) ?',
    'delivered.range !== undefined ?',
    RESULT_TEST,
  ],
  [
    'the field that gave a value is named, not another that is blank',
    'normalize/lab-result.ts',
    'storableText(valueAt(result, path)) !== null) ?? null',
    '(valueAt(result, path) ?? null) !== null) ?? null',
    TOLD_TEST,
  ],
  [
    'the flag that said something is named',
    'normalize/told-lab.ts',
    'flaggedStatus(valueAt(result, one)) !== null',
    '(valueAt(result, one) ?? null) !== null',
    TOLD_TEST,
  ],
  [
    'the range that was taken is named',
    'normalize/told-lab.ts',
    'ref_high: endPath(range, UPPER_ENDS),',
    'ref_high: within(paths.applied),',
    TOLD_TEST,
  ],
  ['of two ranges none', RANGE, ' || others.length > 0', '', RANGE_TEST],
  ['the flag H', 'normalize/lab-status.ts', "  'h',\n", '', 'normalize/lab-status.test.ts'],
  [
    'an included bound may lie inside',
    'normalize/lab-status.ts',
    'return exclusive ? distance >= 0 : distance > 0;',
    'return exclusive || distance >= 0;',
    'normalize/lab-status.test.ts',
  ],
  ['keys in any case', CODES, 'key.toLowerCase().replace', 'key.replace', CODES_TEST],
  [
    'a specimen makes a code of its own',
    CODES,
    'behind === null || code',
    'behind !== undefined || code',
    CODES_TEST,
  ],
  ['a known value before an unknown', CODES, 'b.claim.knowledge - a.claim.knowledge ||', '', CODES_TEST],
  [
    'the canonical unit before others',
    CODES,
    'Number(b.claim.isCanonicalUnit) - Number(a.claim.isCanonicalUnit) ||',
    '',
    CODES_TEST,
  ],
  ['fasting glucose before glucose', CODES, 'a.claim.rank - b.claim.rank ||', '', CODES_TEST],
  [
    'conversion goes by the base code',
    REPORT,
    'const { unit, convert } = storedUnit(base, result.unit);',
    'const { unit, convert } = storedUnit(path, result.unit);',
    REPORT_TEST,
  ],
  [
    'the range is converted with its value',
    REPORT,
    'ref_high: converted(range.high),',
    'ref_high: range.high,',
    REPORT_TEST,
  ],
  [
    'a factor of a code outside the wide view',
    'normalize/other-units.ts',
    "'nmol/L': dividedBy(2.496)",
    "'nmol/L': same",
    'normalize/units.test.ts',
  ],
  [
    'cells per microlitre',
    'normalize/other-units.ts',
    "'/uL': dividedBy(1_000),",
    '',
    'normalize/units.test.ts',
  ],
  [
    'lakhs',
    'normalize/other-units.ts',
    "'10*5/uL': times(100)",
    "'10*5/uL': same",
    'normalize/units.test.ts',
  ],
  [
    'a date in either order is refused',
    DATE,
    'return isDay === null ? null : isDay',
    'return isDay === null ? asDay : isDay',
    DATE_TEST,
  ],
  [
    'a date that cannot be read is not passed over',
    DATE,
    "if (read.state === 'unreadable') return { refused: field.path };",
    "if (read.state === 'unreadable') continue;",
    DATE_TEST,
    REPORT_TEST,
  ],
  [
    'a report that was read at no believable time',
    REPORT,
    'date !== null && isBelievableDate(date, receivedMs) ?',
    'date !== null ?',
    REPORT_TEST,
  ],
  [
    'a language does not tell the order of dates in a place that writes the month first',
    DATE,
    ' && !isMonthFirstRegion ? true',
    ' ? true',
    DATE_TEST,
  ],
  ['a month is no day', DATE, '? read.date : null;', '? read.date : read.date;', DATE_TEST],
  [
    "a specimen's time is not the report's",
    DATE,
    '  if (collected === undefined) return null;\n  const { time } = collected;',
    '  const time = collected?.time;',
    REPORT_TEST,
  ],
  [
    'the name of an uploaded file is recorded',
    'labs/upload.ts',
    'const originalName = storableText(file.name, ORIGINAL_NAME_MAX_CHARS);',
    'const originalName = null;',
    'labs-upload.test.ts',
  ],
  [
    'the digest of an uploaded file is recorded',
    'labs/upload.ts',
    'sha256: sha256Hex(file.bytes),',
    "sha256: '',",
    'labs-upload.test.ts',
  ],
]);
