import { isJsonObject, valueAt } from './json-path.ts';
import type { DatedField } from './lab-date.ts';
import { boundsOf, type DeliveredRange, isKnown, onlyRange } from './lab-range.ts';
import { flatReading, type LabReading, layeredReading, type ResultContext } from './lab-reading.ts';
import type { ReferenceRange } from './lab-status.ts';
import { storableText } from './text.ts';
import type { JsonObject } from './types.ts';

/** One result of a lab report, as printed: nothing is converted yet. */
export type LabResult = {
  /** Terra's slug of the biomarker, null where it matched none. */
  readonly key: string | null;
  /** What the lab printed. */
  readonly name: string | null;
  readonly specimen: string | null;
  readonly loinc: string | null;
  readonly collected: DatedField;
  readonly reading: LabReading;
  readonly unit: string | null;
  readonly range: ReferenceRange;
  /** The lab's words on whether it is normal, the first that says something decides. */
  readonly flags: readonly unknown[];
  readonly delivered: JsonObject;
};

const LAYERS = ['source', 'biomarker', 'measurement', 'interpretation'] as const;
const FLAT_FIELDS = [
  'biomarker',
  'code',
  'original_name',
  'display_name',
  'name',
  'value',
  'value_gt',
  'value_lt',
  'raw_value',
  'qualitative_value',
] as const;

/** Reads a flat or a layered result; null for anything that is neither. */
export function readLabResult(result: unknown, context: ResultContext): LabResult | null {
  if (!isJsonObject(result)) return null;
  if (LAYERS.some((layer) => isJsonObject(valueAt(result, layer)))) return layeredResult(result, context);
  return FLAT_FIELDS.some((field) => Object.hasOwn(result, field)) ? flatResult(result, context) : null;
}

/**
 * `{source: {name, value, units, collection_date, collection_time}, biomarker: {key, specimen, loinc_code},
 * measurement: {numeric | bounded | qualitative | text, units, ucum_code}, interpretation: {flag, flag_raw,
 * applied_range}, reference_ranges}`
 */
function layeredResult(result: JsonObject, context: ResultContext): LabResult {
  return {
    key: firstText(result, ['biomarker.key']),
    name: firstText(result, ['source.name', 'biomarker.display_name']),
    specimen: firstText(result, ['biomarker.specimen', 'source.specimen']),
    loinc: firstText(result, ['biomarker.loinc_code']),
    collected: {
      value: valueAt(result, 'source.collection_date'),
      path: `${context.path}.source.collection_date`,
      collected: { time: valueAt(result, 'source.collection_time') },
    },
    reading: layeredReading(result, context),
    unit: firstText(result, ['measurement.ucum_code', 'measurement.units', 'source.units']),
    range: rangeOf(result, 'interpretation.applied_range', context),
    flags: ['interpretation.flag', 'interpretation.flag_raw', 'source.flag'].map((path) =>
      valueAt(result, path),
    ),
    delivered: result,
  };
}

/**
 * `{biomarker | code, original_name | display_name | name, value, value_gt, value_lt, raw_value, qualitative_value,
 * display_units | unit | units, ucum_code, flag, classification, collection_date, collection_time, specimen,
 * loinc_code, reference_ranges | reference_range}`
 */
function flatResult(result: JsonObject, context: ResultContext): LabResult {
  return {
    key: firstText(result, ['biomarker', 'code']),
    name: firstText(result, ['original_name', 'display_name', 'name']),
    specimen: firstText(result, ['specimen']),
    loinc: firstText(result, ['loinc_code', 'loinc']),
    collected: {
      value: valueAt(result, 'collection_date'),
      path: `${context.path}.collection_date`,
      collected: { time: valueAt(result, 'collection_time') },
    },
    reading: flatReading(result, context),
    unit: firstText(result, ['ucum_code', 'display_units', 'unit', 'units']),
    range: rangeOf(result, 'applied_range', context),
    flags: [valueAt(result, 'flag'), valueAt(result, 'classification')],
    delivered: result,
  };
}

/** The range that the flag was judged by, else the single `reference_range`, else the only fitting of the others. */
function rangeOf(result: JsonObject, appliedAt: string, context: ResultContext): ReferenceRange {
  const { path, mark, notices } = context;
  const at = (field: string): DeliveredRange => ({ range: valueAt(result, field), path: `${path}.${field}` });
  const applied = boundsOf(at(appliedAt), mark, notices);
  if (isKnown(applied)) return applied;
  const single = onlyRange([at('reference_range')], mark, notices);
  if (isKnown(single)) return single;
  const ranges = valueAt(result, 'reference_ranges');
  if (!Array.isArray(ranges)) return single;
  return onlyRange(
    ranges.map((range, index) => ({ range, path: `${path}.reference_ranges[${index}]` })),
    mark,
    notices,
  );
}

function firstText(result: JsonObject, paths: readonly string[]): string | null {
  for (const path of paths) {
    const text = storableText(valueAt(result, path))?.trim();
    if (text !== undefined) return text;
  }
  return null;
}
