import { type FieldReader, fieldReader } from './field-reader.ts';
import { entriesAt, isJsonObject, valueAt } from './json-path.ts';
import type { LabValue, ReferenceRange } from './lab-status.ts';
import { ANY_NUMBER } from './ranges.ts';
import { storableText } from './text.ts';
import type { JsonObject, Notice } from './types.ts';

/** One result of a lab report, as printed: nothing is converted yet. */
export type LabResult = {
  /** Terra's slug of the biomarker, null where it matched none. */
  readonly key: string | null;
  /** What the lab printed. */
  readonly name: string | null;
  readonly collectionDate: unknown;
  /** Null for a text, or an absent value. */
  readonly measured: LabValue | null;
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

/** Reads a flat or a layered result; null for anything that is neither. `at` is its path. */
export function readLabResult(result: unknown, at: string, notices: Notice[]): LabResult | null {
  if (!isJsonObject(result)) return null;
  const fields = fieldReader(result, at, notices);
  if (LAYERS.some((layer) => isJsonObject(valueAt(result, layer))))
    return layeredResult(result, fields, at, notices);
  return FLAT_FIELDS.some((field) => Object.hasOwn(result, field))
    ? flatResult(result, fields, at, notices)
    : null;
}

/**
 * `{source: {name, value, units, collection_date}, biomarker: {key}, measurement: {numeric, bounded:
 * {operator, value}, units, ucum_code}, interpretation: {flag, applied_range}, reference_ranges}`
 */
function layeredResult(result: JsonObject, fields: FieldReader, at: string, notices: Notice[]): LabResult {
  const numeric = fields.number('measurement.numeric', ANY_NUMBER);
  const bounded = numeric ?? fields.number('measurement.bounded.value', ANY_NUMBER);
  const operator = numeric === null ? valueAt(result, 'measurement.bounded.operator') : null;
  const bound = operator === 'lt' ? 'below' : operator === 'gt' ? 'above' : null;
  const applied = {
    low: fields.number('interpretation.applied_range.lower', ANY_NUMBER),
    high: fields.number('interpretation.applied_range.upper', ANY_NUMBER),
  };
  return {
    key: firstText(result, ['biomarker.key']),
    name: firstText(result, ['source.name', 'biomarker.display_name']),
    collectionDate: valueAt(result, 'source.collection_date'),
    measured: bounded === null ? null : { value: bounded, bound },
    unit: firstText(result, ['measurement.ucum_code', 'measurement.units', 'source.units']),
    range: isKnown(applied) ? applied : onlyRange(result, at, notices),
    flags: [valueAt(result, 'interpretation.flag')],
    delivered: result,
  };
}

/**
 * `{biomarker | code, original_name | display_name | name, value, value_gt, value_lt, display_units | unit |
 * units, ucum_code, flag, classification, collection_date, reference_ranges | reference_range}`
 */
function flatResult(result: JsonObject, fields: FieldReader, at: string, notices: Notice[]): LabResult {
  const single = {
    low: fields.numberOrText('reference_range.low', ANY_NUMBER),
    high: fields.numberOrText('reference_range.high', ANY_NUMBER),
  };
  return {
    key: firstText(result, ['biomarker', 'code']),
    name: firstText(result, ['original_name', 'display_name', 'name']),
    collectionDate: valueAt(result, 'collection_date'),
    measured: flatValue(fields),
    unit: firstText(result, ['ucum_code', 'display_units', 'unit', 'units']),
    range: isKnown(single) ? single : onlyRange(result, at, notices),
    flags: [valueAt(result, 'flag'), valueAt(result, 'classification')],
    delivered: result,
  };
}

function flatValue(fields: FieldReader): LabValue | null {
  const value = fields.numberOrText('value', ANY_NUMBER);
  if (value !== null) return { value, bound: null };
  const above = fields.numberOrText('value_gt', ANY_NUMBER);
  if (above !== null) return { value: above, bound: 'above' };
  const below = fields.numberOrText('value_lt', ANY_NUMBER);
  return below === null ? null : { value: below, bound: 'below' };
}

/** The bounds of `reference_ranges` where it has one entry. Of several entries it is not told which one applies. */
function onlyRange(result: JsonObject, at: string, notices: Notice[]): ReferenceRange {
  const ranges = entriesAt(result, 'reference_ranges');
  if (ranges.length !== 1) return { low: null, high: null };
  const fields = fieldReader(ranges[0], `${at}.reference_ranges[0]`, notices);
  return {
    low: fields.numberOrText('lower', ANY_NUMBER) ?? fields.numberOrText('lower_bound', ANY_NUMBER),
    high: fields.numberOrText('upper', ANY_NUMBER) ?? fields.numberOrText('upper_bound', ANY_NUMBER),
  };
}

function isKnown(range: ReferenceRange): boolean {
  return range.low !== null || range.high !== null;
}

function firstText(result: JsonObject, paths: readonly string[]): string | null {
  for (const path of paths) {
    const text = storableText(valueAt(result, path))?.trim();
    if (text !== undefined) return text;
  }
  return null;
}
