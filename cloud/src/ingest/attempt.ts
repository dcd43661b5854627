import { isoTime, sqliteTime } from '../clock.ts';
import { errorText } from '../errors.ts';
import { ATTEMPT_STATEMENTS_MAX, COMMIT_BYTES_MAX, ERROR_TEXT_MAX, LOST_RACE_RELOADS } from '../limits.ts';
import { log } from '../log.ts';
import { isLostRace } from '../store/guard.ts';
import { ParameterTooLarge } from '../store/json-parameter.ts';
import { bindAll, statement } from '../store/statements.ts';
import { writeTracesUnlessProcessed } from '../store/traces.ts';
import { backoffMs } from './backoff.ts';
import type { EventMessage } from './messages.ts';
import { isOfErasedPerson, type JudgedEvent, processError } from './outcome.ts';
import { type CommitPlan, planCommit } from './plan.ts';
import type { PreparedEvent } from './prepared-event.ts';
import { loadSnapshot } from './snapshot.ts';
import type { Verdict } from './verdict.ts';

/** What the queue is told about an event's message. */
export type Fate = 'done' | 'retry';

/** What an attempt leaves behind once it is committed. */
export type AttemptResult = {
  readonly fates: Map<number, Fate>;
  /** Events that may go on now, and outbox rows to send. */
  readonly released: EventMessage[];
  readonly backfillIds: string[];
};

export type AttemptContext = {
  readonly db: D1Database;
  readonly payloads: R2Bucket;
  readonly now: () => number;
  readonly newId: () => string;
};

/** Everything of one attempt together passes a limit of I7; halving it is the remedy. */
class AttemptTooLarge extends Error {
  constructor(statements: number, bytes: number) {
    super(`an attempt of ${statements} statements and ${bytes} bytes does not fit one transaction`);
    this.name = 'AttemptTooLarge';
  }
}

/** Statements of an attempt besides the snapshot's and the commit's: the read of the raw rows. */
const RAW_READS = 1;

/**
 * Load, fold, commit. A lost race is reloaded; a commit that fails or does not fit is halved until the guilty
 * event stands alone, which is recorded on its row. Throws only when the database does not answer.
 */
export async function attempt(
  context: AttemptContext,
  events: readonly PreparedEvent[],
  result: AttemptResult,
): Promise<void> {
  if (events.length === 0) return;
  const startedMs = context.now();
  try {
    const judged = await commitOnce(context, events, result);
    const deferred = judged.filter(({ verdict }) => verdict.state === 'deferred').map(({ event }) => event);
    if (deferred.length < events.length) await attempt(context, deferred, result);
    else for (const { row } of deferred) result.fates.set(row.id, 'retry');
  } catch (error) {
    if (error instanceof SnapshotFailed) throw error.cause;
    if (isLostRace(error)) {
      for (const { row } of events) result.fates.set(row.id, 'retry');
      return;
    }
    const [only, ...others] = events;
    if (only !== undefined && others.length === 0)
      return recordFailure(context, only, error, startedMs, result);
    const middle = Math.ceil(events.length / 2);
    await attempt(context, events.slice(0, middle), result);
    await attempt(context, events.slice(middle), result);
  }
}

/** The database did not answer a read: nothing is known to be wrong with the events. */
class SnapshotFailed extends Error {
  constructor(cause: unknown) {
    super('the snapshot could not be read', { cause });
    this.name = 'SnapshotFailed';
  }
}

async function commitOnce(
  context: AttemptContext,
  events: readonly PreparedEvent[],
  result: AttemptResult,
): Promise<readonly JudgedEvent[]> {
  const startedMs = context.now();
  for (let reloads = 0; ; reloads += 1) {
    const snapshot = await loadSnapshot(context.db, events).catch((error: unknown) => {
      throw error instanceof ParameterTooLarge ? error : new SnapshotFailed(error);
    });
    const plan = planCommit(events, snapshot, { nowMs: context.now(), startedMs }, context.newId);
    checkLimits(plan, RAW_READS + snapshot.statements);
    await deleteErasedPayloads(context, plan);
    try {
      await commit(context, plan, result);
      return plan.judged;
    } catch (error) {
      if (!isLostRace(error) || reloads >= LOST_RACE_RELOADS) throw error;
      log('info', 'lost_race', { reloads: reloads + 1, events: events.length });
    }
  }
}

function checkLimits(plan: CommitPlan, reads: number): void {
  const statements = reads + plan.statements.length;
  const bytes = plan.statements.reduce((total, one) => total + one.bytes, 0);
  if (statements > ATTEMPT_STATEMENTS_MAX || bytes > COMMIT_BYTES_MAX)
    throw new AttemptTooLarge(statements, bytes);
}

async function commit(context: AttemptContext, plan: CommitPlan, result: AttemptResult): Promise<void> {
  if (plan.statements.length > 0) {
    const answers = await context.db.batch<Record<string, unknown>>(bindAll(context.db, plan.statements));
    for (const position of plan.releases) {
      for (const row of answers[position]?.results ?? []) {
        result.released.push({ rawEventId: Number(row.id), bytes: Number(row.payload_bytes ?? 0) });
      }
    }
    for (const position of plan.backfills) {
      for (const row of answers[position]?.results ?? []) result.backfillIds.push(String(row.id));
    }
  }
  for (const { event, verdict } of plan.judged) {
    if (verdict.state === 'deferred') continue;
    result.fates.set(event.row.id, verdict.state === 'failed' ? 'retry' : 'done');
    logVerdict(event, verdict);
  }
}

/** The line a delivery's request id ends with. */
function logVerdict({ row }: PreparedEvent, verdict: Verdict): void {
  const about = { request_id: row.request_id, raw_event_id: row.id, type: row.event_type };
  const fields = { ...about, reason: processError(verdict) };
  if (verdict.state === 'normalized') log('info', 'normalize_complete', fields);
  if (verdict.state === 'skipped') log('info', 'normalize_skipped', fields);
  if (verdict.state === 'parked') log('warn', 'normalize_parked', fields);
  if (verdict.state === 'failed') log('error', 'normalize_failed', fields);
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
  startedMs: number,
  result: AttemptResult,
): Promise<void> {
  result.fates.set(row.id, 'retry');
  const message = errorText(error).slice(0, ERROR_TEXT_MAX);
  const nowMs = context.now();
  log('error', 'commit_failed', { raw_event_id: row.id, request_id: row.request_id, message });
  const progress = await context.db
    .prepare('select attempts from raw_events where id = ?1')
    .bind(row.id)
    .first<{ attempts: number }>();
  const attempts = (progress?.attempts ?? 0) + 1;
  const trace = {
    level: 'error',
    event: 'normalize_failed',
    rawEventId: row.id,
    requestId: row.request_id,
    terraUserId: row.terra_user_id,
    message,
  } as const;
  await context.db.batch(
    bindAll(context.db, [
      statement(
        `update raw_events set
  process_error = ?2,
  attempts = ?3,
  next_attempt_at = ?4
where id = ?1
  and processed_at is null`,
        row.id,
        message,
        attempts,
        isoTime(nowMs + backoffMs(attempts)),
      ),
      ...writeTracesUnlessProcessed([trace], sqliteTime(startedMs), sqliteTime(nowMs)),
    ]),
  );
}
