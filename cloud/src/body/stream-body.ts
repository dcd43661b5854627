import { createHash } from 'node:crypto';
import { SKELETON_BYTES_MAX } from '../limits.ts';
import { PayloadUpload } from './payload-upload.ts';
import { type Skeleton, SkeletonMaker } from './skeleton.ts';

/** A body that went by: its hash, what is kept of it, and its object, which is not there before `complete`. */
export type StreamedBody = {
  readonly bytes: number;
  readonly sha256: string;
  readonly skeleton: Skeleton;
  readonly upload: PayloadUpload;
};

/**
 * Reads a large body in one pass: into R2, into its hash, into its skeleton and into `alsoFeed`. Null, and
 * nothing in R2, when it is larger than `bytesMax`. Throws, and leaves nothing in R2, when the body breaks
 * off or R2 fails.
 */
export async function streamBody(
  chunks: AsyncIterable<Uint8Array>,
  { bucket, key, bytesMax }: { readonly bucket: R2Bucket; readonly key: string; readonly bytesMax: number },
  alsoFeed: (chunk: Uint8Array) => void = () => undefined,
): Promise<StreamedBody | null> {
  const upload = await PayloadUpload.begin(bucket, key);
  const hash = createHash('sha256');
  const maker = new SkeletonMaker(SKELETON_BYTES_MAX);
  let bytes = 0;
  try {
    for await (const chunk of chunks) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) break;
      hash.update(chunk);
      maker.write(chunk);
      alsoFeed(chunk);
      await upload.write(chunk);
    }
  } catch (error) {
    await upload.abort();
    throw error;
  }
  if (bytes <= bytesMax) return { bytes, sha256: hash.digest('hex'), skeleton: maker.finish(), upload };
  await upload.abort();
  return null;
}
