import { describe, expect, it } from 'vitest';
import { readLabResult } from './lab-result.ts';
import type { Notice } from './types.ts';

const EMPTY = {
  key: null,
  name: null,
  collectionDate: undefined,
  measured: null,
  unit: null,
  range: { low: null, high: null },
};

/** What is read of a result, without the result itself. */
function read(result: unknown): object | null {
  const found = readLabResult(result, 'results[0]', []);
  if (found === null) return null;
  const { delivered: _delivered, flags: _flags, ...rest } = found;
  return rest;
}

function notices(result: unknown): readonly Notice[] {
  const found: Notice[] = [];
  readLabResult(result, 'results[0]', found);
  return found;
}

describe('a layered result', () => {
  it('is read whole', () => {
    const result = {
      source: { name: 'Haemoglobin', value: '14.2', units: 'g/dl', collection_date: '2026-02-28' },
      biomarker: { key: 'hemoglobin', display_name: 'Hemoglobin', loinc_code: '718-7' },
      measurement: { type: 'numeric', numeric: 14.2, units: 'g/dL', ucum_code: 'g/dL' },
      interpretation: { flag: 'normal', source: 'report', applied_range: { lower: 12, upper: 16 } },
      reference_ranges: [{ lower: 1, upper: 2 }],
    };
    expect(readLabResult(result, 'results[0]', [])).toEqual({
      key: 'hemoglobin',
      name: 'Haemoglobin',
      collectionDate: '2026-02-28',
      measured: { value: 14.2, bound: null },
      unit: 'g/dL',
      range: { low: 12, high: 16 },
      flags: ['normal'],
      delivered: result,
    });
  });

  it.each([
    ['a name by Terra', { biomarker: { key: null, display_name: 'Ferritin' } }, { name: 'Ferritin' }],
    [
      'a lower bound',
      { measurement: { bounded: { operator: 'gt', value: 90 } } },
      { measured: { value: 90, bound: 'above' } },
    ],
    [
      'an upper bound',
      { measurement: { bounded: { operator: 'lt', value: 0.5 } } },
      { measured: { value: 0.5, bound: 'below' } },
    ],
    [
      'an unknown bound',
      { measurement: { bounded: { operator: 'about', value: 5 } } },
      { measured: { value: 5, bound: null } },
    ],
    ['a text', { measurement: { type: 'text', text: 'see note' } }, {}],
    ['a quality', { measurement: { type: 'qualitative', qualitative: { text: 'negative' } } }, {}],
    ['an absent value', { measurement: { type: 'absent', absent_reason: 'haemolysed' } }, {}],
    ['the printed unit', { measurement: { units: 'mg/dl' }, source: { units: 'x' } }, { unit: 'mg/dl' }],
    [
      "the source's unit",
      { measurement: { ucum_code: null, units: ' ' }, source: { units: ' x ' } },
      { unit: 'x' },
    ],
    ['the only range', { source: {}, reference_ranges: [{ lower: 1 }] }, { range: { low: 1, high: null } }],
    [
      'an applied range without bounds, which is none',
      { interpretation: { applied_range: {} }, reference_ranges: [{ upper: 2 }] },
      { range: { low: null, high: 2 } },
    ],
    [
      'several ranges of which none applies',
      { source: {}, reference_ranges: [{ lower: 1 }, { lower: 2 }] },
      {},
    ],
  ])('has %s', (_what, result, expected) => {
    expect(read(result)).toEqual({ ...EMPTY, ...expected });
  });

  it('tells what is no number', () => {
    const result = {
      measurement: { numeric: '14.2', bounded: { value: true } },
      interpretation: { applied_range: { lower: '1' } },
    };
    expect(read(result)).toEqual(EMPTY);
    expect(notices(result)).toEqual([
      { path: 'results[0].measurement.numeric', reason: 'not_a_number' },
      { path: 'results[0].measurement.bounded.value', reason: 'not_a_number' },
      { path: 'results[0].interpretation.applied_range.lower', reason: 'not_a_number' },
    ]);
  });
});

describe('a flat result', () => {
  it('is read whole', () => {
    const result = {
      biomarker: 'glucose',
      code: 'other',
      original_name: 'Glucose, serum',
      display_name: 'Glucose',
      value: 92,
      value_gt: 1,
      ucum_code: 'mg/dL',
      display_units: 'x',
      flag: null,
      classification: 'normal',
      collection_date: '2026-02-28',
      reference_range: { low: 70, high: 99 },
      reference_ranges: [{ lower_bound: 1 }],
    };
    expect(readLabResult(result, 'results[0]', [])).toEqual({
      key: 'glucose',
      name: 'Glucose, serum',
      collectionDate: '2026-02-28',
      measured: { value: 92, bound: null },
      unit: 'mg/dL',
      range: { low: 70, high: 99 },
      flags: [null, 'normal'],
      delivered: result,
    });
  });

  it.each([
    ['code for a key', { code: 'ferritin' }, { key: 'ferritin' }],
    ['no key', { biomarker: null }, {}],
    ['display_name', { display_name: 'Iron' }, { name: 'Iron' }],
    ['name', { original_name: '', name: 'Iron' }, { name: 'Iron' }],
    ['a plain number as text', { value: ' 5.4 ' }, { measured: { value: 5.4, bound: null } }],
    ['an exponent as text', { value: '-1.5e-3' }, { measured: { value: -0.0015, bound: null } }],
    [
      'a bound above',
      { value: null, value_gt: 90, value_lt: 100 },
      { measured: { value: 90, bound: 'above' } },
    ],
    ['a bound below', { value: 'low', value_lt: '0.5' }, { measured: { value: 0.5, bound: 'below' } }],
    ['a text', { value: 'negative' }, {}],
    ['a bound as text', { value: '<0.5' }, {}],
    ['a number with a comma', { value: '5,4' }, {}],
    ['a hexadecimal number', { value: '0x10' }, {}],
    ['no number but blank', { value: ' ' }, {}],
    ['infinity', { value: 'Infinity' }, {}],
    ['a quality', { qualitative_value: 'positive' }, {}],
    ['a raw value, which is only printed', { raw_value: '5.4' }, {}],
    ['display_units', { value: null, display_units: 'mg/dl', unit: 'y' }, { unit: 'mg/dl' }],
    ['unit', { value: null, unit: 'mg/dl', units: 'z' }, { unit: 'mg/dl' }],
    ['units', { value: null, units: 'mg/dl' }, { unit: 'mg/dl' }],
    [
      'the only range',
      { name: null, reference_ranges: [{ lower_bound: 1, upper_bound: '2' }] },
      { range: { low: 1, high: 2 } },
    ],
    ['several ranges', { name: null, reference_ranges: [{ lower_bound: 1 }, { lower_bound: 2 }] }, {}],
  ])('has %s', (_what, result, expected) => {
    expect(read(result)).toEqual({ ...EMPTY, ...expected });
    expect(notices(result)).toEqual([]);
  });

  it('tells what is no number', () => {
    const result = { value: true, reference_range: { low: {} } };
    expect(notices(result)).toEqual([
      { path: 'results[0].reference_range.low', reason: 'not_a_number' },
      { path: 'results[0].value', reason: 'not_a_number' },
    ]);
    expect(notices({ value: Number.POSITIVE_INFINITY })).toEqual([
      { path: 'results[0].value', reason: 'out_of_range' },
    ]);
  });

  it('is not scanned for a number beyond what anybody prints', () => {
    expect(read({ value: '1'.repeat(41) })).toEqual(EMPTY);
  });
});

it.each([[null], ['text'], [7], [[]], [{}], [{ colour: 'red' }]])('%j is no result', (result) => {
  expect(read(result)).toBeNull();
});
