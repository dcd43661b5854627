import { describe, expect, it } from 'vitest';
import { readLabResult } from './lab-result.ts';
import type { Notice } from './types.ts';

const EMPTY = {
  key: null,
  name: null,
  specimen: null,
  loinc: null,
  reading: { value: null, operator: null, text: null },
  unit: null,
  range: { low: null, high: null },
};

/** What is read of a result, without the result itself. */
function read(result: unknown): object | null {
  const found = readLabResult(result, { path: 'results[0]', mark: null, notices: [] });
  if (found === null) return null;
  const { delivered: _delivered, flags: _flags, collected: _collected, ...rest } = found;
  return rest;
}

function notices(result: unknown): readonly Notice[] {
  const found: Notice[] = [];
  readLabResult(result, { path: 'results[0]', mark: null, notices: found });
  return found;
}

describe('a layered result', () => {
  it('is read whole', () => {
    const result = {
      source: {
        name: 'Haemoglobin',
        value: '14.2',
        units: 'g/dl',
        collection_date: '2026-02-28',
        collection_time: '07:40',
      },
      biomarker: { key: 'hemoglobin', display_name: 'Hemoglobin', loinc_code: '718-7', specimen: 'Blood' },
      measurement: { type: 'numeric', numeric: 14.2, units: 'g/dL', ucum_code: 'g/dL' },
      interpretation: { flag: 'normal', source: 'report', applied_range: { lower: 12, upper: 16 } },
      reference_ranges: [{ lower: 1, upper: 2 }],
    };
    expect(readLabResult(result, { path: 'results[0]', mark: null, notices: [] })).toEqual({
      key: 'hemoglobin',
      name: 'Haemoglobin',
      specimen: 'Blood',
      loinc: '718-7',
      collected: {
        value: '2026-02-28',
        path: 'results[0].source.collection_date',
        collected: { time: '07:40', timePath: 'results[0].source.collection_time' },
      },
      reading: { value: 14.2, operator: null, text: null },
      unit: 'g/dL',
      range: { low: 12, high: 16 },
      flags: ['normal', undefined, undefined],
      delivered: result,
    });
  });

  it.each([
    ['a name by Terra', { biomarker: { key: null, display_name: 'Ferritin' } }, { name: 'Ferritin' }],
    [
      'a lower bound',
      { measurement: { bounded: { operator: 'gt', value: 90 } } },
      { reading: { value: 90, operator: '>', text: '>90' } },
    ],
    [
      'an upper bound',
      { measurement: { bounded: { operator: 'lt', value: 0.5 } } },
      { reading: { value: 0.5, operator: '<', text: '<0.5' } },
    ],
    [
      'an unknown bound',
      { measurement: { bounded: { operator: 'about', value: 5 } } },
      { reading: { value: null, operator: null, text: 'about 5' } },
    ],
    [
      'a text',
      { measurement: { type: 'text', text: 'see note' } },
      { reading: { value: null, operator: null, text: 'see note' } },
    ],
    [
      'a number that was taken for a text',
      { measurement: { type: 'text', text: '5,4' } },
      { reading: { value: 5.4, operator: null, text: null } },
    ],
    [
      'a bound as the report printed it',
      { source: { value: '≥ 60' }, measurement: { numeric: 60 } },
      { reading: { value: 60, operator: '>=', text: '≥ 60' } },
    ],
    [
      'a quality',
      { measurement: { type: 'qualitative', qualitative: { text: 'negative' } } },
      { reading: { value: null, operator: null, text: 'negative' } },
    ],
    [
      'a quality by its code',
      { measurement: { type: 'qualitative', qualitative: { text: ' ', code: 'neg' } } },
      { reading: { value: null, operator: null, text: 'neg' } },
    ],
    [
      'a quality in a word',
      { measurement: { type: 'qualitative', qualitative: 'negative' } },
      { reading: { value: null, operator: null, text: 'negative' } },
    ],
    ['an absent value', { measurement: { type: 'absent', absent_reason: 'haemolysed' } }, {}],
    [
      'an absent value, printed',
      { source: { value: 'haemolysed' }, measurement: { type: 'absent' } },
      { reading: { value: null, operator: null, text: 'haemolysed' } },
    ],
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
      'an applied range that describes other than normal values, which is none',
      { interpretation: { applied_range: { lower: 240, type: 'high' } } },
      {},
    ],
    [
      'several ranges of which none applies',
      { source: {}, reference_ranges: [{ lower: 1 }, { lower: 2 }] },
      {},
    ],
  ])('has %s', (_what, result, expected) => {
    expect(read(result)).toEqual({ ...EMPTY, ...expected });
  });

  it('with a sign that is no text is read all the same', () => {
    const result = { measurement: { bounded: { operator: { toString: 1 }, value: 5 } } };
    expect(read(result)).toEqual({ ...EMPTY, reading: { value: null, operator: null, text: '? 5' } });
  });

  it('tells what is no number', () => {
    const result = {
      measurement: { numeric: [14.2], bounded: { value: true } },
      interpretation: { applied_range: { lower: true } },
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
    expect(readLabResult(result, { path: 'results[0]', mark: null, notices: [] })).toEqual({
      key: 'glucose',
      name: 'Glucose, serum',
      specimen: null,
      loinc: null,
      collected: {
        value: '2026-02-28',
        path: 'results[0].collection_date',
        collected: { time: undefined, timePath: 'results[0].collection_time' },
      },
      reading: { value: 92, operator: null, text: null },
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
    ['a plain number as text', { value: ' 5.4 ' }, { reading: { value: 5.4, operator: null, text: null } }],
    [
      'an exponent as text',
      { value: '-1.5e-3' },
      { reading: { value: -0.0015, operator: null, text: null } },
    ],
    [
      'a range',
      { value: null, value_gt: 3, value_lt: 5, biomarker: 'x' },
      { key: 'x', reading: { value: null, operator: null, text: '3-5' } },
    ],
    [
      'a range as printed',
      { raw_value: '3 - 5', value_gt: 3, value_lt: 5 },
      { reading: { value: null, operator: null, text: '3 - 5' } },
    ],
    ['a bound above', { value_gt: 90 }, { reading: { value: 90, operator: '>', text: '>90' } }],
    [
      'a bound beside its own value',
      { value: 0.3, value_lt: 0.3 },
      { reading: { value: 0.3, operator: '<', text: '<0.3' } },
    ],
    [
      'a bound below',
      { value: 'low', value_lt: '0.5' },
      { reading: { value: 0.5, operator: '<', text: '<0.5' } },
    ],
    ['a text', { value: 'negative' }, { reading: { value: null, operator: null, text: 'negative' } }],
    ['a bound as text', { value: '<0.5' }, { reading: { value: 0.5, operator: '<', text: '<0.5' } }],
    ['a number with a comma', { value: '5,4' }, { reading: { value: 5.4, operator: null, text: null } }],
    ['a hexadecimal number', { value: '0x10' }, { reading: { value: null, operator: null, text: '0x10' } }],
    ['no number but blank', { value: ' ' }, {}],
    ['infinity', { value: 'Infinity' }, { reading: { value: null, operator: null, text: 'Infinity' } }],
    [
      'a quality',
      { qualitative_value: 'positive' },
      { reading: { value: null, operator: null, text: 'positive' } },
    ],
    ['a raw value alone', { raw_value: '99' }, { reading: { value: 99, operator: null, text: null } }],
    [
      'a raw value that is a bound',
      { value: 0.3, raw_value: '<0.3' },
      { reading: { value: 0.3, operator: '<', text: '<0.3' } },
    ],
    ['a marked number', { value: '99*' }, { reading: { value: 99, operator: null, text: null } }],
    ['display_units', { value: null, display_units: 'mg/dl', unit: 'y' }, { unit: 'mg/dl' }],
    ['unit', { value: null, unit: 'mg/dl', units: 'z' }, { unit: 'mg/dl' }],
    ['units', { value: null, units: 'mg/dl' }, { unit: 'mg/dl' }],
    [
      'the only range',
      { name: null, reference_ranges: [{ lower_bound: 1, upper_bound: '2' }] },
      { range: { low: 1, high: 2 } },
    ],
    [
      'a range of somebody',
      { name: null, reference_ranges: [{ lower_bound: 1, context: { sex: 'male' } }] },
      {},
    ],
    ['several ranges', { name: null, reference_ranges: [{ lower_bound: 1 }, { lower_bound: 2 }] }, {}],
  ])('has %s', (_what, result, expected) => {
    expect(read(result)).toEqual({ ...EMPTY, ...expected });
    expect(notices(result)).toEqual([]);
  });

  it('tells what is no number', () => {
    const result = { value: true, reference_range: { low: {} } };
    expect(notices(result)).toEqual([
      { path: 'results[0].value', reason: 'not_a_number' },
      { path: 'results[0].reference_range.low', reason: 'not_a_number' },
    ]);
    expect(notices({ value: Number.POSITIVE_INFINITY })).toEqual([
      { path: 'results[0].value', reason: 'out_of_range' },
    ]);
  });

  it('is not scanned for a number beyond what anybody prints', () => {
    const printed = '1'.repeat(41);
    expect(read({ value: printed })).toEqual({
      ...EMPTY,
      reading: { value: null, operator: null, text: printed },
    });
  });
});

it.each([[null], ['text'], [7], [[]], [{}], [{ colour: 'red' }]])('%j is no result', (result) => {
  expect(read(result)).toBeNull();
});
