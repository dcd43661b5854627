import type { IsoTime } from '../clock.ts';
import { errorText } from '../errors.ts';
import {
  ERASURE_TERRA_CALL_MS,
  ERASURE_TERRA_CALLS_AT_ONCE,
  ERASURE_TERRA_MS,
  LAB_FORWARD_MAX_MS,
} from '../limits.ts';
import { log } from '../log.ts';
import { sendMessages, type TerraHolding } from '../queue/messages.ts';
import { waitSeconds } from '../queue/retry-policy.ts';
import {
  deauthenticateUser,
  deleteLabReport,
  isPaused,
  type LabReportFilter,
  labReportSessions,
  type TerraAnswer,
} from '../terra/client.ts';

/** What became of what Terra holds. What Terra no longer knew counts nowhere. */
export type TerraReceipt = {
  /** Connections that Terra ended. */
  readonly terra_deauthenticated: number;
  readonly terra_lab_reports_deleted: number;
  /** What Terra did not take in time; it is asked again for about two days. */
  readonly terra_failed: number;
};

/** Whether Terra has deleted all, or was not even asked, since outbound calls are paused. */
type DeletionState = 'done' | 'failed' | 'paused';

type TerraDeletion = { readonly removed: number; readonly state: DeletionState };

/**
 * Asks Terra to delete what it holds, in bounded time. What it does not take goes to the queue, which alone
 * knows of it then; and so does what Terra may take yet, to be asked for `LAB_FORWARD_MAX_MS` later. Throws only
 * when the queue does.
 */
export async function deleteAtTerra(
  env: Env,
  {
    now: holdings,
    later,
  }: { readonly now: readonly TerraHolding[]; readonly later: readonly TerraHolding[] },
): Promise<TerraReceipt> {
  const deadlineMs = Date.now() + ERASURE_TERRA_MS;
  const receipt = { terra_deauthenticated: 0, terra_lab_reports_deleted: 0, terra_failed: 0 };
  const left: TerraHolding[] = [];
  for (let start = 0; start < holdings.length; start += ERASURE_TERRA_CALLS_AT_ONCE) {
    const some = holdings.slice(start, start + ERASURE_TERRA_CALLS_AT_ONCE);
    const isLate = Date.now() >= deadlineMs;
    const removals = isLate
      ? some.map((): TerraDeletion => ({ removed: 0, state: 'failed' }))
      : await Promise.all(some.map((holding) => remove(env, holding, ERASURE_TERRA_CALL_MS)));
    some.forEach((holding, i) => {
      const { removed = 0, state = 'failed' } = removals[i] ?? {};
      receipt[holding.kind === 'user' ? 'terra_deauthenticated' : 'terra_lab_reports_deleted'] += removed;
      if (state !== 'done') left.push(holding);
    });
  }
  await sendMessages(
    env.TERRA_EVENTS,
    left.map((removal) => ({ removal })),
    (position) => waitSeconds('removal', 1, left[position]?.id ?? null),
  );
  await sendMessages(
    env.TERRA_EVENTS,
    later.map((removal) => ({ removal })),
    () => LAB_FORWARD_MAX_MS / 1_000,
  );
  return { ...receipt, terra_failed: left.length };
}

/** Asks Terra once to delete the holding: `done` too where Terra does not know it. Never throws. */
export async function askForDeletion(
  env: Env,
  holding: TerraHolding,
  timeoutMs: number,
): Promise<DeletionState> {
  return (await remove(env, holding, timeoutMs)).state;
}

async function remove(env: Env, holding: TerraHolding, timeoutMs: number): Promise<TerraDeletion> {
  const { kind } = holding;
  try {
    switch (kind) {
      case 'user':
        return asDeletion(await deauthenticateUser(env, holding.id, timeoutMs));
      case 'lab_report':
        return asDeletion(await deleteLabReport(env, holding.id, timeoutMs));
      case 'lab_upload':
        return await deleteReportsAtTerra(env, { upload_id: holding.id }, timeoutMs);
      case 'lab_reference':
        return await deleteReportsAtTerra(env, { reference_id: holding.id }, timeoutMs, holding.until);
    }
  } catch (error) {
    // Without the keys to Terra there is nobody to ask; that must not keep anything of the person here.
    log('error', 'terra_removal_failed', { kind, message: errorText(error) });
    return { removed: 0, state: 'failed' };
  }
}

/** Reports that were uploaded after `until` stay; Terra says of all of them when that was. */
async function deleteReportsAtTerra(
  env: Env,
  filter: LabReportFilter,
  timeoutMs: number,
  until: IsoTime | null = null,
): Promise<TerraDeletion> {
  const listed = await labReportSessions(env, filter, timeoutMs);
  if (listed.state === 'failed') return asDeletion(listed);
  let removed = 0;
  let state: DeletionState = 'done';
  for (const { session_id, uploaded_at } of listed.body.sessions) {
    if (until !== null && Date.parse(uploaded_at ?? '') > Date.parse(until)) continue;
    const removal = asDeletion(await deleteLabReport(env, session_id, timeoutMs));
    removed += removal.removed;
    if (removal.state !== 'done') state = removal.state;
  }
  return { removed, state };
}

/** What Terra does not know counts as deleted. An address that its older API does not have counts so too. */
function asDeletion(answer: TerraAnswer<unknown>): TerraDeletion {
  if (answer.state === 'answered') return { removed: 1, state: 'done' };
  if (answer.status === 404 || answer.status === 405) return { removed: 0, state: 'done' };
  if (isPaused(answer)) return { removed: 0, state: 'paused' };
  log('warn', 'terra_removal_failed', { status: answer.status });
  return { removed: 0, state: 'failed' };
}
