import { abortOpenUpload, listOpenUploads, type OpenUpload } from '../body/open-uploads.ts';
import type { UnixMs } from '../clock.ts';
import { errorText } from '../errors.ts';
import { OPEN_UPLOADS_A_RUN, ORPHAN_AGE_MS, UPLOAD_ABORTS_AT_ONCE } from '../limits.ts';
import { log } from '../log.ts';

/**
 * Aborts multipart uploads begun more than a day ago: their requests died, and their parts would lie in the bucket
 * where no list shows them. One that R2 does not abort keeps its record for the next run. Answers how many were
 * aborted.
 */
export async function abortAbandonedUploads(env: Env, nowMs: UnixMs): Promise<number> {
  const bucket = env.RAW_PAYLOADS;
  const uploads = await listOpenUploads(bucket, OPEN_UPLOADS_A_RUN);
  const abandoned = uploads.filter(({ begunAt }) => begunAt.getTime() <= nowMs - ORPHAN_AGE_MS);
  let aborted = 0;
  for (let start = 0; start < abandoned.length; start += UPLOAD_ABORTS_AT_ONCE) {
    const some = abandoned.slice(start, start + UPLOAD_ABORTS_AT_ONCE);
    const ended = await Promise.all(some.map((upload) => isAborted(bucket, upload)));
    aborted += ended.filter(Boolean).length;
  }
  const failed = abandoned.length - aborted;
  log(failed > 0 ? 'error' : 'info', 'uploads_aborted', { seen: uploads.length, aborted, failed });
  return aborted;
}

async function isAborted(bucket: R2Bucket, upload: OpenUpload): Promise<boolean> {
  try {
    await abortOpenUpload(bucket, upload);
    return true;
  } catch (error) {
    log('warn', 'upload_not_aborted', { record: upload.record, message: errorText(error) });
    return false;
  }
}
