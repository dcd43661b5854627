import type { JsonObject } from '../json.ts';
import type { LabResult } from './panel.ts';
import { flagOf, printedValue } from './reading.ts';

/** The names of the oldest payloads. */
export function classicResult(result: LabResult): JsonObject {
  return {
    biomarker: result.key,
    original_name: result.printedName,
    ...valueMembers(result),
    display_units: result.unit,
    classification: flagOf(result),
    reference_ranges: [
      { lower_bound: result.low, upper_bound: result.high, classification: 'normal', context: null },
    ],
  };
}

/** A flat result under other names, with one range. */
export function flatResult(result: LabResult, collectionDate: string): JsonObject {
  return {
    code: result.key,
    name: result.printedName,
    ...valueMembers(result),
    unit: result.unit,
    flag: flagOf(result),
    collection_date: collectionDate,
    reference_range: { low: result.low, high: result.high },
  };
}

export function envelopeFlatResult(result: LabResult, collectionDate: string): JsonObject {
  return {
    biomarker: result.key,
    display_name: result.printedName,
    ...valueMembers(result),
    units: result.unit,
    ucum_code: result.ucum,
    flag: flagOf(result),
    collection_date: collectionDate,
    reference_ranges: [{ lower_bound: result.low, upper_bound: result.high, classification: 'normal' }],
  };
}

export function layeredResult(result: LabResult, collectionDate: string, panelId: number): JsonObject {
  const flag = flagOf(result);
  const range = { lower: result.low ?? undefined, upper: result.high ?? undefined };
  const hasRange = result.low !== null || result.high !== null;
  return {
    source: {
      name: result.printedName,
      panel: result.panel,
      value: printedValue(result.measured),
      units: result.unit ?? undefined,
      flag: flag === 'high' ? 'H' : flag === 'low' ? 'L' : undefined,
      reference_text: hasRange ? `${result.low ?? ''} - ${result.high ?? ''}`.trim() : undefined,
      collection_date: collectionDate,
      collection_time: '08:10',
    },
    biomarker: {
      key: result.key,
      display_name: result.printedName,
      loinc_code: result.loinc ?? undefined,
      panel_id: panelId,
    },
    measurement: measurement(result),
    interpretation: {
      flag,
      source: flag === null ? 'none' : 'report',
      applied_range: hasRange ? range : undefined,
    },
    reference_ranges: hasRange ? [{ ...range, type: 'normal' }] : [],
  };
}

function measurement({ measured, unit, ucum }: LabResult): JsonObject {
  const units = { units: unit ?? undefined, ucum_code: ucum ?? undefined };
  switch (measured.kind) {
    case 'numeric':
      return { type: 'numeric', numeric: measured.value, ...units };
    case 'bounded':
      return { type: 'bounded', bounded: { operator: measured.operator, value: measured.value }, ...units };
    case 'qualitative':
      return { type: 'qualitative', qualitative: { text: measured.text, code: measured.code } };
    case 'text':
      return { type: 'text', text: measured.text };
    case 'absent':
      return { type: 'absent', absent_reason: measured.reason };
  }
}

function valueMembers({ measured }: LabResult): JsonObject {
  return {
    value: measured.kind === 'numeric' ? measured.value : null,
    value_gt: measured.kind === 'bounded' && measured.operator === 'gt' ? measured.value : null,
    value_lt: measured.kind === 'bounded' && measured.operator === 'lt' ? measured.value : null,
    raw_value: printedValue(measured),
    qualitative_value: measured.kind === 'qualitative' ? measured.text : null,
  };
}
