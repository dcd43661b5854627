import { asLabSessionId } from '../ids.ts';
import { labUploadId } from './envelope.ts';
import { fieldReader } from './field-reader.ts';
import { valueAt } from './json-path.ts';
import { ReportCodes } from './lab-codes.ts';
import { type DeliveredReport, labReports } from './lab-report-shapes.ts';
import { type LabResult, readLabResult } from './lab-result.ts';
import { labSessionKey } from './lab-session.ts';
import { flaggedStatus, type LabStatus, rangeStatus } from './lab-status.ts';
import { ANY_NUMBER } from './ranges.ts';
import { rawItem } from './raw-item.ts';
import { invalidAt, knownColumns, normalized, orderOf } from './results.ts';
import { codeWord, readIdAs } from './text.ts';
import { localDate, utcDate } from './time.ts';
import type {
  BiomarkerContribution,
  Columns,
  Contribution,
  Normalized,
  Notice,
  StoredEvent,
} from './types.ts';
import { storedUnit } from './units.ts';

/** The source of every biomarker a report gives. */
export const LAB_SOURCE = 'terra_lab';
const ERROR_CODE_MAX_CHARS = 60;

/** `lab_report` and `lab_report.completed`: each report is parsed, and its results are biomarkers. */
export function normalizeLabReport(event: StoredEvent, payload: unknown): Normalized {
  const found = labReports(payload);
  const notices: Notice[] = [];
  const contributions: Contribution[] = [];
  let refused = found.refused;
  let firstIndex = 0;
  for (const [index, report] of found.reports.entries()) {
    const uploadId = labUploadId(event, payload);
    const session = labSessionKey(report.labSessionId, uploadId, event.dedupKey);
    const reading = readReport(event, { ...report, session }, firstIndex, notices);
    firstIndex += report.results.length;
    refused ??= reading.refused;
    if (reading.biomarkers.length === 0 && reading.refused !== null) continue;
    contributions.push(
      {
        kind: 'lab_report',
        uploadId,
        labSessionId: report.labSessionId,
        order: orderOf(event, index),
        outcome: { state: 'parsed' },
      },
      ...reading.biomarkers,
    );
  }
  if (refused !== null && contributions.length === 0) return invalidAt(refused);
  return normalized(contributions, refused, notices);
}

/** `lab_report.failed`: `data.error {code, message, retriable}`; the message may quote the report. */
export function normalizeLabFailure(event: StoredEvent, payload: unknown): Normalized {
  const error = valueAt(payload, 'data.error');
  if (error === undefined || error === null) return invalidAt('data.error');
  return normalized([
    {
      kind: 'lab_report',
      uploadId: labUploadId(event, payload),
      labSessionId: readIdAs(valueAt(payload, 'data.session_id'), asLabSessionId),
      order: orderOf(event, 0),
      outcome: { state: 'failed', code: codeWord(valueAt(error, 'code'), ERROR_CODE_MAX_CHARS) },
    },
  ]);
}

function readReport(
  event: StoredEvent,
  report: DeliveredReport & { readonly session: string },
  firstIndex: number,
  notices: Notice[],
): { readonly biomarkers: readonly BiomarkerContribution[]; readonly refused: string | null } {
  const codes = new ReportCodes();
  const biomarkers: BiomarkerContribution[] = [];
  let refused: string | null = null;
  const { session } = report;
  for (const [index, delivered] of report.results.entries()) {
    const path = `${report.path}[${index}]`;
    const result = readLabResult(delivered, path, notices);
    if (result === null) {
      refused ??= path;
      continue;
    }
    const drawDate = drawDateOf(event, report, result);
    const code = codes.codeFor(drawDate, result.key, result.name);
    const order = orderOf(event, firstIndex + index);
    const columns = resultColumns(code, result, path, notices);
    biomarkers.push({ kind: 'biomarker', source: LAB_SOURCE, drawDate, code, session, order, columns });
  }
  return { biomarkers, refused };
}

/** The day the specimen was taken, or the nearest to it that is known: at last the UTC day of receipt. */
function drawDateOf(event: StoredEvent, report: DeliveredReport, result: LabResult): string {
  for (const date of [result.collectionDate, ...report.dates]) {
    const known = localDate(date);
    if (known !== null) return known;
  }
  return utcDate(event.receivedMs);
}

function resultColumns(code: string, result: LabResult, path: string, notices: Notice[]): Columns {
  const { unit, convert } = storedUnit(code, result.unit);
  const converted = (printed: number | null): number | null => (printed === null ? null : convert(printed));
  // Read once more, because a number near the end of the floating point range may not survive a factor.
  const fields = fieldReader(
    {
      value: converted(result.measured?.value ?? null),
      ref_low: converted(result.range.low),
      ref_high: converted(result.range.high),
    },
    path,
    notices,
  );
  return knownColumns({
    value: fields.number('value', ANY_NUMBER),
    unit,
    ref_low: fields.number('ref_low', ANY_NUMBER),
    ref_high: fields.number('ref_high', ANY_NUMBER),
    status: statusOf(result),
    raw: rawItem(result.delivered),
  });
}

/** The lab's word first, then its range; both in the unit as printed. */
function statusOf(result: LabResult): LabStatus | null {
  for (const flag of result.flags) {
    const status = flaggedStatus(flag);
    if (status !== null) return status;
  }
  return rangeStatus(result.measured, result.range);
}
