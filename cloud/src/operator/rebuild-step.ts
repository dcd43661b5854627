import { type IsoTime, isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import type { UserId } from '../ids.ts';
import { nextClock } from '../ingest/person-commit.ts';
import { REBUILD_LEASE_MS } from '../limits.ts';
import { log } from '../log.ts';
import { guardStatement, type SeenFacts } from '../store/guard.ts';
import { moveClocksStatements } from '../store/person-clock.ts';
import {
  clearRebuildStatements,
  endRebuildStatement,
  type Progress,
  type RunningRebuild,
  shadowOf,
  storeProgressStatement,
  storeShadowStatement,
} from '../store/rebuilds.ts';
import { runAll, type Statement } from '../store/statements.ts';
import { storeTracesStatements } from '../store/traces.ts';

/** What a step came to: `more` asks for the next one. */
export type RebuildStep = 'more' | 'over';

/** What the step of a state works with. */
export type StepContext = {
  readonly env: Env;
  readonly rebuild: RunningRebuild;
  /** Under whose id the rows are made. */
  readonly shadow: UserId;
  /** The clock of these rows after the step. */
  readonly clock: IsoTime;
  readonly nowMs: UnixMs;
};

export function stepContext(env: Env, rebuild: RunningRebuild, nowMs: UnixMs): StepContext {
  const clock = nextClock(rebuild.shadow_clock, nowMs);
  return { env, rebuild, shadow: shadowOf(rebuild.id), clock, nowMs };
}

/**
 * Commits a step: the rows are as it saw them, which every step moves on, and the person is not erased. `facts` are
 * what else it relies on. Throws a lost race. Answers what the statements answered.
 */
export async function commitStep(
  context: StepContext,
  progress: Omit<Progress, 'rules'>,
  statements: readonly Statement[],
  clocks: ReadonlyMap<UserId, IsoTime> = new Map(),
): Promise<readonly D1Result[]> {
  const answers = await runAll(context.env.DB, [
    guardStatement(stepFacts(context, clocks)),
    ...moveClocksStatements([{ userId: context.shadow, clock: context.clock }]),
    progressStatement(context, progress),
    ...statements,
  ]);
  return answers.slice(answers.length - statements.length);
}

export function stepFacts(
  { rebuild, shadow }: StepContext,
  clocks: ReadonlyMap<UserId, IsoTime> = new Map(),
): SeenFacts {
  return {
    clocks: new Map([...clocks, [shadow, rebuild.shadow_clock]]),
    unmarked: [sha256Hex(rebuild.user_id)],
  };
}

function progressStatement({ rebuild, nowMs }: StepContext, progress: Omit<Progress, 'rules'>): Statement {
  const sweepAfter = isoTime(nowMs + REBUILD_LEASE_MS);
  return storeProgressStatement(rebuild.id, { ...progress, rules: RULES_VERSION }, sweepAfter);
}

/** Makes the place for the rows, empty: at first, and where what was made is no longer of use. */
export async function beginRebuild(context: StepContext): Promise<RebuildStep> {
  const { id, user_id } = context.rebuild;
  await runAll(context.env.DB, [
    guardStatement(stepFacts(context)),
    ...clearRebuildStatements(user_id),
    storeShadowStatement({ id, user_id, rules: RULES_VERSION }, context.clock),
    progressStatement(context, { state: 'seeding', position: null, events: null }),
  ]);
  return 'more';
}

/** Ends a rebuild that cannot be done: the person's rows stay as they are, and an operator sees why. */
export async function giveUpRebuild(
  db: D1Database,
  { id, user_id }: Pick<RunningRebuild, 'id' | 'user_id'>,
  error: string,
  nowMs: UnixMs,
): Promise<RebuildStep> {
  log('error', 'rebuild_failed', { rebuild_id: id, message: error });
  const details = { rebuild_id: id };
  await runAll(db, [
    endRebuildStatement(id, { state: 'failed', result: null, error }, isoTime(nowMs)),
    ...clearRebuildStatements(user_id),
    ...storeTracesStatements(
      [{ level: 'error', event: 'rebuild_failed', userId: user_id, message: error, details }],
      sqliteTime(nowMs),
    ),
  ]);
  return 'over';
}
