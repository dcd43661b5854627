import type { UnixMs } from '../clock.ts';
import { LAB_FORWARD_MAX_MS } from '../limits.ts';
import type { StoredLabUpload } from '../store/lab-uploads.ts';

/** Why an upload stands where it stands, and whether sending the same file again can help. */
export type UploadReason = { readonly text: string; readonly canRetryHelp: boolean };

type State = Pick<StoredLabUpload, 'terra_status' | 'updated_at'>;

/** Whether the upload may be sent again: it failed, or its answer is overdue. */
export function isRetriable(upload: State, nowMs: UnixMs): boolean {
  return upload.terra_status.startsWith('failed:') || isOverdue(upload, nowMs);
}

/** The reason of a failed or overdue upload; null where there is nothing to explain. */
export function uploadReason(upload: State, nowMs: UnixMs): UploadReason | null {
  if (isOverdue(upload, nowMs)) {
    return { text: 'the report was kept, but it is not known whether Terra got it', canRetryHelp: true };
  }
  const [, code] = /^failed:(.+)$/s.exec(upload.terra_status) ?? [];
  if (code === undefined) return null;
  if (code.startsWith('terra_')) return readingFailure(code.slice('terra_'.length));
  return code === 'network'
    ? { text: 'Terra could not be reached', canRetryHelp: true }
    : refusal(Number(code));
}

/** A pending upload whose sender should have recorded an answer by now. */
function isOverdue({ terra_status, updated_at }: State, nowMs: UnixMs): boolean {
  return terra_status === 'pending' && Date.parse(updated_at) < nowMs - LAB_FORWARD_MAX_MS;
}

/** The codes on Terra's list. A code that is not on the list may be worth a retry. */
const READING_FAILURES: Readonly<Record<string, UploadReason>> = {
  file_unreadable: {
    text: 'Terra could not read the file; upload a clearer scan or the original PDF',
    canRetryHelp: false,
  },
  extraction_failed: {
    text: 'Terra found no results in the file; upload a page that shows them',
    canRetryHelp: false,
  },
  standardization_failed: {
    text: 'Terra read the file, but could not tell which values its results are',
    canRetryHelp: false,
  },
  internal: { text: 'Terra failed while reading the file', canRetryHelp: true },
};

function readingFailure(code: string): UploadReason {
  const known = Object.hasOwn(READING_FAILURES, code) ? READING_FAILURES[code] : undefined;
  return known ?? { text: `Terra could not read the report (${code})`, canRetryHelp: true };
}

/** An HTTP status: of the file where it says so, else of the moment or of our account at Terra. */
function refusal(status: number): UploadReason {
  if (status === 413) return { text: 'the file is too large for Terra', canRetryHelp: false };
  if (status === 400 || status === 415 || status === 422) {
    return { text: `Terra does not take this file (HTTP status ${status})`, canRetryHelp: false };
  }
  return { text: `Terra did not take the report (HTTP status ${status})`, canRetryHelp: true };
}
