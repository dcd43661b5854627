import { isoTime, sqliteTime } from '../clock.ts';
import { errorText } from '../errors.ts';
import { BACKFILL_ATTEMPTS_MAX } from '../limits.ts';
import { log } from '../log.ts';
import { bindAll, type Statement, statementsForRows } from '../store/statements.ts';
import { type Trace, writeTraces } from '../store/traces.ts';
import { backoffMs } from './backoff.ts';
import { type BackfillMessage, type EventMessage, readMessage } from './messages.ts';

/**
 * Consumes `terra-events-dlq`: marks the rows, so that one list shows everything that needs an operator.
 * Never throws; when the database does not answer, the messages come again.
 */
export async function consumeDeadLetters(batch: MessageBatch, env: Env): Promise<void> {
  const bodies = batch.messages.map((message) => readMessage(message.body));
  const events = bodies.filter((body): body is EventMessage => body !== null && 'rawEventId' in body);
  const backfills = bodies.filter((body): body is BackfillMessage => body !== null && 'backfillId' in body);
  const removals = bodies.filter((body) => body !== null && 'removal' in body).length;
  const unreadable = bodies.filter((body) => body === null).length;
  try {
    const statements = deadLetterStatements(events, backfills, removals, Date.now());
    if (statements.length > 0) await env.DB.batch(bindAll(env.DB, statements));
    log('error', 'dead_lettered', {
      events: events.length,
      backfills: backfills.length,
      removals,
      unreadable,
    });
    batch.ackAll();
  } catch (error) {
    log('error', 'dead_letters_not_recorded', { message: errorText(error) });
    batch.retryAll();
  }
}

function deadLetterStatements(
  events: readonly EventMessage[],
  backfills: readonly BackfillMessage[],
  removals: number,
  nowMs: number,
): readonly Statement[] {
  const backfillIds = backfills.map(({ backfillId }) => backfillId);
  const traces = [
    ...events.map(
      ({ rawEventId, requestId = null }): Trace => ({
        level: 'error',
        event: 'dead_lettered',
        rawEventId,
        requestId,
      }),
    ),
    ...backfillIds.map(
      (id): Trace => ({
        level: 'error',
        event: 'backfill_failed',
        message: 'dead_lettered',
        details: { id },
      }),
    ),
    // Whose it was is not known any more: an operator finds it at Terra, as what nobody here has.
    ...(removals === 0
      ? []
      : [{ level: 'error', event: 'terra_removal_failed', details: { removals } } satisfies Trace]),
  ];
  return [
    ...statementsForRows(
      MARK_EVENTS,
      events.map(({ rawEventId }) => rawEventId),
      isoTime(nowMs),
      isoTime(nowMs + backoffMs(1)),
    ),
    ...statementsForRows(MARK_BACKFILLS, backfillIds, isoTime(nowMs + backoffMs(1))),
    ...writeTraces(traces, sqliteTime(nowMs)),
  ];
}

/**
 * A row that comes here without an outcome met a database that was away, and the drain takes it again as
 * never attempted. The second time it is the row that ends its consumer, which counts as a failed attempt:
 * else it would be drained for ever.
 */
const MARK_EVENTS = `update raw_events set
  dead_lettered_at = ?2,
  process_error = case
    when dead_lettered_at is not null and attempts = 0 then coalesce(process_error, 'dead_lettered')
    else process_error
  end,
  next_attempt_at = case when dead_lettered_at is not null and attempts = 0 then ?3 else next_attempt_at end,
  attempts = case when dead_lettered_at is not null and attempts = 0 then 1 else attempts end
where id in (select value from json_each(?1))
  and processed_at is null`;

/**
 * What Terra does not take is no dead letter: its row waits for the sweep. What comes here met a database that
 * was away, and waits there too; one that ends its consumer every time is given up like any other.
 */
const MARK_BACKFILLS = `update backfills set
  attempts = attempts + 1,
  error = coalesce(error, 'dead_lettered'),
  next_attempt_at = ?2,
  status = case when attempts + 1 >= ${BACKFILL_ATTEMPTS_MAX} then 'failed' else 'pending' end
where id in (select value from json_each(?1))
  and status = 'pending'`;
