import { PAYLOAD_TOO_LARGE } from '../body/payload.ts';
import { changesBetween } from '../fold/changes.ts';
import { copyPersonState, foldPerson } from '../fold/person.ts';
import { checkAttempt } from '../ingest/attempt-limits.ts';
import { type PreparedEvent, prepareEvent } from '../ingest/prepared-event.ts';
import { loadPersonState } from '../ingest/snapshot.ts';
import { storeChangesStatements } from '../ingest/stored-changes.ts';
import { PAYLOAD_READS_AT_ONCE } from '../limits.ts';
import { payloadHosts } from '../settings.ts';
import { isLostRace } from '../store/guard.ts';
import type { RawEventRow } from '../store/raw-events.ts';
import {
  advanceWhenListedStatement,
  listEventsStatement,
  markFoldedStatements,
  readListedEvents,
} from '../store/rebuild-events.ts';
import { commitStep, giveUpRebuild, type RebuildStep, type StepContext } from './rebuild-step.ts';

/**
 * Folds the next listed events into the rows that are made. Where none is left it lists what came meanwhile, and goes on
 * to the last step where nothing did.
 */
export async function foldNextEvents(context: StepContext): Promise<RebuildStep> {
  const { env, rebuild, nowMs } = context;
  const rows = await readListedEvents(env.DB, rebuild.user_id);
  if (rows.length === 0) return listMoreEvents(context);
  const events = await prepareEvents(env, rows);
  const unreadable = events.map(unreadableReason).find((reason) => reason !== null);
  if (unreadable !== undefined) return giveUpRebuild(env.DB, rebuild, unreadable ?? '', nowMs);
  await foldEvents(context, events);
  return 'more';
}

async function listMoreEvents(context: StepContext): Promise<RebuildStep> {
  const { user_id } = context.rebuild;
  await commitStep(context, { state: 'folding', position: null, events: 0 }, [
    listEventsStatement(user_id),
    advanceWhenListedStatement(user_id, 'finishing'),
  ]);
  return 'more';
}

async function prepareEvents(env: Env, rows: readonly RawEventRow[]): Promise<readonly PreparedEvent[]> {
  const settings = { force: true, payloadHosts: payloadHosts(env), seeksUnknownFields: false };
  const prepared: PreparedEvent[] = [];
  for (let start = 0; start < rows.length; start += PAYLOAD_READS_AT_ONCE) {
    const some = rows.slice(start, start + PAYLOAD_READS_AT_ONCE);
    prepared.push(
      ...(await Promise.all(some.map((row) => prepareEvent(env.RAW_PAYLOADS, { row }, settings)))),
    );
  }
  return prepared;
}

/**
 * An event that took effect and whose body cannot be read any more: without it the person would lose what it said. What
 * today's rules refuse or skip gives nothing; that is their answer.
 */
function unreadableReason({ row, result }: PreparedEvent): string | null {
  switch (result.state) {
    case 'payload_missing':
      return `payload_missing: event ${row.id}`;
    case 'threw':
      return `event ${row.id}: ${result.error}`;
    case 'parked':
      return result.code === PAYLOAD_TOO_LARGE ? `${result.code}: event ${row.id}` : null;
    case 'normalized':
    case 'skipped':
      return null;
  }
}

/** A commit that does not fit is halved, as an attempt at new events is; the half that is left waits for the next step. */
async function foldEvents(context: StepContext, events: readonly PreparedEvent[]): Promise<void> {
  try {
    await commitEvents(context, events);
  } catch (error) {
    if (isLostRace(error) || events.length === 1) throw error;
    await foldEvents(context, events.slice(0, Math.ceil(events.length / 2)));
  }
}

async function commitEvents(context: StepContext, events: readonly PreparedEvent[]): Promise<void> {
  const { env, rebuild, shadow, clock } = context;
  const { state: before, statements: reads } = await loadPersonState(env.DB, events, shadow);
  const after = copyPersonState(before);
  foldPerson(
    after,
    events.flatMap(({ result }) => (result.state === 'normalized' ? result.contributions : [])),
  );
  const statements = [
    ...storeChangesStatements([{ userId: shadow, clock, changes: changesBetween(before, after) }]),
    ...markFoldedStatements(
      rebuild.user_id,
      events.map(({ row }) => row.id),
    ),
  ];
  checkAttempt(statements, STEP_STATEMENTS + reads);
  await commitStep(context, { state: 'folding', position: null, events: events.length }, statements);
}

/** Statements of a step besides: what is read of the rebuild and of its events, guard, clock and progress. */
const STEP_STATEMENTS = 5;
