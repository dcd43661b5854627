import { isoTime } from '../clock.ts';
import { LAB_FORWARD_MAX_MS } from '../limits.ts';
import { claimLabUploadStatements } from '../store/lab-upload-answers.ts';
import { readLabUpload } from '../store/lab-uploads.ts';
import { runAll } from '../store/statements.ts';
import { requireTerraKeys } from '../terra/client.ts';
import { labFileMetadata } from './lab-file.ts';
import { forwardToTerra, type LabUploadResult, type UploadContext } from './upload.ts';
import { isRetriable } from './upload-state.ts';

export type LabRetry =
  | LabUploadResult
  /** The person has no such upload, or no file of it is left. */
  | { readonly state: 'unknown' | 'file_missing' }
  | { readonly state: 'not_retriable'; readonly terraStatus: string };

/**
 * Sends a kept file to Terra again, where the last time failed or nobody waits for its answer any more. Of two
 * at once one sends. Throws `misconfigured` like the upload itself, before anything changes.
 */
export async function retryLabUpload(env: Env, id: string, context: UploadContext): Promise<LabRetry> {
  requireTerraKeys(env);
  const { userId, nowMs } = context;
  const key = { userId, id };
  const upload = await readLabUpload(env.DB, key);
  if (upload === null) return { state: 'unknown' };
  if (!isRetriable(upload, nowMs)) return { state: 'not_retriable', terraStatus: upload.terra_status };
  const object = await env.LAB_REPORTS.get(upload.storage_key);
  if (object === null) return { state: 'file_missing' };
  const { name, type } = labFileMetadata(object, id);
  const file = { name, type, bytes: new Uint8Array(await object.arrayBuffer()) };
  const hints = claimLabUploadStatements(key, isoTime(nowMs), isoTime(nowMs - LAB_FORWARD_MAX_MS));
  const answers = await runAll(env.DB, hints);
  if (answers.at(-1)?.results.length === 0) {
    const now = await readLabUpload(env.DB, key);
    return now === null ? { state: 'unknown' } : { state: 'not_retriable', terraStatus: now.terra_status };
  }
  return forwardToTerra(env, file, { uploadId: id, storageKey: upload.storage_key }, context);
}
