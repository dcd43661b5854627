import { isoTime, type UnixMs } from '../clock.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import type { UserId } from '../ids.ts';
import { DRAIN_LEASE_MS, REBUILD_ATTEMPTS_MAX, REBUILD_LEASE_MS, REBUILDS_AT_ONCE } from '../limits.ts';
import { sendMessages } from '../queue/messages.ts';
import { readPeopleToRebuild, startRebuildStatements, takeDueRebuilds } from '../store/rebuilds.ts';
import { runAll } from '../store/statements.ts';
import { giveUpRebuild } from './rebuild-step.ts';

/** Begins a rebuild of each of these people; one that is under way goes on. Answers the ids of those that got a message. */
export async function startRebuilds(
  env: Env,
  people: readonly UserId[],
  isDryRun: boolean,
  nowMs: UnixMs,
): Promise<readonly string[]> {
  if (people.length === 0) return [];
  const now = isoTime(nowMs);
  const sweepAfter = isoTime(nowMs + REBUILD_LEASE_MS);
  const statements = people.flatMap((userId) =>
    startRebuildStatements(
      { id: crypto.randomUUID(), userId, rules: RULES_VERSION, isDryRun },
      now,
      sweepAfter,
    ),
  );
  const answers = await runAll<{ id?: string }>(env.DB, statements);
  const started = answers.flatMap(({ results }) => results.flatMap(({ id }) => id ?? []));
  await sendMessages(
    env.TERRA_EVENTS,
    started.map((rebuildId) => ({ rebuildId })),
  );
  return started;
}

/**
 * The cron's part: rebuilds whose message was lost go on, those that come to nothing are given up, and where few are
 * under way some more people whose rows are by older rules get theirs. Answers how many messages it sent.
 */
export async function tendRebuilds(env: Env, nowMs: UnixMs): Promise<number> {
  const due = await takeDueRebuilds(env.DB, isoTime(nowMs), isoTime(nowMs + DRAIN_LEASE_MS));
  const spent = due.filter(({ is_spent }) => is_spent === 1);
  for (const rebuild of spent) {
    await giveUpRebuild(env.DB, rebuild, `no step in ${REBUILD_ATTEMPTS_MAX} tries`, nowMs);
  }
  const alive = due.filter(({ is_spent }) => is_spent === 0);
  await sendMessages(
    env.TERRA_EVENTS,
    alive.map(({ id }) => ({ rebuildId: id })),
  );
  const { running, people } = await readPeopleToRebuild(env.DB, RULES_VERSION, REBUILDS_AT_ONCE);
  const started = await startRebuilds(
    env,
    people.slice(0, Math.max(0, REBUILDS_AT_ONCE - running)),
    false,
    nowMs,
  );
  return alive.length + started.length;
}
