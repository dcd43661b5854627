import { isoTime } from '../clock.ts';
import { LAB_FORWARD_MAX_MS } from '../limits.ts';
import { claimLabUpload, type StoredLabUpload, selectLabUpload } from '../store/lab-uploads.ts';
import { bindAll } from '../store/statements.ts';
import { requireTerraKeys } from '../terra/client.ts';
import { labFileMetadata } from './lab-file.ts';
import { forwardToTerra, type LabUploadResult, type UploadContext } from './lab-upload.ts';
import { isRetriable } from './lab-upload-state.ts';

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
  const upload = await readUpload(env.DB, key);
  if (upload === null) return { state: 'unknown' };
  if (!isRetriable(upload, nowMs)) return { state: 'not_retriable', terraStatus: upload.terra_status };
  const object = await env.LAB_REPORTS.get(upload.storage_key);
  if (object === null) return { state: 'file_missing' };
  const { name, type } = labFileMetadata(object, id);
  const file = new File([await object.arrayBuffer()], name, { type });
  const claim = claimLabUpload(key, isoTime(nowMs), isoTime(nowMs - LAB_FORWARD_MAX_MS));
  const answers = await env.DB.batch(bindAll(env.DB, claim));
  if (answers.at(-1)?.results.length === 0) {
    const now = await readUpload(env.DB, key);
    return now === null ? { state: 'unknown' } : { state: 'not_retriable', terraStatus: now.terra_status };
  }
  return forwardToTerra(env, file, { uploadId: id, storageKey: upload.storage_key }, context);
}

async function readUpload(
  db: D1Database,
  key: { readonly userId: string; readonly id: string },
): Promise<StoredLabUpload | null> {
  const [answer] = await db.batch<StoredLabUpload>(bindAll(db, [selectLabUpload(key)]));
  return answer?.results[0] ?? null;
}
