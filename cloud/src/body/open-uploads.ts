import { errorText } from '../errors.ts';
import { log } from '../log.ts';

/** Where the records lie, in the bucket of the uploads: a multipart upload itself is listed nowhere. */
const RECORDS = 'open-uploads/';

/** A multipart upload that was begun and neither completed nor aborted, as far as is known. */
export type OpenUpload = {
  /** The key of the record, not of the upload. */
  readonly record: string;
  readonly key: string;
  readonly uploadId: string;
  readonly begunAt: Date;
};

/**
 * Notes that an upload was begun, so that the daily sweep finds it where its request dies. The record holds nothing
 * of the body. Answers the record's key.
 */
export async function recordOpenUpload(
  bucket: R2Bucket,
  { key, uploadId }: Pick<OpenUpload, 'key' | 'uploadId'>,
): Promise<string> {
  const record = `${RECORDS}${crypto.randomUUID()}`;
  await bucket.put(record, '', { customMetadata: { key, upload_id: uploadId } });
  return record;
}

/** The upload is over. A record that stays is the sweep's to remove, so that a failure here fails no delivery. */
export async function forgetOpenUpload(bucket: R2Bucket, record: string): Promise<void> {
  try {
    await bucket.delete(record);
  } catch (error) {
    log('warn', 'open_upload_not_forgotten', { record, message: errorText(error) });
  }
}

/** Records of uploads, at most so many; which ones is the bucket's choice where there are more. */
export async function listOpenUploads(bucket: R2Bucket, limit: number): Promise<readonly OpenUpload[]> {
  const { objects } = await bucket.list({ prefix: RECORDS, limit, include: ['customMetadata'] });
  return objects.map(({ key: record, uploaded, customMetadata }) => ({
    record,
    key: customMetadata?.key ?? '',
    uploadId: customMetadata?.upload_id ?? '',
    begunAt: uploaded,
  }));
}

/** Ends an upload that nobody goes on with. One that is over already is fine. Throws when R2 does not answer. */
export async function abortOpenUpload(
  bucket: R2Bucket,
  { record, key, uploadId }: OpenUpload,
): Promise<void> {
  try {
    await bucket.resumeMultipartUpload(key, uploadId).abort();
  } catch (error) {
    if (!/does not exist|\b10024\b/.test(errorText(error))) throw error;
  }
  await bucket.delete(record);
}
