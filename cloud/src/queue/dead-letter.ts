import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { errorText } from '../errors.ts';
import { log } from '../log.ts';
import { markDeadBackfillsStatements, readBackfillOwners } from '../store/backfills.ts';
import { markDeadEventsStatements } from '../store/dead-letters.ts';
import { runAll, type Statement } from '../store/statements.ts';
import { storeTracesStatements, type Trace } from '../store/traces.ts';
import { type BackfillMessage, type EventMessage, readMessage } from './messages.ts';
import { waitMs } from './retry-policy.ts';

/**
 * Consumes `terra-events-dlq`: marks the rows, so that one list shows everything that needs an operator.
 * Never throws; when the database does not answer, the messages come again.
 */
export async function consumeDeadLetters(batch: MessageBatch, env: Env): Promise<void> {
  const bodies = batch.messages.map((message) => readMessage(message.body));
  const events = bodies.filter((body): body is EventMessage => body !== null && 'rawEventId' in body);
  const backfills = bodies.filter((body): body is BackfillMessage => body !== null && 'backfillId' in body);
  const removals = bodies.filter((body) => body !== null && 'removal' in body).length;
  // The cron goes on with a rebuild whose message is gone, and gives up one that comes to nothing.
  const rebuilds = bodies.filter((body) => body !== null && 'rebuildId' in body).length;
  const unreadable = bodies.filter((body) => body === null).length;
  try {
    const owners = await readBackfillOwners(
      env.DB,
      backfills.map(({ backfillId }) => backfillId),
    );
    const statements = deadLetterStatements(events, owners, removals, Date.now());
    if (statements.length > 0) await runAll(env.DB, statements);
    log('error', 'dead_lettered', {
      events: events.length,
      backfills: backfills.length,
      removals,
      rebuilds,
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
  backfills: Awaited<ReturnType<typeof readBackfillOwners>>,
  removals: number,
  nowMs: UnixMs,
): readonly Statement[] {
  const traces = [
    ...events.map(
      ({ rawEventId, requestId = null }): Trace => ({
        level: 'error',
        event: 'dead_lettered',
        rawEventId,
        requestId,
      }),
    ),
    ...backfills.map(
      ({ id, user_id, terra_user_id }): Trace => ({
        level: 'error',
        userId: user_id,
        terraUserId: terra_user_id,
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
    ...markDeadEventsStatements(
      events.map(({ rawEventId }) => rawEventId),
      isoTime(nowMs),
      isoTime(nowMs + waitMs('row', 1, null)),
    ),
    ...markDeadBackfillsStatements(
      backfills.map(({ id }) => id),
      isoTime(nowMs + waitMs('outbox', 1, null)),
    ),
    ...storeTracesStatements(traces, sqliteTime(nowMs)),
  ];
}
