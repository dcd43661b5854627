import { isoTime, sqliteTime } from '../clock.ts';
import { errorText } from '../errors.ts';
import { log } from '../log.ts';
import { bindAll, type Statement, statementsForRows } from '../store/statements.ts';
import { type Trace, writeTraces } from '../store/traces.ts';
import { readMessage } from './messages.ts';

/**
 * Consumes `terra-events-dlq`: marks the rows, so that one list shows everything that needs an operator.
 * Never throws; when the database does not answer, the messages come again.
 */
export async function consumeDeadLetters(batch: MessageBatch, env: Env): Promise<void> {
  const bodies = batch.messages.map((message) => readMessage(message.body));
  const eventIds = bodies.flatMap((body) => (body !== null && 'rawEventId' in body ? [body.rawEventId] : []));
  const backfillIds = bodies.flatMap((body) =>
    body !== null && 'backfillId' in body ? [body.backfillId] : [],
  );
  try {
    const statements = deadLetterStatements(eventIds, backfillIds, Date.now());
    if (statements.length > 0) await env.DB.batch(bindAll(env.DB, statements));
    log('error', 'dead_lettered', { events: eventIds.length, backfills: backfillIds.length });
    batch.ackAll();
  } catch (error) {
    log('error', 'dead_letters_not_recorded', { message: errorText(error) });
    batch.retryAll();
  }
}

function deadLetterStatements(
  eventIds: readonly number[],
  backfillIds: readonly string[],
  nowMs: number,
): readonly Statement[] {
  const traces = [
    ...eventIds.map((rawEventId): Trace => ({ level: 'error', event: 'dead_lettered', rawEventId })),
    ...backfillIds.map(
      (id): Trace => ({
        level: 'error',
        event: 'backfill_failed',
        message: 'dead_lettered',
        details: { id },
      }),
    ),
  ];
  return [
    ...statementsForRows(
      `update raw_events set dead_lettered_at = ?2
where id in (select value from json_each(?1))
  and processed_at is null`,
      eventIds,
      isoTime(nowMs),
    ),
    ...statementsForRows(
      `update backfills set
  status = 'failed',
  error = coalesce(error, 'dead_lettered')
where id in (select value from json_each(?1))
  and status = 'pending'`,
      backfillIds,
    ),
    ...writeTraces(traces, sqliteTime(nowMs)),
  ];
}
