import { UPLOAD_PART_BYTES } from '../limits.ts';

/**
 * An object of R2 in the making, of a size not known beforehand. There is no object under the key before
 * `complete`, so a body that turns out to be bad never was one; parts that a crash leaves behind are R2's to
 * remove. One part is sent while the next is filled; the two change places, so that no part leaves a buffer
 * behind.
 */
export class PayloadUpload {
  readonly #upload: R2MultipartUpload;
  readonly #parts: R2UploadedPart[] = [];
  #part = new Uint8Array(UPLOAD_PART_BYTES);
  /** The part that is being sent, or was. */
  #other = new Uint8Array(UPLOAD_PART_BYTES);
  #filled = 0;
  #sending: Promise<void> = Promise.resolve();

  private constructor(upload: R2MultipartUpload) {
    this.#upload = upload;
  }

  static async begin(bucket: R2Bucket, key: string): Promise<PayloadUpload> {
    return new PayloadUpload(await bucket.createMultipartUpload(key));
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
  }

  async abort(): Promise<void> {
    await this.#sending.catch(() => undefined);
    await this.#upload.abort();
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
