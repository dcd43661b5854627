/**
 * Where a result says what, inside the result. Of texts the first that is not blank counts, of flags the first that
 * says something. The readers, the explanation of a value and the page of the mapping all go by these lists.
 */
export type LabPaths = {
  readonly key: readonly string[];
  readonly name: readonly string[];
  readonly specimen: readonly string[];
  readonly loinc: readonly string[];
  readonly unit: readonly string[];
  readonly flags: readonly string[];
  /** The range that the flag was judged by. */
  readonly applied: string;
  readonly date: string;
  readonly time: string;
  /** Of a number, in the order in which they are tried. */
  readonly value: readonly string[];
  readonly operator: readonly string[];
  /** Of what is no plain number. */
  readonly text: readonly string[];
};

/** `{source, biomarker, measurement, interpretation, reference_ranges}` */
export const LAYERED_PATHS: LabPaths = {
  key: ['biomarker.key'],
  name: ['source.name', 'biomarker.display_name'],
  specimen: ['biomarker.specimen', 'source.specimen'],
  loinc: ['biomarker.loinc_code'],
  unit: ['measurement.ucum_code', 'measurement.units', 'source.units'],
  flags: ['interpretation.flag', 'interpretation.flag_raw', 'source.flag'],
  applied: 'interpretation.applied_range',
  date: 'source.collection_date',
  time: 'source.collection_time',
  value: ['measurement.numeric', 'measurement.bounded.value', 'measurement.text', 'source.value'],
  operator: ['measurement.bounded.operator', 'measurement.text', 'source.value'],
  text: [
    'measurement.qualitative.text',
    'measurement.qualitative.code',
    'measurement.qualitative',
    'measurement.text',
    'source.value',
    'measurement.bounded.value',
  ],
};

export const FLAT_PATHS: LabPaths = {
  key: ['biomarker', 'code'],
  name: ['original_name', 'display_name', 'name'],
  specimen: ['specimen'],
  loinc: ['loinc_code', 'loinc'],
  unit: ['ucum_code', 'display_units', 'unit', 'units'],
  flags: ['flag', 'classification'],
  applied: 'applied_range',
  date: 'collection_date',
  time: 'collection_time',
  value: ['value', 'value_gt', 'value_lt', 'raw_value'],
  operator: ['value_gt', 'value_lt', 'raw_value', 'value'],
  text: ['value', 'raw_value', 'value_gt', 'value_lt', 'qualitative_value'],
};

/** Ranges beside the applied one: a single one, or an array of several. */
export const SINGLE_RANGE = 'reference_range';
export const SEVERAL_RANGES = 'reference_ranges';

/** The ends of a range. */
export const LOWER_ENDS = ['lower', 'lower_bound', 'low'] as const;
export const UPPER_ENDS = ['upper', 'upper_bound', 'high'] as const;
/** What kind of values a range says that it describes. */
export const RANGE_TYPES = ['type', 'classification'] as const;
