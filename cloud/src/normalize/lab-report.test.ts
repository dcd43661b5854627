import { describe, expect, it } from 'vitest';
import { contributionsOf, noticesOf, storedEvent } from './event.fixture.ts';
import { normalizeLabFailure, normalizeLabReport } from './lab-report.ts';
import { utcDate } from './time.ts';
import type { Normalized, StoredEvent } from './types.ts';

function labEvent(eventType: string, changes: Partial<StoredEvent> = {}): StoredEvent {
  return storedEvent(eventType, { terraUserId: '', provider: null, referenceId: 'upl-1', ...changes });
}

function completed(results: readonly unknown[], report: object = {}): Normalized {
  return normalizeLabReport(labEvent('lab_report.completed'), {
    type: 'lab_report.completed',
    event_id: 'evt-1',
    occurred_at: '2026-03-02T09:12:33Z',
    upload_id: 'upl-1',
    data: { session_id: 's1', results_count: results.length, results, ...report },
  });
}

/** The columns of each biomarker, without the result itself. */
function columns(...results: readonly unknown[]): readonly object[] {
  return contributionsOf(completed(results)).flatMap((contribution) => {
    if (contribution.kind !== 'biomarker') return [];
    const { raw: _raw, ...rest } = contribution.columns;
    return [rest];
  });
}

function drawDates(result: Normalized): readonly string[] {
  return contributionsOf(result).flatMap((found) => (found.kind === 'biomarker' ? [found.drawDate] : []));
}

const LAYERED = {
  source: { name: 'Cholesterol', value: '5.2', units: 'mmol/l', collection_date: '2026-02-27' },
  biomarker: { key: 'cholesterol_total', display_name: 'Total cholesterol' },
  measurement: { type: 'numeric', numeric: 5.2, units: 'mmol/L', ucum_code: 'mmol/L' },
  interpretation: { flag: 'borderline_high', source: 'report', applied_range: { upper: 5 } },
};
const FLAT = {
  biomarker: 'glucose',
  original_name: 'Glucose',
  value: 92,
  display_units: 'mg/dl',
  flag: 'normal',
};

describe('normalizeLabReport', () => {
  it('reads a completed report with layered results', () => {
    expect(completed([LAYERED], { report_date: '2026-03-01' })).toEqual({
      state: 'normalized',
      refused: null,
      notices: [],
      contributions: [
        {
          kind: 'lab_report',
          uploadId: 'upl-1',
          labSessionId: 's1',
          order: [1, 1_000, 'd0', 0],
          outcome: { state: 'parsed' },
        },
        {
          kind: 'biomarker',
          source: 'terra_lab',
          drawDate: '2026-02-27',
          code: 'total_cholesterol',
          session: 'session:s1',
          order: [1, 1_000, 'd0', 0],
          columns: {
            value: 201.084,
            unit: 'mg/dL',
            ref_high: 193.35,
            status: 'borderline',
            raw: JSON.stringify(LAYERED),
          },
        },
      ],
    });
  });

  it('reads a completed report with flat results', () => {
    expect(contributionsOf(completed([FLAT], { collection_date: '2026-02-26' }))[1]).toEqual({
      kind: 'biomarker',
      source: 'terra_lab',
      drawDate: '2026-02-26',
      code: 'glucose',
      session: 'session:s1',
      order: [1, 1_000, 'd0', 0],
      columns: { value: 92, unit: 'mg/dL', status: 'optimal', raw: JSON.stringify(FLAT) },
    });
  });

  it('reads the flat shape, which has no upload id', () => {
    const payload = { type: 'lab_report', session_id: 's9', report_date: '2026-03-01', results: [FLAT] };
    expect(
      contributionsOf(normalizeLabReport(labEvent('lab_report', { referenceId: null }), payload)),
    ).toEqual([
      {
        kind: 'lab_report',
        uploadId: null,
        labSessionId: 's9',
        order: [1, 1_000, 'd0', 0],
        outcome: { state: 'parsed' },
      },
      {
        kind: 'biomarker',
        source: 'terra_lab',
        drawDate: '2026-03-01',
        code: 'glucose',
        session: 'session:s9',
        order: [1, 1_000, 'd0', 0],
        columns: { value: 92, unit: 'mg/dL', status: 'optimal', raw: JSON.stringify(FLAT) },
      },
    ]);
  });

  it('reads the untyped shape: each report is parsed, and results are numbered through all of them', () => {
    const payload = {
      upload_id: 'upl-2',
      data: [
        { session_id: 's1', report_date: '2026-01-10', results: [FLAT, { ...FLAT, biomarker: 'ferritin' }] },
        { session_id: 's2', report_date: '2026-02-10', results: [FLAT] },
      ],
    };
    const found = contributionsOf(normalizeLabReport(labEvent('lab_report'), payload));
    expect(
      found.map((one) => {
        if (one.kind === 'biomarker') return [one.code, one.drawDate, one.order];
        return one.kind === 'lab_report' ? [one.uploadId, one.labSessionId, one.order] : [];
      }),
    ).toEqual([
      ['upl-2', 's1', [1, 1_000, 'd0', 0]],
      ['glucose', '2026-01-10', [1, 1_000, 'd0', 0]],
      ['ferritin', '2026-01-10', [1, 1_000, 'd0', 1]],
      ['upl-2', 's2', [1, 1_000, 'd0', 1]],
      ['glucose', '2026-02-10', [1, 1_000, 'd0', 2]],
    ]);
  });

  it('takes the upload id of the stored event where the body has none', () => {
    const payload = { session_id: 's9', results: [FLAT] };
    expect(contributionsOf(normalizeLabReport(labEvent('lab_report'), payload))[0]).toMatchObject({
      uploadId: 'upl-1',
    });
  });

  it.each([
    [
      'the result',
      { collection_date: '2026-02-01' },
      { collection_date: '2026-02-02', report_date: '2026-02-03' },
      '2026-02-01',
    ],
    [
      "the report's collection",
      {},
      { collection_date: '2026-02-02', report_date: '2026-02-03' },
      '2026-02-02',
    ],
    [
      "the report's date",
      { collection_date: 'not given' },
      { collection_date: '', report_date: '2026-02-03' },
      '2026-02-03',
    ],
    ['the day it occurred', {}, { report_date: null }, '2026-03-02'],
  ])('dates a result by %s', (_what, result, report, drawDate) => {
    expect(drawDates(completed([{ ...FLAT, ...result }], report))).toEqual([drawDate]);
  });

  it('dates a result by the UTC day of receipt where nothing else is known', () => {
    const payload = { session_id: 's9', results: [FLAT] };
    const event = labEvent('lab_report', { receivedMs: Date.UTC(2026, 2, 9, 23, 59) });
    expect(drawDates(normalizeLabReport(event, payload))).toEqual(['2026-03-09']);
  });

  it('converts the reference range with the value', () => {
    const hba1c = {
      biomarker: 'hemoglobin_a1c',
      value: 42,
      ucum_code: 'mmol/mol',
      reference_range: { low: 20, high: 42 },
    };
    expect(columns(hba1c)).toEqual([
      { value: 5.993, unit: '%', ref_low: 3.98, ref_high: 5.993, status: 'optimal' },
    ]);
  });

  it('stores an unknown unit as printed, with value and range as they are', () => {
    const odd = { biomarker: 'glucose', value: 0.9, unit: 'g%', reference_range: { low: 0.7, high: 0.99 } };
    expect(columns(odd)).toEqual([
      { value: 0.9, unit: 'g%', ref_low: 0.7, ref_high: 0.99, status: 'optimal' },
    ]);
  });

  it('keeps a text without a value', () => {
    const text = { biomarker: 'hiv_antibody', value: 'Negative', flag: 'normal' };
    expect(columns(text)).toEqual([{ status: 'optimal', value_text: 'Negative' }]);
  });

  it('keeps a result that matched no biomarker', () => {
    const unmatched = { biomarker: null, original_name: 'Omega-3 Index', value: 8, unit: '%' };
    expect(contributionsOf(completed([unmatched]))[1]).toMatchObject({
      code: 'unmatched:omega_3_index',
      columns: { value: 8, unit: '%' },
    });
  });

  it('judges by the flag, then by the classification, then by the range as printed', () => {
    const result = { biomarker: 'glucose', value: 6, unit: 'mmol/L', reference_range: { low: 4, high: 5.5 } };
    expect(columns({ ...result, flag: 'normal', classification: 'high' })[0]).toMatchObject({
      status: 'optimal',
    });
    expect(columns({ ...result, flag: '*', classification: 'borderline' })[0]).toMatchObject({
      status: 'borderline',
    });
    expect(columns(result)[0]).toMatchObject({ status: 'out_of_range' });
    expect(columns({ ...result, reference_range: null })[0]).not.toHaveProperty('status');
  });

  it('stores the value of a bound with its operator, and what was printed', () => {
    const bounded = {
      biomarker: { key: 'crp' },
      measurement: { type: 'bounded', bounded: { operator: 'lt', value: 0.3 }, units: 'mg/dL' },
      reference_ranges: [{ upper: 0.5 }],
    };
    expect(columns(bounded)).toEqual([
      { value: 3, unit: 'mg/L', ref_high: 5, status: 'optimal', operator: '<', value_text: '<0.3' },
    ]);
    expect(contributionsOf(completed([bounded]))[1]).toMatchObject({
      columns: { raw: JSON.stringify(bounded) },
    });
  });

  it('does not store a value that a factor made infinite', () => {
    const huge = { biomarker: 'glucose', value: 1e308, unit: 'mmol/L' };
    expect(columns(huge)).toEqual([{ unit: 'mg/dL' }]);
    expect(noticesOf(completed([huge]))).toEqual([{ path: 'data.results[0].value', reason: 'out_of_range' }]);
  });

  it('gives the code to the fasting value, converts the others as well, and keeps each at its position', () => {
    const results = [
      FLAT,
      { ...FLAT, biomarker: 'glucose_fasting', value: 5, display_units: 'mmol/L' },
      FLAT,
    ];
    const found = contributionsOf(completed(results)).flatMap((one) =>
      one.kind === 'biomarker' ? [[one.code, one.columns.value, one.columns.unit]] : [],
    );
    expect(found).toEqual([
      ['glucose#2', 92, 'mg/dL'],
      ['glucose', 90.08, 'mg/dL'],
      ['glucose#3', 92, 'mg/dL'],
    ]);
  });

  it.each([
    ['a text', { value: 'hemolysed' }],
    ['nothing', { value: null }],
    ['a number in a unit that nobody knows', { value: 9, display_units: 'furlong' }],
  ])('gives the code to a number in a known unit before %s', (_, other) => {
    const codes = (...results: readonly object[]) =>
      contributionsOf(completed(results)).flatMap((one) => (one.kind === 'biomarker' ? [one.code] : []));
    expect(codes({ ...FLAT, ...other }, FLAT)).toEqual(['glucose#2', 'glucose']);
    expect(codes(FLAT, { ...FLAT, ...other })).toEqual(['glucose', 'glucose#2']);
  });

  it.each([
    ['a month alone', { collection_date: '2026-02' }, {}, 'data.results[0].collection_date'],
    ['either order', { collection_date: '02/01/2026' }, {}, 'data.results[0].collection_date'],
    ['no day', {}, { report_date: '2026-02-31' }, 'data.report_date'],
    ['before 1990', { collection_date: '1899-12-31' }, {}, 'data.results[0].collection_date'],
    ['after the receipt', { collection_date: '2026-03-12' }, {}, 'data.results[0].collection_date'],
  ])('refuses a date of %s by its path, and keeps what has a date of its own', (_, result, report, path) => {
    const other = { ...FLAT, biomarker: 'ferritin', collection_date: '2026-02-20' };
    const reading = completed([{ ...FLAT, ...result }, other], report);
    expect(reading).toMatchObject({ state: 'normalized', refused: path });
    expect(drawDates(reading)).toEqual(['2026-02-20']);
  });

  it('understands other dates: by the day above twelve, by the locale, by the report in that month', () => {
    const dates = (value: unknown, report: object = {}) =>
      drawDates(completed([{ ...FLAT, collection_date: value }], report));
    expect(dates('28/02/2026')).toEqual(['2026-02-28']);
    expect(dates('20260228')).toEqual(['2026-02-28']);
    expect(dates('02/01/2026', { report_locale: 'en-US' })).toEqual(['2026-02-01']);
    expect(dates('02/01/2026', { report_locale: 'en-GB' })).toEqual(['2026-01-02']);
    expect(dates('2026-02', { report_date: '2026-02-20' })).toEqual(['2026-02-20']);
  });

  it.each(['1970-01-01T00:00:00Z', '2026-03-12T00:00:00Z', 'soon'])(
    'takes the date of receipt where the report was read at no believable time: %s',
    (occurredAt) => {
      const event = labEvent('lab_report.completed');
      const body = { occurred_at: occurredAt, data: { session_id: 's1', results: [FLAT] } };
      expect(drawDates(normalizeLabReport(event, body))).toEqual([utcDate(event.receivedMs)]);
    },
  );

  it("keeps the specimen's own time, never the report's", () => {
    const times = (result: object, report: object = {}) =>
      contributionsOf(completed([{ ...FLAT, ...result }], report)).flatMap((one) =>
        one.kind === 'biomarker' ? [one.columns.measured_at ?? null] : [],
      );
    expect(times({ collection_date: '2026-02-28', collection_time: '07:40' })).toEqual([
      '2026-02-28T07:40:00.000',
    ]);
    expect(times({ collection_date: '2026-02-28T07:40:00+01:00' })).toEqual(['2026-02-28T06:40:00.000Z']);
    expect(times({ collection_date: '2026-02-28T00:00:00Z' })).toEqual([null]);
    expect(times({}, { collection_date: '2026-02-28', collection_time: '7:40' })).toEqual([
      '2026-02-28T07:40:00.000',
    ]);
    expect(times({}, { report_date: '2026-02-28T10:00:00Z', collection_time: '07:40' })).toEqual([null]);
  });

  it('tells a comma of decimals from one of thousands by the rest of the report, then by its language', () => {
    const values = (results: readonly object[], report: object = {}) =>
      contributionsOf(completed(results, report)).flatMap((one) =>
        one.kind === 'biomarker' ? [one.columns.value] : [],
      );
    const tsh = { biomarker: 'tsh', value: '1,234' };
    expect(values([tsh])).toEqual([1_234]);
    expect(values([tsh, { biomarker: 'ferritin', value: '80,5' }])).toEqual([1.234, 80.5]);
    expect(values([tsh, { biomarker: 'ferritin', value: 80.5, raw_value: '80,5' }])).toEqual([1.234, 80.5]);
    const layered = {
      biomarker: { key: 'ferritin' },
      measurement: { numeric: 80.5 },
      source: { value: '80,5' },
    };
    expect(values([tsh, layered])).toEqual([1.234, 80.5]);
    expect(values([tsh], { report_locale: 'de-DE' })).toEqual([1.234]);
    expect(values([tsh, { biomarker: 'ferritin', value: '80.5' }], { report_locale: 'de' })).toEqual([
      1_234, 80.5,
    ]);
  });

  it('gives a specimen that is not blood a code of its own, converted alike', () => {
    const urine = {
      biomarker: { key: 'creatinine', specimen: 'Urine', loinc_code: '2161-8' },
      measurement: { type: 'numeric', numeric: 10, ucum_code: 'mmol/L' },
    };
    const found = contributionsOf(completed([urine, { biomarker: 'creatinine', value: 1, unit: 'mg/dL' }]));
    expect(found.slice(1)).toMatchObject([
      {
        code: 'creatinine_urine',
        columns: { value: 113.096584483, unit: 'mg/dL', specimen: 'urine', loinc: '2161-8' },
      },
      { code: 'creatinine', columns: { value: 1 } },
    ]);
  });

  it('parses a report without results', () => {
    expect(contributionsOf(completed([]))).toEqual([
      {
        kind: 'lab_report',
        uploadId: 'upl-1',
        labSessionId: 's1',
        order: [1, 1_000, 'd0', 0],
        outcome: { state: 'parsed' },
      },
    ]);
  });

  it('refuses one unreadable result alone, at its own position', () => {
    const result = completed(['glucose 92', FLAT]);
    expect(result).toMatchObject({ state: 'normalized', refused: 'data.results[0]' });
    expect(contributionsOf(result)[1]).toMatchObject({ code: 'glucose', order: [1, 1_000, 'd0', 1] });
  });

  it('does not call a report parsed of which it could read nothing', () => {
    const payload = {
      upload_id: 'upl-2',
      data: [
        { session_id: 's1', results: [{}] },
        { session_id: 's2', results: [FLAT] },
      ],
    };
    const result = normalizeLabReport(labEvent('lab_report'), payload);
    expect(result).toMatchObject({ refused: 'data[0].results[0]' });
    expect(contributionsOf(result).map((one) => one.kind)).toEqual(['lab_report', 'biomarker']);
    expect(contributionsOf(result)[0]).toMatchObject({ labSessionId: 's2' });
  });

  it.each([
    [{ type: 'lab_report.completed', data: { session_id: 's1' } }, 'data.results'],
    [{ type: 'lab_report.completed' }, 'data'],
    [{ type: 'lab_report', results: [{ colour: 'red' }] }, 'results[0]'],
    [{ upload_id: 'upl-1', data: [{ glucose: 92 }] }, 'data[0].results'],
    [null, 'data'],
  ])('parks the layout of %j', (payload, path) => {
    expect(normalizeLabReport(labEvent('lab_report'), payload)).toEqual({
      state: 'parked',
      code: `payload_invalid:${path}`,
    });
  });

  it('normalizes an empty list of reports to nothing', () => {
    expect(
      contributionsOf(normalizeLabReport(labEvent('lab_report'), { upload_id: 'upl-1', data: [] })),
    ).toEqual([]);
  });
});

describe('normalizeLabFailure', () => {
  const failed = (data: unknown): Normalized =>
    normalizeLabFailure(labEvent('lab_report.failed', { referenceId: null }), {
      type: 'lab_report.failed',
      data,
    });

  it('tells the code of the failure, never its message', () => {
    expect(
      failed({ session_id: 's1', error: { code: 'file_unreadable', message: 'of Ana', retriable: false } }),
    ).toEqual({
      state: 'normalized',
      refused: null,
      notices: [],
      contributions: [
        {
          kind: 'lab_report',
          uploadId: null,
          labSessionId: 's1',
          order: [1, 1_000, 'd0', 0],
          outcome: { state: 'failed', code: 'file_unreadable' },
        },
      ],
    });
  });

  it('takes the upload id of the body or of the stored event', () => {
    const data = { error: { code: 'internal' } };
    const withId = normalizeLabFailure(labEvent('lab_report.failed'), { upload_id: 'upl-7', data });
    expect(contributionsOf(withId)[0]).toMatchObject({ uploadId: 'upl-7' });
    expect(contributionsOf(normalizeLabFailure(labEvent('lab_report.failed'), { data }))[0]).toMatchObject({
      uploadId: 'upl-1',
    });
  });

  it('cleans a code that is no word', () => {
    const codeOf = (code: unknown): unknown => contributionsOf(failed({ error: { code } }))[0];
    expect(codeOf('Too Large (20 MB)')).toMatchObject({ outcome: { code: 'too_large_20_mb' } });
    expect(codeOf(null)).toMatchObject({ outcome: { code: 'unknown' } });
  });

  it.each([undefined, null, {}, { error: null }, 'failed'])('parks the data %j', (data) => {
    expect(failed(data)).toEqual({ state: 'parked', code: 'payload_invalid:data.error' });
  });
});
