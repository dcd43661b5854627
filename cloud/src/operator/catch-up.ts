import { isoTime, type UnixMs, unixMsOf } from '../clock.ts';
import { reconcilePerson } from '../connections/reconcile.ts';
import { errorText } from '../errors.ts';
import { CATCH_UP_EVERY_MS, CATCH_UP_RETRY_MS, CATCH_UPS_A_TICK, CATCH_UPS_AT_ONCE } from '../limits.ts';
import { log } from '../log.ts';
import { sendRequestsOrLeaveToSweep } from '../queue/outbox.ts';
import {
  type DueSilence,
  postponeSilencesStatements,
  storeCatchUps,
  takeDueSilences,
} from '../store/catch-ups.ts';
import { readOutboundPause } from '../store/operator-switches.ts';
import { runAll } from '../store/statements.ts';

/**
 * Asks for the days of silences that are due: first Terra whether the connection still stands, then, where it does,
 * for those days alone, through the outbox. A few connections a tick, each at most once a day; nothing while an
 * operator has paused what is asked of Terra. Answers how many requests were written.
 */
export async function catchUp(env: Env, nowMs: UnixMs): Promise<number> {
  if ((await readOutboundPause(env.DB)) !== null) return 0;
  const lease = isoTime(nowMs + CATCH_UP_RETRY_MS);
  const due = await takeDueSilences(env.DB, isoTime(nowMs), lease, CATCH_UPS_A_TICK);
  const early = due.filter((silence) => dueMs(silence) > nowMs);
  const postponed = [...Map.groupBy(early, dueMs)].flatMap(([untilMs, some]) =>
    postponeSilencesStatements(
      some.map(({ id }) => id),
      isoTime(untilMs),
    ),
  );
  if (postponed.length > 0) await runAll(env.DB, postponed);
  const people = [
    ...Map.groupBy(
      due.filter((silence) => dueMs(silence) <= nowMs),
      ({ user_id }) => user_id,
    ),
  ];
  let written = 0;
  for (let start = 0; start < people.length; start += CATCH_UPS_AT_ONCE) {
    const some = people.slice(start, start + CATCH_UPS_AT_ONCE);
    const counts = await Promise.all(some.map(([, silences]) => catchUpPerson(env, silences, nowMs)));
    written += counts.reduce((total, count) => total + count, 0);
  }
  if (due.length > 0) log('info', 'silences_asked', { due: due.length, requests: written });
  return written;
}

/** From when on a connection may be asked again. */
function dueMs({ asked_before }: DueSilence): UnixMs {
  return asked_before === null ? 0 : unixMsOf(asked_before) + CATCH_UP_EVERY_MS;
}

/** One that fails is asked again later, and keeps nobody else from it. */
async function catchUpPerson(env: Env, silences: readonly DueSilence[], nowMs: UnixMs): Promise<number> {
  const [first] = silences;
  if (first === undefined) return 0;
  try {
    if (!(await reconcilePerson(env, first.user_id, nowMs))) return 0;
    const asked = silences.map(({ id }) => ({ id, backfill_id: crypto.randomUUID() }));
    const ids = await storeCatchUps(env.DB, asked, nowMs);
    await sendRequestsOrLeaveToSweep(env, ids, { after: 'silence' }, nowMs);
    return ids.length;
  } catch (error) {
    log('error', 'catch_up_failed', { message: errorText(error) });
    return 0;
  }
}
