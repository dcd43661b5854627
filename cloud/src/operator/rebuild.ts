import type { UnixMs } from '../clock.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import { log } from '../log.ts';
import { isLostRace } from '../store/guard.ts';
import { type RunningRebuild, readRunningRebuild } from '../store/rebuilds.ts';
import { finishRebuild } from './rebuild-finish.ts';
import { foldNextEvents } from './rebuild-fold.ts';
import { seedNextRows } from './rebuild-seed.ts';
import { beginRebuild, type RebuildStep, type StepContext, stepContext } from './rebuild-step.ts';

/**
 * One bounded step of a rebuild. It commits on the clock of the place where the rows are made, which every step moves:
 * of two messages for one step one gets it, and the other ends there. A crash leaves the step done or not done. The
 * rows that everybody sees change in the last step alone.
 */
export async function stepRebuild(env: Env, id: string, nowMs: UnixMs): Promise<RebuildStep> {
  const rebuild = await readRunningRebuild(env.DB, id);
  if (rebuild === null) return 'over';
  try {
    return await step(stepContext(env, rebuild, nowMs));
  } catch (error) {
    if (!isLostRace(error)) throw error;
    log('info', 'lost_race', { rebuild_id: id });
    return afterLostRace(env.DB, rebuild);
  }
}

async function step(context: StepContext): Promise<RebuildStep> {
  const { rebuild } = context;
  if (rebuild.shadow_clock === null || rebuild.rules !== RULES_VERSION) return beginRebuild(context);
  switch (rebuild.state) {
    case 'seeding':
      return seedNextRows(context);
    case 'folding':
      return foldNextEvents(context);
    case 'finishing':
      return finishRebuild(context);
  }
}

/** Where another message did the step, that one goes on; where the person changed, the step is tried again. */
async function afterLostRace(db: D1Database, seen: RunningRebuild): Promise<RebuildStep> {
  const now = await readRunningRebuild(db, seen.id);
  return now !== null && now.shadow_clock === seen.shadow_clock ? 'more' : 'over';
}
