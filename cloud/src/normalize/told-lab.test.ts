import { expect, it } from 'vitest';
import { contributionsOf, storedEvent } from './event.fixture.ts';
import { normalizeLabReport } from './lab-report.ts';
import { toldByResult } from './told-lab.ts';

/** Of a report with one result: for each column named the paths, inside the result where they lie there. */
function told(result: object, columns: readonly string[], report: object = {}): Record<string, unknown> {
  const payload = { data: { session_id: 's1', results: [result], ...report } };
  const [found] = contributionsOf(normalizeLabReport(storedEvent('lab_report.completed'), payload)).flatMap(
    (one) => (one.kind === 'biomarker' ? [toldByResult(one, payload)] : []),
  );
  return Object.fromEntries(
    columns.map((column) => [
      column,
      found?.[column]?.paths.map((path) => path.replace('data.results[0].', '')),
    ]),
  );
}

it('names the field of a layered result that gave each column', () => {
  const result = {
    source: { value: '5.2', units: 'mmol/l', collection_date: '2026-02-27', collection_time: '07:40' },
    biomarker: { key: 'ldl', specimen: ' ', loinc_code: '1-2' },
    measurement: { type: 'numeric', numeric: 5.2, units: ' ' },
    interpretation: { flag: null, flag_raw: 'H', applied_range: { upper: 5 } },
    reference_ranges: [{ upper: 4 }],
  };
  expect(told(result, ['value', 'unit', 'ref_high', 'status', 'loinc', 'measured_at'])).toEqual({
    value: ['measurement.numeric'],
    unit: ['source.units'],
    ref_high: ['interpretation.applied_range.upper'],
    status: ['interpretation.flag_raw'],
    loinc: ['biomarker.loinc_code'],
    measured_at: ['source.collection_date', 'source.collection_time'],
  });
});

it('names the range that was taken, where the first is none', () => {
  const result = {
    source: { value: '< 0.3' },
    measurement: { type: 'absent', qualitative: null },
    interpretation: { flag: 'see note', applied_range: { lower: 240, type: 'high' } },
    reference_ranges: [{ upper: 9, context: { sex: 'male' } }, { upper_bound: 5 }],
  };
  expect(told(result, ['value', 'operator', 'value_text', 'ref_low', 'ref_high', 'status'])).toEqual({
    value: ['source.value'],
    operator: ['source.value'],
    value_text: ['source.value'],
    ref_low: ['data.results[0]'],
    ref_high: ['reference_ranges[1].upper_bound'],
    status: ['reference_ranges[1]'],
  });
});

it.each([
  [{ measurement: { numeric: 5 } }, { value: ['measurement.numeric'] }],
  [
    { measurement: { bounded: { operator: 'lt', value: 5 } } },
    {
      value: ['measurement.bounded.value'],
      operator: ['measurement.bounded.operator'],
      value_text: ['measurement.bounded.value'],
    },
  ],
  [
    { measurement: { text: '<5' } },
    { value: ['measurement.text'], operator: ['measurement.text'], value_text: ['measurement.text'] },
  ],
  [{ measurement: { qualitative: { text: 'negative' } } }, { value_text: ['measurement.qualitative.text'] }],
  [{ measurement: { qualitative: { code: 'neg' } } }, { value_text: ['measurement.qualitative.code'] }],
  [{ measurement: { qualitative: 'negative' } }, { value_text: ['measurement.qualitative'] }],
  [
    { source: { value: '<5' } },
    { value: ['source.value'], operator: ['source.value'], value_text: ['source.value'] },
  ],
  [
    { source: { value: 'x', specimen: 'Urine', flag: 'H' } },
    { specimen: ['source.specimen'], status: ['source.flag'] },
  ],
  [
    { value: 5, loinc_code: '1-2' },
    { value: ['value'], loinc: ['loinc_code'] },
  ],
  [
    { value: 5, loinc: '1-2' },
    { value: ['value'], loinc: ['loinc'] },
  ],
  [{ value: '<5' }, { value: ['value'], operator: ['value'], value_text: ['value'] }],
  [{ value_gt: 5 }, { value: ['value_gt'], operator: ['value_gt'], value_text: ['value_gt'] }],
  [{ value_lt: 5 }, { value: ['value_lt'], operator: ['value_lt'], value_text: ['value_lt'] }],
  [{ raw_value: '<5' }, { value: ['raw_value'], operator: ['raw_value'], value_text: ['raw_value'] }],
  [{ qualitative_value: 'negative' }, { value_text: ['qualitative_value'] }],
  [
    { value: 5, applied_range: { upper: 9 } },
    { ref_high: ['applied_range.upper'], status: ['applied_range'] },
  ],
])('names of %j the field that gave each', (result, expected) => {
  expect(told(result, Object.keys(expected))).toEqual(expected);
});

it('names the fields of a flat result, and the date of its report', () => {
  const result = {
    biomarker: 'crp',
    value: null,
    value_lt: 0.3,
    ucum_code: '',
    unit: 'mg/L',
    specimen: 'Serum',
  };
  const report = { collection_date: '2026-02-27T07:40:00Z', report_date: '2026-02-28' };
  expect(told(result, ['value', 'operator', 'unit', 'specimen', 'measured_at'], report)).toEqual({
    value: ['value_lt'],
    operator: ['value_lt'],
    unit: ['unit'],
    specimen: ['specimen'],
    measured_at: ['data.collection_date'],
  });
});

it('names the time that stands beside the date of the report', () => {
  const report = { collection_date: '2026-02-01', collection_time: '08:10' };
  expect(told({ biomarker: 'crp', value: 1, unit: 'mg/L' }, ['measured_at'], report)).toEqual({
    measured_at: ['data.collection_date', 'data.collection_time'],
  });
});
