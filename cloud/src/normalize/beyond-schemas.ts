import type { ModelName } from './known-fields.ts';

/** Fields that are read although Terra's published schemas do not have them, and why. */
export const BEYOND_SCHEMAS: readonly {
  readonly model: ModelName;
  readonly reason: string;
  readonly paths: readonly string[];
}[] = [
  {
    model: 'daily',
    reason: 'some providers send the deviation of the skin with the day instead of with the sleep',
    paths: ['temperature_data.delta'],
  },
  {
    model: 'lab_report',
    reason:
      'the flat results that Terra sent before the layered ones, and still holds for reports of that time',
    paths: ofResult(
      'biomarker',
      'code',
      'original_name',
      'display_name',
      'name',
      'specimen',
      'loinc_code',
      'loinc',
      'value',
      'value_gt',
      'value_lt',
      'raw_value',
      'qualitative_value',
      'ucum_code',
      'display_units',
      'unit',
      'units',
      'flag',
      'classification',
      'collection_date',
      'collection_time',
      ...['applied_range', 'reference_range'].flatMap((range) => [
        ...boundsOf(range, ['lower', 'lower_bound', 'low']),
        ...boundsOf(range, ['upper', 'upper_bound', 'high']),
      ]),
      ...['applied_range', 'reference_range'].flatMap((range) => [
        `${range}.type`,
        `${range}.classification`,
      ]),
      'reference_range.context',
    ),
  },
  {
    model: 'lab_report',
    reason: 'other names of the same fields, seen in deliveries',
    paths: [
      ...ofResult(
        'source.specimen',
        'measurement.qualitative',
        ...['interpretation.applied_range', 'reference_ranges[]'].flatMap((range) => [
          ...boundsOf(range, ['lower_bound', 'low']),
          ...boundsOf(range, ['upper_bound', 'high']),
        ]),
        'interpretation.applied_range.type',
        'interpretation.applied_range.classification',
        'reference_ranges[].classification',
      ),
      'data.collection_date',
      'data.collection_time',
    ],
  },
];

function ofResult(...names: readonly string[]): readonly string[] {
  return names.map((name) => `data.results[].${name}`);
}

function boundsOf(range: string, names: readonly string[]): readonly string[] {
  return names.map((name) => `${range}.${name}`);
}
