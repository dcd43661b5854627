import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../digest.ts';
import { UPLOAD_PART_BYTES } from '../limits.ts';
import { streamBody } from './stream-body.ts';

const CHUNK_BYTES = 50_000;

/** The platform gives random bytes by so many. */
const RANDOM_BYTES = 65_536;

/** So many bytes, no two parts alike. */
function bodyOf(bytes: number): Uint8Array {
  const body = new Uint8Array(bytes);
  for (let start = 0; start < bytes; start += RANDOM_BYTES)
    crypto.getRandomValues(body.subarray(start, start + RANDOM_BYTES));
  return body;
}

/** Chunks that come in one buffer, each good until the next is asked for; `read` counts what was asked for. */
async function* chunksOf(body: Uint8Array, read = { bytes: 0 }): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let start = 0; start < body.byteLength; start += CHUNK_BYTES) {
    const chunk = body.subarray(start, start + CHUNK_BYTES);
    buffer.set(chunk);
    read.bytes += chunk.byteLength;
    yield buffer.subarray(0, chunk.byteLength);
    buffer.fill(0);
  }
}

/** R2 that takes its time with every part, and remembers the uploads begun in it. */
function slowBucket(): { bucket: R2Bucket; uploads: R2MultipartUpload[] } {
  const uploads: R2MultipartUpload[] = [];
  const createMultipartUpload = async (key: string): Promise<R2MultipartUpload> => {
    const upload = await env.RAW_PAYLOADS.createMultipartUpload(key);
    uploads.push(upload);
    const uploadPart = async (part: number, bytes: Uint8Array): Promise<R2UploadedPart> => {
      for (let turn = 0; turn < 500; turn += 1) await Promise.resolve();
      return upload.uploadPart(part, bytes);
    };
    return Object.assign(Object.create(upload), {
      uploadPart,
      complete: upload.complete.bind(upload),
      abort: upload.abort.bind(upload),
    });
  };
  return { bucket: Object.assign(Object.create(env.RAW_PAYLOADS), { createMultipartUpload }), uploads };
}

async function isForgotten({ key, uploadId }: R2MultipartUpload): Promise<boolean> {
  const again = env.RAW_PAYLOADS.resumeMultipartUpload(key, uploadId);
  const error: unknown = await again.uploadPart(1, 'more').then(
    () => null,
    (reason: unknown) => reason,
  );
  return String(error).includes('upload does not exist');
}

describe('streamBody', () => {
  it('keeps, hashes and passes on every byte, whenever R2 takes a part', async () => {
    const body = bodyOf(UPLOAD_PART_BYTES * 2 + 123_456);
    const { bucket } = slowBucket();
    const key = crypto.randomUUID();
    const passedOn: Uint8Array[] = [];
    const rules = { bucket, key, bytesMax: body.byteLength };
    const streamed = await streamBody(chunksOf(body), rules, (chunk) => passedOn.push(chunk.slice()));
    expect(await env.RAW_PAYLOADS.get(key)).toBeNull();
    await streamed?.upload.complete();
    const stored = await (await env.RAW_PAYLOADS.get(key))?.arrayBuffer();
    const hash = sha256Hex(body);
    expect(streamed).toMatchObject({ bytes: body.byteLength, sha256: hash });
    expect(sha256Hex(new Uint8Array(stored ?? new ArrayBuffer()))).toBe(hash);
    expect(sha256Hex(new Uint8Array(await new Blob(passedOn).arrayBuffer()))).toBe(hash);
  });

  it('reads no further than it may, and takes back what it sent', async () => {
    const { bucket, uploads } = slowBucket();
    const read = { bytes: 0 };
    const rules = { bucket, key: crypto.randomUUID(), bytesMax: UPLOAD_PART_BYTES + CHUNK_BYTES };
    expect(await streamBody(chunksOf(bodyOf(UPLOAD_PART_BYTES * 2), read), rules)).toBeNull();
    expect(read.bytes).toBeLessThanOrEqual(rules.bytesMax + CHUNK_BYTES);
    expect(await Promise.all(uploads.map(isForgotten))).toEqual([true]);
  });

  it('takes back what it sent of a body that breaks off', async () => {
    const { bucket, uploads } = slowBucket();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* chunksOf(bodyOf(UPLOAD_PART_BYTES * 2));
      throw new Error('connection lost');
    }
    const rules = { bucket, key: crypto.randomUUID(), bytesMax: UPLOAD_PART_BYTES * 3 };
    await expect(streamBody(broken(), rules)).rejects.toThrow('connection lost');
    expect(await Promise.all(uploads.map(isForgotten))).toEqual([true]);
  });
});
