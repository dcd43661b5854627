import { describe, expect, it } from 'vitest';
import { labReports } from './lab-report-shapes.ts';

const RESULTS = [{ value: 1 }];

/** What is told of the dates of a report at a path. */
function dated(around: string, collection?: string, report?: string, time?: string): unknown {
  return [
    {
      value: collection,
      path: `${around}collection_date`,
      collected: { time, timePath: `${around}collection_time` },
    },
    { value: report, path: `${around}report_date` },
  ];
}

describe('labReports', () => {
  it('finds every report of the untyped shape', () => {
    const payload = {
      upload_id: 'upl-1',
      data: [
        {
          session_id: 's1',
          collection_date: '2026-02-28',
          collection_time: '08:15',
          report_date: '2026-03-01',
          report_locale: 'en-GB',
          results: RESULTS,
        },
        { session_id: 's2', results: [] },
      ],
    };
    expect(labReports(payload)).toEqual({
      refused: null,
      reports: [
        {
          results: RESULTS,
          path: 'data[0].results',
          labSessionId: 's1',
          dates: dated('data[0].', '2026-02-28', '2026-03-01', '08:15'),
          locale: 'en-GB',
        },
        {
          results: [],
          path: 'data[1].results',
          labSessionId: 's2',
          dates: dated('data[1].'),
        },
      ],
    });
  });

  it('finds the report of the flat shape', () => {
    const payload = { type: 'lab_report', session_id: 's1', report_date: '2026-03-01', results: RESULTS };
    expect(labReports(payload)).toEqual({
      refused: null,
      reports: [
        {
          results: RESULTS,
          path: 'results',
          labSessionId: 's1',
          dates: dated('', undefined, '2026-03-01'),
        },
      ],
    });
  });

  it('finds the report of a completed event', () => {
    const payload = {
      type: 'lab_report.completed',
      occurred_at: '2026-03-02T09:00:00Z',
      data: { session_id: 's1', collection_date: '2026-02-28', results: RESULTS },
    };
    expect(labReports(payload)).toEqual({
      refused: null,
      reports: [
        {
          results: RESULTS,
          path: 'data.results',
          labSessionId: 's1',
          dates: dated('data.', '2026-02-28'),
          occurredAt: '2026-03-02T09:00:00Z',
        },
      ],
    });
  });

  it('keeps the other reports beside one it cannot explain', () => {
    expect(labReports({ data: [{ results: {} }, { results: RESULTS }, null] })).toMatchObject({
      refused: 'data[0].results',
      reports: [{ path: 'data[1].results' }],
    });
  });

  it.each([
    [undefined, 'data'],
    [{}, 'data'],
    [{ data: null }, 'data'],
    [{ data: 'report' }, 'data'],
    [{ data: {} }, 'data.results'],
    [{ data: { results: { glucose: 92 } } }, 'data.results'],
    [{ results: { glucose: 92 } }, 'results'],
    [{ data: [{ biomarker: 'glucose', value: 92 }] }, 'data[0].results'],
  ])('explains nothing of %j', (payload, refused) => {
    expect(labReports(payload)).toEqual({ reports: [], refused });
  });

  it('finds no report in an empty list, and nothing wrong with it', () => {
    expect(labReports({ data: [] })).toEqual({ reports: [], refused: null });
  });
});
