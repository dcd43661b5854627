import { z } from 'zod';
import { isoTime, type UnixMs } from '../clock.ts';
import { SILENCE_KINDS } from '../contract/silences.ts';
import { HABITS_A_TICK, LOCAL_DAY_BEHIND_MS, RECEIPT_LEARNED_AFTER_MS } from '../limits.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import {
  endSilencesStatements,
  type FoundSilence,
  type JudgedConnection,
  readJudgedConnections,
  storeSilencesStatements,
} from '../store/silences.ts';
import { runAll } from '../store/statements.ts';
import { readSweep, storeSweepStatement } from '../store/sweeps.ts';
import { overdue } from './habit.ts';
import { readReceiptsText } from './learn-receipts.ts';

const open = z.array(z.tuple([z.number(), z.enum(HISTORY_RESOURCES), z.string(), z.enum(SILENCE_KINDS)]));

/** Judges the next connections by their own habits: notes who is overdue, and whose silence is over. */
export async function findOverdue(env: Env, nowMs: UnixMs, limit: number = HABITS_A_TICK): Promise<number> {
  const after = Number((await readSweep(env.DB, 'habits')) || '0');
  const connections = await readJudgedConnections(env.DB, after, limit);
  const judged = connections.map((connection) => judge(connection, nowMs));
  const found = judged.flatMap((one) => one.found);
  const now = isoTime(nowMs);
  const last = connections.length < limit ? 0 : (connections.at(-1)?.position ?? 0);
  const statements = [
    ...storeSilencesStatements('overdue', found, now),
    ...endSilencesStatements(
      judged.flatMap((one) => one.over),
      'over',
      now,
    ),
    ...endSilencesStatements(
      judged.flatMap((one) => one.givenUp),
      'given_up',
      now,
    ),
    ...endSilencesStatements(
      judged.flatMap((one) => one.disconnected),
      'disconnected',
      now,
    ),
    ...(last === after ? [] : [storeSweepStatement('habits', String(last), null, now)]),
  ];
  if (statements.length > 0) await runAll(env.DB, statements);
  return found.length;
}

type Judgement = {
  readonly found: readonly FoundSilence[];
  /** Something came. */
  readonly over: readonly number[];
  /** Nothing came for so long that nothing is expected any more. */
  readonly givenUp: readonly number[];
  readonly disconnected: readonly number[];
};

function judge(
  { terra_user_id, is_active, receipts, open: opened }: JudgedConnection,
  nowMs: UnixMs,
): Judgement {
  const known = open.parse(JSON.parse(opened));
  if (is_active === 0) return { found: [], over: [], givenUp: [], disconnected: known.map(([id]) => id) };
  const kept = readReceiptsText(receipts);
  const silences = HISTORY_RESOURCES.flatMap((resource): FoundSilence[] => {
    const own = kept[resource];
    // What came since then is not learned yet.
    const silence = own === undefined ? null : overdue(own, nowMs - RECEIPT_LEARNED_AFTER_MS);
    if (silence === null) return [];
    const { sinceMs, usualMs } = silence;
    return [
      {
        terra_user_id,
        resource,
        since: isoTime(sinceMs),
        usual_s: Math.round(usualMs / 1_000),
        from_date: isoTime(sinceMs - LOCAL_DAY_BEHIND_MS).slice(0, 10),
        to_date: isoTime(nowMs).slice(0, 10),
      },
    ];
  });
  const isKnown = ({ resource, since }: FoundSilence) =>
    known.some(
      ([, ofResource, ofSince, kind]) => kind === 'overdue' && ofResource === resource && ofSince === since,
    );
  const ended = known.filter(
    ([, resource, since, kind]) =>
      kind === 'overdue' && !silences.some((one) => one.resource === resource && one.since === since),
  );
  const hasCome = ([, resource, since]: (typeof known)[number]) => isoTime(kept[resource]?.last ?? 0) > since;
  return {
    found: silences.filter((one) => !isKnown(one)),
    over: ended.filter(hasCome).map(([id]) => id),
    givenUp: ended.filter((one) => !hasCome(one)).map(([id]) => id),
    disconnected: [],
  };
}
