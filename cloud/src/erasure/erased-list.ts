import { z } from 'zod';
import { type IsoTime, isoText, isoTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { R2_KEYS_A_CALL } from '../limits.ts';
import { type HashedMark, MARK_KINDS } from '../store/erased-subjects.ts';
import type { Subjects } from '../store/subjects.ts';

/**
 * Erasures outlive the database: each is noted in R2 by its hashes alone, so that a database that is restored to an
 * earlier time can be told again who is not to be in it. Keys sort by the time of the request.
 */
const PREFIX = 'erasures/';

export type ListedErasure = {
  readonly requestedAt: IsoTime;
  readonly marks: readonly HashedMark[];
};

const listed = z.object({
  requested_at: z.string().transform(isoText),
  marks: z.array(z.object({ kind: z.enum(MARK_KINDS), subject_hash: z.string() })),
});

/**
 * Notes an erasure, once: when it is gone on with after a halt, fewer of its ids may be left than at its beginning.
 */
export async function listErasure(
  bucket: R2Bucket,
  { userId, terraUserIds, terraUploadIds }: Subjects,
  requestedMs: UnixMs,
): Promise<void> {
  const requestedAt = isoTime(requestedMs);
  const userHash = sha256Hex(userId);
  const key = `${PREFIX}${requestedAt}-${userHash}.json`;
  if ((await bucket.head(key)) !== null) return;
  const marks: readonly HashedMark[] = [
    { kind: 'user', subject_hash: userHash },
    ...terraUserIds.map((id) => ({ kind: 'terra_user', subject_hash: sha256Hex(id) }) as const),
    ...terraUploadIds.map((id) => ({ kind: 'upload', subject_hash: sha256Hex(id) }) as const),
  ];
  await bucket.put(key, JSON.stringify({ requested_at: requestedAt, marks }));
}

/** Every erasure that was asked for since then, the oldest first. */
export async function readErasuresSince(bucket: R2Bucket, since: IsoTime): Promise<readonly ListedErasure[]> {
  const erasures: ListedErasure[] = [];
  let after = `${PREFIX}${since}`;
  for (;;) {
    const page = await bucket.list({ prefix: PREFIX, startAfter: after, limit: R2_KEYS_A_CALL });
    for (const { key } of page.objects) {
      const object = await bucket.get(key);
      if (object === null) continue;
      const { requested_at, marks } = listed.parse(await object.json());
      erasures.push({ requestedAt: requested_at, marks });
    }
    const last = page.objects.at(-1)?.key;
    if (!page.truncated || last === undefined) return erasures;
    after = last;
  }
}
