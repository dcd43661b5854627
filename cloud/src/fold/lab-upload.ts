import { type IsoTime, isoTime } from '../clock.ts';
import type { LabSessionId, TerraUploadId } from '../ids.ts';
import type { LabReportContribution } from '../normalize/types.ts';

/** How one report of an upload ended. Times are unix ms of the event. */
export type ReportOutcome = {
  readonly labSessionId: LabSessionId | null;
  readonly terraUploadId: TerraUploadId | null;
  readonly parsedMs: number | null;
  readonly failedMs: number | null;
  readonly failedCode: string | null;
};

/** What an upload shows of its reports. */
export type LabUploadColumns = { readonly terraStatus: string | null; readonly parsedAt: IsoTime | null };

/** What reports are told apart by: Terra's session, or the upload where the report names none. */
export function reportKey(contribution: LabReportContribution): string | null {
  if (contribution.labSessionId !== null) return `session:${contribution.labSessionId}`;
  return contribution.uploadId === null ? null : `upload:${contribution.uploadId}`;
}

/** Joins an event into its report; the order of events does not matter. */
export function foldReportOutcome(
  report: ReportOutcome | undefined,
  contribution: LabReportContribution,
): ReportOutcome {
  const at = contribution.order[1];
  const { outcome } = contribution;
  const failedLater = outcome.state === 'failed' && isLaterFailure(report, at, outcome.code);
  return {
    labSessionId: contribution.labSessionId ?? report?.labSessionId ?? null,
    terraUploadId: contribution.uploadId ?? report?.terraUploadId ?? null,
    parsedMs: outcome.state === 'parsed' ? Math.max(at, report?.parsedMs ?? at) : (report?.parsedMs ?? null),
    failedMs: failedLater ? at : (report?.failedMs ?? null),
    failedCode: failedLater ? outcome.code : (report?.failedCode ?? null),
  };
}

/** An upload is parsed when any report of it is; it has failed when one failed and none succeeded. */
export function foldLabUpload(upload: LabUploadColumns, reports: readonly ReportOutcome[]): LabUploadColumns {
  const parsedMs = Math.max(...reports.map((report) => report.parsedMs ?? -1), -1);
  if (parsedMs >= 0) return { terraStatus: 'parsed', parsedAt: isoTime(parsedMs) };
  if (upload.terraStatus === 'parsed') return upload;
  const failed = reports
    .filter((report) => report.failedMs !== null)
    .toSorted((a, b) => (b.failedMs ?? 0) - (a.failedMs ?? 0) || compareCodes(b, a))[0];
  return failed === undefined ? upload : { ...upload, terraStatus: `failed:terra_${failed.failedCode}` };
}

function isLaterFailure(report: ReportOutcome | undefined, at: number, code: string): boolean {
  const known = report?.failedMs ?? null;
  if (known === null) return true;
  return at > known || (at === known && code > (report?.failedCode ?? ''));
}

function compareCodes(a: ReportOutcome, b: ReportOutcome): number {
  return (a.failedCode ?? '') < (b.failedCode ?? '') ? -1 : 1;
}
