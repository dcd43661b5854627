import { UPLOAD_PART_BYTES } from '../limits.ts';
import { forgetOpenUpload, recordOpenUpload } from './open-uploads.ts';

/**
 * An object of R2 in the making, of a size not known beforehand. There is no object under the key before
 * `complete`, so a body that turns out to be bad never was one; the parts that a crash leaves behind go with the daily
 * sweep, which finds the upload by its record. One part is sent while the next is filled; the two change places, so
 * that no part leaves a buffer behind.
 */
export class PayloadUpload {
  readonly #bucket: R2Bucket;
  readonly #upload: R2MultipartUpload;
  readonly #record: string;
  readonly #parts: R2UploadedPart[] = [];
  #part = new Uint8Array(UPLOAD_PART_BYTES);
  /** The part that is being sent, or was. */
  #other = new Uint8Array(UPLOAD_PART_BYTES);
  #filled = 0;
  #sending: Promise<void> = Promise.resolve();

  private constructor(bucket: R2Bucket, upload: R2MultipartUpload, record: string) {
    this.#bucket = bucket;
    this.#upload = upload;
    this.#record = record;
  }

  static async begin(bucket: R2Bucket, key: string): Promise<PayloadUpload> {
    const upload = await bucket.createMultipartUpload(key);
    return new PayloadUpload(bucket, upload, await recordOpenUpload(bucket, upload));
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.byteLength; ) {
      const piece = chunk.subarray(taken, taken + UPLOAD_PART_BYTES - this.#filled);
      this.#part.set(piece, this.#filled);
      this.#filled += piece.byteLength;
      taken += piece.byteLength;
      if (this.#filled === UPLOAD_PART_BYTES) await this.#send();
    }
  }

  /** Makes the object appear. Throws when R2 does not take it. */
  async complete(): Promise<void> {
    if (this.#filled > 0) await this.#send();
    await this.#sending;
    await this.#upload.complete(this.#parts);
    await forgetOpenUpload(this.#bucket, this.#record);
  }

  async abort(): Promise<void> {
    await this.#sending.catch(() => undefined);
    await this.#upload.abort();
    await forgetOpenUpload(this.#bucket, this.#record);
  }

  async #send(): Promise<void> {
    await this.#sending;
    const part = this.#part.subarray(0, this.#filled);
    this.#sending = this.#upload.uploadPart(this.#parts.length + 1, part).then((uploaded) => {
      this.#parts.push(uploaded);
    });
    // The next await of the upload throws the failure; this keeps it from being reported as unhandled until then.
    this.#sending.catch(() => undefined);
    [this.#part, this.#other] = [this.#other, this.#part];
    this.#filled = 0;
  }
}
