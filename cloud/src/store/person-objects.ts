import type { UserId } from '../ids.ts';
import { R2_KEYS_A_CALL } from '../limits.ts';
import type { SubjectEvent } from './subject-events.ts';

/** What of a person is in R2 and in KV. */

/** Deletes what these events keep in R2; answers how many objects that were. */
export async function deletePayloads(bucket: R2Bucket, events: readonly SubjectEvent[]): Promise<number> {
  const keys = events
    .flatMap(({ payload_key, fetched_key }) => [payload_key, fetched_key])
    .filter((key) => key !== null);
  for (let start = 0; start < keys.length; start += R2_KEYS_A_CALL) {
    await bucket.delete(keys.slice(start, start + R2_KEYS_A_CALL));
  }
  return keys.length;
}

/** Deletes the objects whose keys begin like this; answers how many. */
export async function deletePrefix(bucket: R2Bucket, prefix: string): Promise<number> {
  let deleted = 0;
  for (;;) {
    const page = await bucket.list({ prefix, limit: R2_KEYS_A_CALL });
    if (page.objects.length === 0) return deleted;
    await bucket.delete(page.objects.map(({ key }) => key));
    deleted += page.objects.length;
  }
}

/** How many objects there are whose keys begin like this, counted up to one list. */
export async function countPrefix(bucket: R2Bucket, prefix: string): Promise<number> {
  return (await bucket.list({ prefix, limit: R2_KEYS_A_CALL })).objects.length;
}

/** Deletes what the cache holds of a person; answers how many keys. */
export async function deleteCacheKeys(cache: KVNamespace, userId: UserId): Promise<number> {
  let deleted = 0;
  for (const prefix of [`idempotency:${userId}:`, `cache:${userId}:`]) {
    let cursor: string | null = null;
    do {
      const page: KVNamespaceListResult<unknown> = await cache.list({ prefix, cursor });
      for (const { name } of page.keys) await cache.delete(name);
      deleted += page.keys.length;
      cursor = page.list_complete ? null : page.cursor;
    } while (cursor !== null);
  }
  return deleted;
}
