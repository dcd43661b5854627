import { dateOf, utcTime } from '../calendar.ts';
import type { JsonObject } from '../json.ts';
import { randomFrom, seedOf, uuidFrom } from '../random.ts';
import { panelOf } from './panel.ts';
import { classicResult, envelopeFlatResult, flatResult, layeredResult } from './results.ts';

/** The forms lab results have come in, and the one that says there are none. */
export const LAB_SHAPES = ['classic', 'flat', 'completed-flat', 'completed-layered', 'failed'] as const;
export type LabShape = (typeof LAB_SHAPES)[number];

export type LabReport = {
  readonly uploadId: string;
  readonly sessionId: string;
  readonly referenceId: string | null;
  /** Day number of the answer; the sample was taken two days before. */
  readonly day: number;
  readonly seed: number;
  /** Newer events may come without the upload's id. `classic` has nothing else to be known by. */
  readonly omitUploadId: boolean;
};

/** The webhook body of a report in one of its shapes. */
export function labEvent(report: LabReport, shape: LabShape): JsonObject {
  const results = panelOf(randomFrom(report.seed));
  const collectionDate = dateOf(report.day - 2);
  const reportDate = dateOf(report.day - 1);
  const upload = report.omitUploadId ? {} : { upload_id: report.uploadId };
  const reference = report.referenceId === null ? {} : { reference_id: report.referenceId };
  const session = { session_id: report.sessionId, ...reference };
  switch (shape) {
    case 'classic':
      return {
        upload_id: report.uploadId,
        data: [
          { report_date: reportDate, collection_date: collectionDate, results: results.map(classicResult) },
        ],
      };
    case 'flat':
      return {
        type: 'lab_report',
        ...session,
        ...upload,
        results: results.map((result) => flatResult(result, collectionDate)),
      };
    case 'completed-flat': {
      const flat = results.map((result) => envelopeFlatResult(result, collectionDate));
      return {
        ...envelope(report, 'lab_report.completed'),
        ...upload,
        data: { ...session, report_date: reportDate, results_count: flat.length, results: flat },
      };
    }
    case 'completed-layered': {
      const panels = [...new Set(results.map((result) => result.panel))];
      const layered = results.map((result) =>
        layeredResult(result, collectionDate, panels.indexOf(result.panel) + 1),
      );
      return {
        ...envelope(report, 'lab_report.completed'),
        ...upload,
        data: {
          ...session,
          report_date: reportDate,
          report_locale: 'en-GB',
          results_count: layered.length,
          results: layered,
          panels: panels.map((name, index) => ({ id: index + 1, name })),
        },
      };
    }
    case 'failed':
      return {
        ...envelope(report, 'lab_report.failed'),
        ...upload,
        data: {
          ...session,
          error: {
            code: 'file_unreadable',
            message: 'The uploaded file could not be read.',
            retriable: false,
          },
        },
      };
  }
}

function envelope(report: LabReport, type: string): JsonObject {
  return {
    type,
    event_id: `evt_${uuidFrom(report.uploadId, type)}`,
    occurred_at: utcTime(report.day, 9 * 3_600 + (seedOf(report.uploadId) % 3_600)),
  };
}
