import { isoTime, type UnixMs } from '../clock.ts';
import type { HistoryResource } from '../contract/import.ts';
import { errorText } from '../errors.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import {
  DAY_MS,
  GAP_ANSWERED_MS,
  GAP_DAYS_LOOKED,
  GAP_PEOPLE_A_TICK,
  GAP_ROUND_MS,
  GAPS_A_LOOK,
} from '../limits.ts';
import { log } from '../log.ts';
import { type KnownGap, type PresentDays, readPeopleAfter, readPresentDays } from '../store/present-days.ts';
import { endSilencesStatements, type FoundSilence, storeSilencesStatements } from '../store/silences.ts';
import { runAll } from '../store/statements.ts';
import { readSweep, storeSweepStatement } from '../store/sweeps.ts';
import { missingDays } from './missing-days.ts';

/**
 * Looks for days that are missing in the middle of histories: a few people a tick, everybody at most twice a day. A
 * gap is noted once, whatever becomes of it. Answers how many were found.
 */
export async function findGaps(env: Env, nowMs: UnixMs, people: number = GAP_PEOPLE_A_TICK): Promise<number> {
  const { position, roundMs } = roundOf(await readSweep(env.DB, 'gaps'));
  const isNewRound = position === 0;
  if (isNewRound && nowMs - roundMs < GAP_ROUND_MS && nowMs >= roundMs) return 0;
  const next = await readPeopleAfter(env.DB, position, people);
  let found = 0;
  for (const { user_id } of next) {
    found += await lookAt(env, user_id, nowMs).catch((error: unknown) => {
      // Whoever comes behind is looked at all the same; this one again in the next round.
      log('error', 'gaps_not_looked_for', { message: errorText(error) });
      return 0;
    });
  }
  const last = next.length < people ? 0 : (next.at(-1)?.position ?? 0);
  const where = `${last} ${isNewRound ? nowMs : roundMs}`;
  await runAll(env.DB, [storeSweepStatement('gaps', where, null, isoTime(nowMs))]);
  return found;
}

/** `<the last person's number> <unix ms at which the round began>` */
function roundOf(cursor: string): { readonly position: number; readonly roundMs: UnixMs } {
  const [position = 0, roundMs = 0] = cursor === '' ? [] : cursor.split(' ').map(Number);
  return { position, roundMs };
}

async function lookAt(env: Env, userId: UserId, nowMs: UnixMs): Promise<number> {
  const since = isoTime(nowMs - GAP_DAYS_LOOKED * DAY_MS).slice(0, 10);
  const { present, known } = await readPresentDays(env.DB, userId, since);
  const today = isoTime(nowMs).slice(0, 10);
  const found = [...Map.groupBy(present, ({ terra_user_id }) => terra_user_id)].flatMap(
    ([terraUserId, own]) => newGaps(terraUserId, own, known, today),
  );
  const now = isoTime(nowMs);
  const over = known.filter((gap) => gap.ended_at === null && isFilled(gap, present));
  const isAnswered = (gap: KnownGap) =>
    gap.asked_at !== null && gap.request !== 'pending' && nowMs - Date.parse(gap.asked_at) >= GAP_ANSWERED_MS;
  const empty = known.filter((gap) => gap.ended_at === null && !over.includes(gap) && isAnswered(gap));
  const statements = [
    ...storeSilencesStatements('gap', found, now),
    ...endSilencesStatements(
      over.map(({ id }) => id),
      'over',
      now,
    ),
    ...endSilencesStatements(
      empty.map(({ id }) => id),
      'nothing_there',
      now,
    ),
  ];
  if (statements.length > 0) await runAll(env.DB, statements);
  return found.length;
}

/** What lies within days that were asked for once is no new gap, even where a part of them came. */
function newGaps(
  terraUserId: TerraUserId,
  present: readonly PresentDays[],
  known: readonly KnownGap[],
  today: string,
): FoundSilence[] {
  const days = new Map<HistoryResource, readonly string[]>(present.map((one) => [one.resource, one.days]));
  const isNew = (resource: HistoryResource, from: string, to: string) =>
    !known.some(
      (gap) =>
        gap.terra_user_id === terraUserId &&
        gap.resource === resource &&
        (gap.from_date === from || (gap.from_date <= from && gap.to_date >= to)),
    );
  return missingDays(days, today)
    .map(({ from, to, resources }) =>
      resources
        .filter((resource) => isNew(resource, from, to))
        .map((resource) => ({
          terra_user_id: terraUserId,
          resource,
          since: from,
          usual_s: null,
          from_date: from,
          to_date: to,
        })),
    )
    .filter((some) => some.length > 0)
    .slice(0, GAPS_A_LOOK)
    .flat();
}

/** Something of the days is there now, of whatever kind. */
function isFilled({ terra_user_id, from_date, to_date }: KnownGap, present: readonly PresentDays[]): boolean {
  return present.some(
    (one) =>
      one.terra_user_id === terra_user_id && one.days.some((day) => day >= from_date && day <= to_date),
  );
}
