import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { errorText } from '../errors.ts';
import { asRawEventId, type RawEventId } from '../ids.ts';
import { ERROR_TEXT_MAX } from '../limits.ts';
import { log } from '../log.ts';
import type { EventMessage } from '../queue/messages.ts';
import { waitMs } from '../queue/retry-policy.ts';
import { storeFailureStatement } from '../store/event-outcomes.ts';
import { retryLostRace } from '../store/guard.ts';
import { ParameterTooLarge } from '../store/json-parameter.ts';
import { DatabaseNotMigrated } from '../store/migrated.ts';
import { countFailureStatement } from '../store/outcome-counts.ts';
import { readAttempts } from '../store/raw-events.ts';
import { runAll } from '../store/statements.ts';
import { storeTracesUnlessProcessedStatements } from '../store/traces.ts';
import { unreachable } from '../unreachable.ts';
import { checkAttempt } from './attempt-limits.ts';
import { type AttemptTime, isOfErasedPerson, type JudgedEvent, processError } from './event-outcome.ts';
import { type CommitPlan, planCommit } from './plan.ts';
import type { PreparedEvent } from './prepared-event.ts';
import { loadSnapshot } from './snapshot.ts';
import type { Verdict } from './verdict.ts';

/** What an attempt did, and leaves behind now that it is committed. */
export type AttemptResult = {
  /** Events whose messages are done with; every other one is to be retried. */
  readonly done: readonly RawEventId[];
  /** Events that may go on now, and outbox rows to send. */
  readonly released: readonly EventMessage[];
  readonly backfillIds: readonly string[];
  /** Why it broke off: the database did not answer. Null where it came to its end. */
  readonly brokenOff: string | null;
};

export const NOTHING_DONE: AttemptResult = { done: [], released: [], backfillIds: [], brokenOff: null };

export type AttemptContext = {
  readonly db: D1Database;
  readonly payloads: R2Bucket;
  readonly now: () => UnixMs;
  readonly newId: () => string;
};

/** Runs steps one after another and adds up what they did. No step runs after one that breaks off or throws. */
export async function inTurn(...steps: readonly (() => Promise<AttemptResult>)[]): Promise<AttemptResult> {
  let all = NOTHING_DONE;
  for (const step of steps) {
    const one = await step().catch((error: unknown) => ({ ...NOTHING_DONE, brokenOff: errorText(error) }));
    all = {
      done: [...all.done, ...one.done],
      released: [...all.released, ...one.released],
      backfillIds: [...all.backfillIds, ...one.backfillIds],
      brokenOff: one.brokenOff,
    };
    if (all.brokenOff !== null) break;
  }
  return all;
}

/**
 * Load, fold, commit. A lost race is reloaded; a commit that fails or does not fit is halved until the guilty
 * event stands alone, which is recorded on its row. Throws only when the database does not answer.
 */
export async function attempt(
  context: AttemptContext,
  events: readonly PreparedEvent[],
  halvings = 0,
): Promise<AttemptResult> {
  if (events.length === 0) return NOTHING_DONE;
  const startedMs = context.now();
  const tried = await commitEvents(context, events, halvings);
  switch (tried.state) {
    case 'lost_race':
      return NOTHING_DONE;
    case 'committed': {
      const { result, deferred } = tried;
      if (deferred.length === events.length) return result;
      return inTurn(
        async () => result,
        () => attempt(context, deferred, halvings),
      );
    }
    case 'failed': {
      const [only, ...others] = events;
      if (only !== undefined && others.length === 0) {
        await recordFailure(context, only, tried.error, { startedMs, halvings });
        return NOTHING_DONE;
      }
      const middle = Math.ceil(events.length / 2);
      return inTurn(
        () => attempt(context, events.slice(0, middle), halvings + 1),
        () => attempt(context, events.slice(middle), halvings + 1),
      );
    }
  }
}

/** The database did not answer a read: nothing is known to be wrong with the events. */
class SnapshotFailed extends Error {
  constructor(cause: unknown) {
    super('the snapshot could not be read', { cause });
    this.name = 'SnapshotFailed';
  }
}

type Committed = {
  readonly result: AttemptResult;
  /** Events that are judged again, now that their connection is there. */
  readonly deferred: readonly PreparedEvent[];
};

type Tried =
  | ({ readonly state: 'committed' } & Committed)
  | { readonly state: 'lost_race' }
  /** The commit, or the making of it. */
  | { readonly state: 'failed'; readonly error: unknown };

/** Throws only when the snapshot cannot be read, or the tables are not those of this version. */
async function commitEvents(
  context: AttemptContext,
  events: readonly PreparedEvent[],
  halvings: number,
): Promise<Tried> {
  const startedMs = context.now();
  try {
    const raced = await retryLostRace({ events: events.length }, (lostRaces) =>
      commitOnce(context, events, { startedMs, lostRaces, halvings }),
    );
    return raced.state === 'lost_race' ? raced : { state: 'committed', ...raced.value };
  } catch (error) {
    if (error instanceof SnapshotFailed) throw error.cause;
    if (error instanceof DatabaseNotMigrated) throw error;
    return { state: 'failed', error };
  }
}

async function commitOnce(
  context: AttemptContext,
  events: readonly PreparedEvent[],
  course: Omit<AttemptTime, 'nowMs'>,
): Promise<Committed> {
  const snapshot = await loadSnapshot(context.db, events).catch((error: unknown) => {
    throw error instanceof ParameterTooLarge ? error : new SnapshotFailed(error);
  });
  const plan = planCommit(events, snapshot, { nowMs: context.now(), ...course }, context.newId);
  checkAttempt(plan.statements, RAW_READS + snapshot.statements);
  await deleteErasedPayloads(context, plan);
  return commit(context, plan);
}

/** Statements of an attempt besides the snapshot's and the commit's: the read of the raw rows. */
const RAW_READS = 1;

async function commit(context: AttemptContext, plan: CommitPlan): Promise<Committed> {
  const answers = plan.statements.length === 0 ? [] : await runAll(context.db, plan.statements);
  const rowsOf = (positions: readonly number[]) =>
    positions.flatMap((position) => answers[position]?.results ?? []);
  const isDeferred = ({ verdict }: JudgedEvent) => verdict.state === 'deferred';
  const settled = plan.judged.filter((one) => !isDeferred(one));
  for (const { event, verdict } of settled) logVerdict(event, verdict);
  return {
    deferred: plan.judged.filter(isDeferred).map(({ event }) => event),
    result: {
      done: settled.filter(({ verdict }) => verdict.state !== 'failed').map(({ event }) => event.row.id),
      released: rowsOf(plan.releases).map((row) => ({
        rawEventId: asRawEventId(Number(row.id)),
        bytes: Number(row.payload_bytes ?? 0),
      })),
      backfillIds: rowsOf(plan.backfills).map(({ id }) => String(id)),
      brokenOff: null,
    },
  };
}

/** The line a delivery's request id ends with. */
function logVerdict({ row }: PreparedEvent, verdict: Verdict): void {
  const about = { request_id: row.request_id, raw_event_id: row.id, type: row.event_type };
  const fields = { ...about, reason: processError(verdict) };
  switch (verdict.state) {
    case 'normalized':
      log('info', 'normalize_complete', fields);
      break;
    case 'skipped':
      log('info', 'normalize_skipped', fields);
      break;
    case 'parked':
      log('warn', 'normalize_parked', fields);
      break;
    case 'failed':
      log('error', 'normalize_failed', fields);
      break;
    case 'gone':
    case 'already_processed':
    case 'deferred':
      break;
    default:
      unreachable(verdict);
  }
}

/** Before the commit, so that a crash between the two leaves a row without its object, never an object without a row. */
async function deleteErasedPayloads(context: AttemptContext, plan: CommitPlan): Promise<void> {
  const keys = plan.judged
    .filter(isOfErasedPerson)
    .flatMap(({ event }) => [event.row.payload_key, event.row.fetched_key])
    .filter((key) => key !== null);
  if (keys.length > 0) await context.payloads.delete(keys);
}

/**
 * The guilty event stands alone: its row says why, and its message is retried with backoff. Where only the
 * answer of the commit was lost the row was processed since `startedMs`, and there is no failure to tell of.
 */
async function recordFailure(
  context: AttemptContext,
  { row }: PreparedEvent,
  error: unknown,
  { startedMs, halvings }: Pick<AttemptTime, 'startedMs' | 'halvings'>,
): Promise<void> {
  const message = errorText(error).slice(0, ERROR_TEXT_MAX);
  const nowMs = context.now();
  log('error', 'commit_failed', { raw_event_id: row.id, request_id: row.request_id, message });
  const attempts = (await readAttempts(context.db, row.id)) + 1;
  const trace = {
    level: 'error',
    event: 'normalize_failed',
    rawEventId: row.id,
    requestId: row.request_id,
    terraUserId: row.terra_user_id,
    message,
    details: { attempts, halvings },
  } as const;
  await runAll(context.db, [
    storeFailureStatement({
      id: row.id,
      process_error: message,
      attempts,
      next_attempt_at: isoTime(nowMs + waitMs('row', attempts, row.id)),
    }),
    countFailureStatement(row.id, nowMs),
    ...storeTracesUnlessProcessedStatements([trace], sqliteTime(startedMs), sqliteTime(nowMs)),
  ]);
}
