import { isoTime, sqliteTime, type UnixMs, unixMsOf } from '../clock.ts';
import { ApiError, errorText } from '../errors.ts';
import type { UserId } from '../ids.ts';
import { ERASURE_LEASE_MS, ERASURES_A_TICK, LAB_FORWARD_MAX_MS } from '../limits.ts';
import { log } from '../log.ts';
import type { TerraHolding } from '../queue/messages.ts';
import { beginErasure, endErasureStatement, markSubjects, takeDeadErasures } from '../store/erasures.ts';
import { countRemaining, deletePerson, type ErasureReceipt } from '../store/person-data.ts';
import { runAll } from '../store/statements.ts';
import { readSubjects, type Subjects } from '../store/subjects.ts';
import { storeTracesStatements } from '../store/traces.ts';
import { deleteAtTerra, type TerraReceipt } from './delete-at-terra.ts';
import { listErasure } from './erased-list.ts';

export type Erasure = {
  readonly deleted: ErasureReceipt;
  readonly terra: TerraReceipt;
  /** What the same ids still find. Looked up, and 0: an erasure that leaves something is not over. */
  readonly remaining: number;
};

export type ErasureRequest = {
  readonly userId: UserId;
  /** When it was asked for: tokens issued before have ended. */
  readonly requestedMs: UnixMs;
  readonly requestId: string | null;
};

/**
 * Erases a person. The mark comes first: nothing of theirs is stored from then on. So the ids that are read next
 * are all there are, and they are marked too. Then Terra is asked, in bounded time, to delete what it holds, while
 * its ids are still known; then everything here goes, and is looked for again. What is left are SHA-256 hashes of
 * the ids, so that late deliveries and old tokens do not bring the person back. Throws `unavailable` where it came
 * to a halt after the mark: the cron goes on with it.
 */
export async function erasePerson(env: Env, request: ErasureRequest): Promise<Erasure> {
  const { userId, requestedMs, requestId } = request;
  const leaseUntil = isoTime(Date.now() + ERASURE_LEASE_MS);
  await beginErasure(env.DB, userId, { requestedAt: isoTime(requestedMs), leaseUntil });
  try {
    const subjects = await readSubjects(env.DB, userId);
    await markSubjects(env.DB, subjects, isoTime(requestedMs));
    await listErasure(env.RAW_PAYLOADS, subjects, requestedMs);
    const terra = await deleteAtTerra(env, holdingsOf(subjects));
    const deleted = await deletePerson(env, subjects);
    const remaining = await countRemaining(env, subjects);
    if (remaining > 0) throw new Error(`${remaining} rows and objects of the person are still found`);
    const details = { ...deleted, ...terra, remaining };
    const traces = [{ level: 'info', event: 'user_wiped', requestId, details }] as const;
    await runAll(env.DB, [
      endErasureStatement(userId, leaseUntil),
      ...storeTracesStatements(traces, sqliteTime(Date.now())),
    ]);
    return { deleted, terra, remaining };
  } catch (error) {
    log('error', 'erasure_halted', { request_id: requestId, message: errorText(error) });
    throw new ApiError(
      'unavailable',
      'the erasure has begun and is not over: nothing new is stored, and it goes on by itself within the hour',
      { retryAfterSeconds: ERASURE_LEASE_MS / 1_000 },
    );
  }
}

/** Goes on with erasures that came to a halt. Answers how many; one that halts again does not stop the others. */
export async function finishErasures(env: Env, nowMs: UnixMs): Promise<number> {
  const dead = await takeDeadErasures(env.DB, {
    now: isoTime(nowMs),
    leaseUntil: isoTime(nowMs + ERASURE_LEASE_MS),
    limit: ERASURES_A_TICK,
  });
  const outcomes = await Promise.allSettled(
    dead.map(({ subject, requested_at }) =>
      erasePerson(env, { userId: subject, requestedMs: unixMsOf(requested_at), requestId: null }),
    ),
  );
  const halted = outcomes.filter(({ status }) => status === 'rejected').length;
  if (halted > 0) throw new Error(`${halted} of ${dead.length} erasures came to a halt again`);
  return dead.length;
}

/** What Terra is asked to delete now, and what it may be taking yet while this goes on. */
function holdingsOf({ userId, terraUserIds, terraUploadIds, terraReportIds, unansweredSince }: Subjects): {
  now: readonly TerraHolding[];
  later: readonly TerraHolding[];
} {
  const nowMs = Date.now();
  const isUploading = unansweredSince !== null && unixMsOf(unansweredSince) > nowMs - LAB_FORWARD_MAX_MS;
  const until = isoTime(nowMs + LAB_FORWARD_MAX_MS);
  const unanswered = { kind: 'lab_reference', id: userId, until } as const;
  return {
    now: [
      ...terraUserIds.map((id) => ({ kind: 'user', id }) as const),
      ...terraUploadIds.map((id) => ({ kind: 'lab_upload', id }) as const),
      ...terraReportIds.map((id) => ({ kind: 'lab_report', id }) as const),
      ...(unansweredSince === null ? [] : [unanswered]),
    ],
    later: isUploading ? [unanswered] : [],
  };
}
