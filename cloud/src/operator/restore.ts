import { type IsoTime, type UnixMs, unixMsOf } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { erasePerson } from '../erasure/erase-person.ts';
import { type ListedErasure, readErasuresSince } from '../erasure/erased-list.ts';
import type { UserId } from '../ids.ts';
import { PEOPLE_A_PAGE, RESTORE_ERASURES_A_CALL } from '../limits.ts';
import { writeHashedMarks } from '../store/erased-subjects.ts';
import { readPeople, tellMirrors } from '../store/restored.ts';

export type AfterRestore = {
  readonly erasures_listed: number;
  readonly erasures_repeated: number;
  /** Left for the next call. */
  readonly erasures_waiting: number;
  readonly people_told: number;
};

/**
 * What a database needs that was restored to an earlier time, before anybody may rely on it. Whoever was erased since
 * is back in it: their marks come first, so that nothing more of theirs is stored, then a bounded number of them is
 * erased again; the call is repeated until none waits. The last one tells everybody's mirror to sync in full, since rows
 * and deletions that it knows are unknown here. Doing it all again does no harm.
 */
export async function afterRestore(
  env: Env,
  restoredTo: IsoTime,
  requestId: string,
  nowMs: UnixMs,
  erasuresMax: number = RESTORE_ERASURES_A_CALL,
): Promise<AfterRestore> {
  const erasures = await readErasuresSince(env.RAW_PAYLOADS, restoredTo);
  for (const { marks, requestedAt } of erasures) await writeHashedMarks(env.DB, marks, requestedAt);
  const doomed = erasures.length === 0 ? [] : await findErased(env.DB, erasures);
  const now = doomed.slice(0, erasuresMax);
  for (const { userId, requestedMs } of now) await erasePerson(env, { userId, requestedMs, requestId });
  const waiting = doomed.length - now.length;
  return {
    erasures_listed: erasures.length,
    erasures_repeated: now.length,
    erasures_waiting: waiting,
    // Told once, or a mirror that has synced in full between two calls would do it again.
    people_told: waiting > 0 ? 0 : await tellEverybody(env.DB, nowMs),
  };
}

type Doomed = { readonly userId: UserId; readonly requestedMs: UnixMs };

/** The list has hashes alone: everybody's id is hashed. Who came after their erasure is somebody new. */
async function findErased(db: D1Database, erasures: readonly ListedErasure[]): Promise<readonly Doomed[]> {
  const requested = new Map<string, UnixMs>();
  for (const { marks, requestedAt } of erasures) {
    for (const { kind, subject_hash } of marks) {
      if (kind === 'user') requested.set(subject_hash, unixMsOf(requestedAt));
    }
  }
  const doomed: Doomed[] = [];
  for (let after = ''; ; ) {
    const people = await readPeople(db, after, PEOPLE_A_PAGE);
    for (const { id, created_at } of people) {
      const requestedMs = requested.get(sha256Hex(id));
      if (requestedMs !== undefined && unixMsOf(created_at) <= requestedMs)
        doomed.push({ userId: id, requestedMs });
    }
    const last = people.at(-1)?.id;
    if (last === undefined) return doomed;
    after = last;
  }
}

async function tellEverybody(db: D1Database, nowMs: UnixMs): Promise<number> {
  let told = 0;
  for (let after = ''; ; ) {
    const ids = await tellMirrors(db, after, nowMs, PEOPLE_A_PAGE);
    told += ids.length;
    const last = ids.toSorted().at(-1);
    if (last === undefined) return told;
    after = last;
  }
}
