import type { UnixMs } from '../clock.ts';
import { reconcileEverybody } from '../connections/reconcile-everybody.ts';
import { finishErasures } from '../erasure/erase-person.ts';
import { throwTogether } from '../errors.ts';
import { log } from '../log.ts';
import { finishUpgrade } from '../operator/finish-upgrade.ts';
import { moveOldBodies } from '../operator/move-bodies.ts';
import { tendRebuilds } from '../operator/rebuilds.ts';
import { deleteAllAgedRows, deleteUnownedEvents } from '../operator/retention.ts';
import { tendSilences } from '../operator/silences.ts';
import { drain } from '../queue/drain.ts';
import { sweepOutbox } from '../queue/outbox.ts';
import { OBJECT_KINDS } from '../store/orphans.ts';
import { UNOWNED_PLACES } from '../store/retention.ts';
import { abortAbandonedUploads } from './abort-uploads.ts';
import { sweepOrphans } from './sweep-orphans.ts';

/** Runs what a cron expression stands for. The platform fires at least once, and may overlap. */
export async function onCron(cron: string, env: Env, nowMs: UnixMs): Promise<void> {
  switch (cron) {
    case '*/5 * * * *':
      await allOf(
        drain(env, nowMs),
        sweepOutbox(env, nowMs),
        finishErasures(env, nowMs),
        tendRebuilds(env, nowMs),
        tendSilences(env, nowMs),
        finishUpgrade(env),
        moveOldBodies(env, nowMs, 'go_on'),
      );
      break;
    case '0 */6 * * *':
      await reconcileEverybody(env, nowMs);
      break;
    case '30 3 * * *':
      await allOf(
        ...OBJECT_KINDS.map((kind) => sweepOrphans(env, kind, nowMs)),
        abortAbandonedUploads(env, nowMs),
        deleteAllAgedRows(env, nowMs),
        moveOldBodies(env, nowMs, 'start'),
        ...UNOWNED_PLACES.map((place) => deleteUnownedEvents(env, place, nowMs)),
      );
      break;
    default:
      log('error', 'unknown_cron', { cron });
  }
}

/** Runs tasks that do not need each other; one that fails neither stops nor hides the others. */
async function allOf(...tasks: readonly Promise<unknown>[]): Promise<void> {
  const outcomes = await Promise.allSettled(tasks);
  throwTogether(outcomes.filter((outcome) => outcome.status === 'rejected').map(({ reason }) => reason));
}
