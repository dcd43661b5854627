import { describe, expect, it } from 'vitest';
import { isoText } from '../clock.ts';
import { asLabSessionId, asTerraUploadId } from '../ids.ts';
import type { LabReportContribution } from '../normalize/types.ts';
import { foldLabUpload, foldReportOutcome, type ReportOutcome, reportKey } from './lab-upload.ts';

function told(
  ms: number,
  outcome: LabReportContribution['outcome'],
  ids: Partial<Pick<LabReportContribution, 'uploadId' | 'labSessionId'>> = {},
): LabReportContribution {
  return {
    kind: 'lab_report',
    uploadId: asTerraUploadId('u'),
    labSessionId: asLabSessionId('s'),
    ...ids,
    order: [1, ms, 'd', 0],
    outcome,
  };
}

const parsed = (ms: number, ids = {}) => told(ms, { state: 'parsed' }, ids);
const failed = (ms: number, code: string, ids = {}) => told(ms, { state: 'failed', code }, ids);

function folded(...events: LabReportContribution[]): ReportOutcome {
  const report = events.reduce<ReportOutcome | undefined>(
    (before, event) => foldReportOutcome(before, event),
    undefined,
  );
  if (report === undefined) throw new Error('no event');
  return report;
}

const SUBMITTED = { terraStatus: 'submitted', parsedAt: null };

describe('a report', () => {
  it('is told by its session, else by its upload, else not at all', () => {
    expect(reportKey(parsed(1))).toBe('session:s');
    expect(reportKey(parsed(1, { labSessionId: null }))).toBe('upload:u');
    expect(reportKey(parsed(1, { labSessionId: null, uploadId: null }))).toBeNull();
  });

  it('is the same in every order of its events, and after any twice', () => {
    const events = [parsed(3), failed(5, 'b'), failed(5, 'a'), parsed(4), failed(1, 'z')];
    const expected = {
      labSessionId: 's',
      terraUploadId: 'u',
      parsedMs: 4,
      failedMs: 5,
      failedCode: 'b',
    };
    expect(folded(...events)).toEqual(expected);
    expect(folded(...events.toReversed())).toEqual(expected);
    expect(folded(...events, ...events)).toEqual(expected);
  });

  it('keeps the upload that an earlier event named', () => {
    expect(folded(failed(1, 'a'), failed(2, 'b', { uploadId: null })).terraUploadId).toBe('u');
  });
});

describe('an upload', () => {
  it.each<[string, ReportOutcome[], unknown]>([
    ['without reports stays as it was', [], SUBMITTED],
    ['is parsed when any report is', [folded(failed(9, 'a')), folded(parsed(2))], ['parsed', 2]],
    ['is parsed at the latest', [folded(parsed(2)), folded(parsed(7))], ['parsed', 7]],
    ['has failed with the latest code', [folded(failed(1, 'b')), folded(failed(2, 'a'))], 'failed:terra_a'],
    [
      'has failed with the greater code of one instant',
      [folded(failed(1, 'b')), folded(failed(1, 'a'))],
      'failed:terra_b',
    ],
  ])('%s', (_, reports, expected) => {
    const shown = Array.isArray(expected)
      ? { terraStatus: expected[0], parsedAt: new Date(expected[1]).toISOString() }
      : typeof expected === 'string'
        ? { terraStatus: expected, parsedAt: null }
        : expected;
    expect(foldLabUpload(SUBMITTED, reports)).toEqual(shown);
    expect(foldLabUpload(SUBMITTED, reports.toReversed())).toEqual(shown);
  });

  it('of the earlier version that was parsed stays so, whatever failed', () => {
    const old = { terraStatus: 'parsed', parsedAt: isoText('2024-01-01 00:00:00') };
    expect(foldLabUpload(old, [folded(failed(1, 'a'))])).toEqual(old);
  });
});
