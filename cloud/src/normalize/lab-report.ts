import { asLabSessionId } from '../ids.ts';
import { labUploadId } from './envelope.ts';
import { fieldReader } from './field-reader.ts';
import { valueAt } from './json-path.ts';
import { assignCodes, type Claim, type OwnCode, ownCode } from './lab-codes.ts';
import { chooseDate, isDayFirst, measuredTime } from './lab-date.ts';
import { decimalMarkOf, decimalMarkOfLocale } from './lab-number.ts';
import { printedNumbersOf } from './lab-reading.ts';
import { type DeliveredReport, labReports } from './lab-report-shapes.ts';
import { type LabResult, readLabResult } from './lab-result.ts';
import { labSessionKey } from './lab-session.ts';
import { flaggedStatus, type LabStatus, rangeStatus } from './lab-status.ts';
import { ANY_NUMBER } from './ranges.ts';
import { rawItem } from './raw-item.ts';
import { invalidAt, knownColumns, normalized, orderOf } from './results.ts';
import { codeWord, readIdAs } from './text.ts';
import { isBelievableDate, localDate, utcDate } from './time.ts';
import type {
  BiomarkerContribution,
  Columns,
  Contribution,
  Normalized,
  Notice,
  StoredEvent,
} from './types.ts';
import { canonicalUnit, storedUnit } from './units.ts';

/** The source of every biomarker a report gives. */
export const LAB_SOURCE = 'terra_lab';
const ERROR_CODE_MAX_CHARS = 60;

/** `lab_report` and `lab_report.completed`: each report is parsed, and its results are biomarkers. */
export function normalizeLabReport(event: StoredEvent, payload: unknown): Normalized {
  const found = labReports(payload);
  const notices: Notice[] = [];
  const contributions: Contribution[] = [];
  const uploadId = labUploadId(event, payload);
  let refused = found.refused;
  let firstIndex = 0;
  for (const [index, report] of found.reports.entries()) {
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
  const read: ReadResult[] = [];
  let refused: string | null = null;
  const reading = { dayFirst: isDayFirst(report.locale), receivedMs: event.receivedMs };
  const mark = decimalMarkOf(report.results.flatMap(printedNumbersOf)) ?? decimalMarkOfLocale(report.locale);
  for (const [index, delivered] of report.results.entries()) {
    const path = `${report.path}[${index}]`;
    const result = readLabResult(delivered, { path, mark, notices });
    if (result === null) {
      refused ??= path;
      continue;
    }
    const chosen = chooseDate([result.collected, ...report.dates], reading);
    if (chosen !== null && 'refused' in chosen) {
      refused ??= chosen.refused;
      continue;
    }
    const drawDate = chosen?.date ?? dateOfReading(report, event);
    const measuredAt = chosen === null ? null : measuredTime(chosen.date, chosen.field);
    read.push({ result, path, index, drawDate, measuredAt, ...ownCode(result) });
  }
  const codes = assignCodes(read.map(claimOf));
  const biomarkers = read.map((one, position): BiomarkerContribution => {
    const order = orderOf(event, firstIndex + one.index);
    const code = codes[position] ?? one.code;
    const { session } = report;
    const columns = resultColumns(one, notices);
    return { kind: 'biomarker', source: LAB_SOURCE, drawDate: one.drawDate, code, session, order, columns };
  });
  return { biomarkers, refused };
}

/** The date of a result that names none: when Terra had read the report, else when we received it. */
function dateOfReading({ occurredAt }: DeliveredReport, { receivedMs }: StoredEvent): string {
  const date = localDate(occurredAt);
  return date !== null && isBelievableDate(date, receivedMs) ? date : utcDate(receivedMs);
}

/** A result with its date and what it is called. */
type ReadResult = OwnCode & {
  readonly result: LabResult;
  readonly path: string;
  readonly index: number;
  readonly drawDate: string;
  readonly measuredAt: string | null;
};

function claimOf({ result, ...named }: ReadResult): Claim {
  const { value, text } = result.reading;
  const { unit } = storedUnit(named.base, result.unit);
  return {
    ...named,
    knowledge: value !== null ? 2 : text !== null ? 1 : 0,
    isCanonicalUnit: unit !== null && unit === canonicalUnit(named.base),
  };
}

function resultColumns({ result, path, base, measuredAt }: ReadResult, notices: Notice[]): Columns {
  const { unit, convert } = storedUnit(base, result.unit);
  const converted = (printed: number | null): number | null => (printed === null ? null : convert(printed));
  const { reading, range, specimen, loinc } = result;
  // Read once more, because a number near the end of the floating point range may not survive a factor.
  const fields = fieldReader(
    {
      value: converted(reading.value),
      ref_low: converted(range.low),
      ref_high: converted(range.high),
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
    value_text: reading.text,
    operator: reading.operator,
    specimen: specimen === null ? null : specimen.toLowerCase(),
    loinc,
    measured_at: measuredAt,
    raw: rawItem(result.delivered),
  });
}

/** The lab's word first, then its range; both in the unit as printed. */
function statusOf({ flags, reading, range }: LabResult): LabStatus | null {
  for (const flag of flags) {
    const status = flaggedStatus(flag);
    if (status !== null) return status;
  }
  const { value, operator } = reading;
  return rangeStatus(value === null ? null : { value, operator }, range);
}
