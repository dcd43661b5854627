import type { LabSessionId, TerraUploadId } from '../ids.ts';

/**
 * What the events of one lab session share: Terra's session id; the upload's id where a report names no session, so
 * that a later event of that upload replaces it whole; the event itself (its body's hash) where it names neither.
 */
export function labSessionKey(
  labSessionId: LabSessionId | null,
  uploadId: TerraUploadId | null,
  dedupKey: string,
): string {
  if (labSessionId !== null) return `session:${labSessionId}`;
  return uploadId === null ? `event:${dedupKey}` : `upload:${uploadId}`;
}
