import { asLabSessionId, type LabSessionId } from '../ids.ts';
import { valueAt } from './json-path.ts';
import type { DatedField } from './lab-date.ts';
import { readIdAs } from './text.ts';

/** One report, whichever way Terra wrapped it. */
export type DeliveredReport = {
  readonly results: readonly unknown[];
  /** Path of `results` in the payload. */
  readonly path: string;
  readonly labSessionId: LabSessionId | null;
  /** Dates of the whole report, the one to prefer first; any of them may be missing or no date. */
  readonly dates: readonly DatedField[];
  /** When Terra finished reading it. */
  readonly occurredAt: unknown;
  /** Language tag (`en-GB`) of what was printed. */
  readonly locale: unknown;
};

export type LabReports = {
  readonly reports: readonly DeliveredReport[];
  /** Path of the first report whose layout nothing explains. */
  readonly refused: string | null;
};

/**
 * Finds the reports in the layouts Terra has sent:
 * 1. `{upload_id, data: [{..., results: [...]}]}`, several reports, no type
 * 2. `{type: "lab_report", session_id, results: [...]}`
 * 3. `{type: "lab_report.completed", occurred_at, data: {session_id, results: [...]}}`, results flat
 * 4. the same with layered results
 */
export function labReports(payload: unknown): LabReports {
  const occurredAt = valueAt(payload, 'occurred_at');
  if (Array.isArray(valueAt(payload, 'results'))) {
    return {
      reports: [labReport(payload, valueAt(payload, 'results'), 'results', occurredAt)].flat(),
      refused: null,
    };
  }
  const data = valueAt(payload, 'data');
  if (Array.isArray(data)) return severalReports(data, occurredAt);
  const results = valueAt(data, 'results');
  const reports = labReport(data, results, 'data.results', occurredAt);
  if (reports.length > 0) return { reports, refused: null };
  return { reports: [], refused: unexplainedPath(payload) };
}

function severalReports(data: readonly unknown[], occurredAt: unknown): LabReports {
  const reports: DeliveredReport[] = [];
  let refused: string | null = null;
  for (const [index, report] of data.entries()) {
    const path = `data[${index}].results`;
    const found = labReport(report, valueAt(report, 'results'), path, occurredAt);
    if (found.length === 0) refused ??= path;
    reports.push(...found);
  }
  return { reports, refused };
}

/** One report, or none where `results` is no array. */
function labReport(
  report: unknown,
  results: unknown,
  path: string,
  occurredAt: unknown,
): readonly DeliveredReport[] {
  if (!Array.isArray(results)) return [];
  const around = path.slice(0, -'results'.length);
  const dated = (field: string): DatedField => ({ value: valueAt(report, field), path: `${around}${field}` });
  const time = dated('collection_time');
  const collected = { ...dated('collection_date'), collected: { time: time.value, timePath: time.path } };
  return [
    {
      results,
      path,
      labSessionId: readIdAs(valueAt(report, 'session_id'), asLabSessionId),
      dates: [collected, dated('report_date')],
      occurredAt,
      locale: valueAt(report, 'report_locale'),
    },
  ];
}

function unexplainedPath(payload: unknown): string {
  if (valueAt(payload, 'results') !== undefined) return 'results';
  const data = valueAt(payload, 'data');
  return typeof data === 'object' && data !== null ? 'data.results' : 'data';
}
