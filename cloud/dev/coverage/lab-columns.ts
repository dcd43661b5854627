import type { OtherColumn } from './other-columns.ts';

const RESULT = 'data.results[]';
const LOWER = ['lower', 'lower_bound', 'low'] as const;
const UPPER = ['upper', 'upper_bound', 'high'] as const;
const RANGES = ['reference_range', 'reference_ranges[]'] as const;

function ofResult(...names: readonly string[]): readonly string[] {
  return names.map((name) => `${RESULT}.${name}`);
}

function bounds(names: readonly string[]): readonly string[] {
  return ['interpretation.applied_range', 'applied_range', ...RANGES].flatMap((range) =>
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
].map((name) => `reference_ranges[].context.${name}`);

/** The columns of a row of `terra_lab`. Of a layered result the first paths, of a flat one those without layers. */
export const LAB_COLUMNS: readonly OtherColumn[] = [
  {
    column: 'code',
    paths: ofResult('biomarker.key', 'biomarker', 'code'),
    rule: 'in lower case, spaces and hyphens as underscores, through the aliases',
  },
  {
    column: 'code',
    paths: ofResult('source.name', 'biomarker.display_name', 'original_name', 'display_name', 'name'),
    rule: 'only where there is no key: unmatched: and the words of the name',
  },
  {
    column: 'specimen, code',
    paths: ofResult('biomarker.specimen', 'source.specimen', 'specimen'),
    rule: 'one that is not blood stands behind the code: creatinine_urine',
  },
  { column: 'loinc', paths: ofResult('biomarker.loinc_code', 'loinc_code', 'loinc'), rule: 'as delivered' },
  {
    column: 'value',
    paths: ofResult(
      'measurement.numeric',
      'measurement.bounded.value',
      'source.value',
      'value',
      'value_gt',
      'value_lt',
      'raw_value',
    ),
    rule: 'in the unit of the row; decimal commas and thousands marks are understood',
  },
  {
    column: 'operator',
    paths: ofResult('measurement.bounded.operator', 'value_gt', 'value_lt'),
    rule: 'of a bound, whose value is no exact one; also where it is printed before the number',
  },
  {
    column: 'value_text',
    paths: ofResult(
      'measurement.qualitative.text',
      'measurement.qualitative',
      'measurement.qualitative.code',
      'measurement.text',
      'source.value',
      'qualitative_value',
      'value',
      'raw_value',
    ),
    rule: 'what was printed where it is no plain number',
  },
  {
    column: 'unit',
    paths: ofResult(
      'measurement.ucum_code',
      'measurement.units',
      'source.units',
      'ucum_code',
      'display_units',
      'unit',
      'units',
    ),
    rule: 'the unit of the code below, where the printed one is known; else as printed',
  },
  {
    column: 'ref_low',
    paths: bounds(LOWER),
    rule: 'of the range the flag was judged by, else of the only fitting one',
  },
  { column: 'ref_high', paths: bounds(UPPER), rule: 'of the same range' },
  {
    column: 'ref_low, ref_high',
    paths: ofResult(
      ...RANGES.flatMap((range) => [`${range}.type`, `${range}.classification`]),
      ...CONTEXT,
      'reference_range.context',
    ),
    rule: 'a range that describes anything but normal, or is for some people alone, is none',
  },
  {
    column: 'status',
    paths: ofResult(
      'interpretation.flag',
      'interpretation.flag_raw',
      'source.flag',
      'flag',
      'classification',
    ),
    rule: 'the first flag that says something, else value and range',
  },
  {
    column: 'draw_date',
    paths: [
      ...ofResult('source.collection_date', 'collection_date'),
      'data.collection_date',
      'data.report_date',
      'occurred_at',
    ],
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
    paths: [...ofResult('source.collection_time', 'collection_time'), 'data.collection_time'],
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
