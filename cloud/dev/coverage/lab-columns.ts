import {
  FLAT_PATHS,
  LAYERED_PATHS,
  type LabPaths,
  LOWER_ENDS,
  RANGE_TYPES,
  SEVERAL_RANGES,
  SINGLE_RANGE,
  UPPER_ENDS,
} from '../../src/normalize/lab-paths.ts';
import type { OtherColumn } from './other-columns.ts';

const RESULT = 'data.results[]';
const RANGES = [SINGLE_RANGE, `${SEVERAL_RANGES}[]`] as const;

function ofResult(...names: readonly string[]): readonly string[] {
  return names.map((name) => `${RESULT}.${name}`);
}

/** Of a layered result, then of a flat one. */
function either(what: keyof LabPaths): readonly string[] {
  return ofResult(...[LAYERED_PATHS, FLAT_PATHS].flatMap((paths) => paths[what]));
}

function ofRanges(names: readonly string[]): readonly string[] {
  return [LAYERED_PATHS.applied, FLAT_PATHS.applied, ...RANGES].flatMap((range) =>
    ofResult(...names.map((name) => `${range}.${name}`)),
  );
}

const CONTEXT = [
  'sex',
  'age_lower',
  'age_upper',
  'pregnancy_status',
  'gestational_week_lower',
  'gestational_week_upper',
  'cycle_phase',
  'reference_population',
  'modifiers[]',
].map((name) => `${SEVERAL_RANGES}[].context.${name}`);

/** The columns of a row of `terra_lab`. Of a layered result the first paths, of a flat one those without layers. */
export const LAB_COLUMNS: readonly OtherColumn[] = [
  {
    column: 'code',
    paths: either('key'),
    rule: 'in lower case, spaces and hyphens as underscores, through the aliases',
  },
  {
    column: 'code',
    paths: either('name'),
    rule: 'only where there is no key: unmatched: and the words of the name',
  },
  {
    column: 'specimen, code',
    paths: either('specimen'),
    rule: 'one that is not blood stands behind the code: creatinine_urine',
  },
  { column: 'loinc', paths: either('loinc'), rule: 'as delivered' },
  {
    column: 'value',
    paths: either('value'),
    rule: 'in the unit of the row; decimal commas and thousands marks are understood',
  },
  {
    column: 'operator',
    paths: either('operator'),
    rule: 'of a bound, whose value is no exact one; also where it is printed before the number',
  },
  {
    column: 'value_text',
    paths: either('text'),
    rule: 'what was printed where it is no plain number',
  },
  {
    column: 'unit',
    paths: either('unit'),
    rule: 'the unit of the code below, where the printed one is known; else as printed',
  },
  {
    column: 'ref_low',
    paths: ofRanges(LOWER_ENDS),
    rule: 'of the range the flag was judged by, else of the only fitting one',
  },
  { column: 'ref_high', paths: ofRanges(UPPER_ENDS), rule: 'of the same range' },
  {
    column: 'ref_low, ref_high',
    paths: [...ofRanges(RANGE_TYPES), ...ofResult(...CONTEXT, `${SINGLE_RANGE}.context`)],
    rule: 'a range that describes anything but normal, or is for some people alone, is none',
  },
  {
    column: 'status',
    paths: either('flags'),
    rule: 'the first flag that says something, else value and range',
  },
  {
    column: 'draw_date',
    paths: [...either('date'), 'data.collection_date', 'data.report_date', 'occurred_at'],
    rule:
      'the first that there is, else the date of receipt; one of the lab that cannot be read refuses the result, ' +
      'an occurred_at that cannot be believed is passed over',
  },
  {
    column: 'draw_date',
    paths: ['data.report_locale'],
    rule: 'whether the day stands before the month, and which mark stands before decimals',
  },
  {
    column: 'measured_at',
    paths: [...either('time'), 'data.collection_time'],
    rule: 'beside the date of the specimen',
  },
  {
    column: '(which results belong together)',
    paths: ['data.session_id', 'upload_id'],
    rule: "a session's newest event replaces all that it gave; the upload where it names no session",
  },
  { column: '(whose it is)', paths: ['data.reference_id'], rule: 'an id of a person of ours' },
  { column: '(what it is)', paths: ['type'], rule: 'told by its shape where it is absent' },
];
