import { isoTime, type UnixMs, unixMsOf } from '../clock.ts';
import { reconcilePerson } from '../connections/reconcile.ts';
import type { UserId } from '../ids.ts';
import { DAY_MS, FIRST_ATTEMPT_GRACE_MS, IMPORT_BUDGET_MS, IMPORT_DAYS_A_DAY } from '../limits.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import { sendRequestsOrLeaveToSweep } from '../queue/outbox.ts';
import {
  type CoveredRow,
  type NewBackfill,
  readCovered,
  readDaysImported,
  storeBackfillsStatements,
} from '../store/backfills.ts';
import { readActiveTerraIds } from '../store/connections.ts';
import { type Raced, retryLostRace } from '../store/guard.ts';
import {
  extendImportStatement,
  type ImportRow,
  latestImportGuardStatement,
  readImport,
  readLatestImport,
  storeImportStatement,
} from '../store/imports.ts';
import { runAll } from '../store/statements.ts';
import { roomFrom } from './day-budget.ts';
import { progressOf } from './progress.ts';

export type ImportRequest = {
  readonly userId: UserId;
  readonly requestId: string;
  readonly days: number;
  readonly nowMs: UnixMs;
};

export type ImportAnswer =
  /** Requests are on their way: those of `import`, which may have run before. */
  | { readonly state: 'asked'; readonly import: Pick<ImportRow, 'id' | 'days' | 'requests'> }
  /** The person has asked for as many days as they may. `daysMax`: so many a connection would fit an unused budget. */
  | { readonly state: 'over_budget'; readonly retryAfterSeconds: number; readonly daysMax: number };

/**
 * Asks for a person's history: outbox rows, one for each active connection and resource, that leave for Terra one
 * by one. One import runs at a time: who asks for no more than it asks is answered with that one, who asks for more
 * has the rest added to it. The person's connections are compared with Terra's first; a Terra that does not answer
 * only means that they are taken as they are. `lost_race` where others asked for the same person at every try.
 */
export async function requestImport(env: Env, request: ImportRequest): Promise<Raced<ImportAnswer>> {
  const { userId, requestId, nowMs } = request;
  await reconcilePerson(env, userId, nowMs);
  return retryLostRace({ request_id: requestId, after: 'import' }, () => askOnce(env, request));
}

async function askOnce(env: Env, { userId, requestId, days, nowMs }: ImportRequest): Promise<ImportAnswer> {
  const latest = await readLatestImport(env.DB, userId);
  const running = latest !== null && (await isRunning(env, userId, latest, nowMs)) ? latest : null;
  const covered = running === null ? [] : await readCovered(env.DB, userId, running.id);
  const importId = running?.id ?? crypto.randomUUID();
  const active = await readActiveTerraIds(env.DB, userId);
  const spans = uncovered(active, covered, days, nowMs);
  if (running !== null && spans.length === 0) return { state: 'asked', import: running };
  const refused = await refusal(env, userId, spans, active.length, nowMs);
  if (refused !== null) return refused;
  const made = {
    id: importId,
    days: Math.max(days, running?.days ?? 0),
    requests: spans.length + (running?.requests ?? 0),
  };
  const createdAt = isoTime(nowMs);
  const backfills = spans.map(
    (span): NewBackfill => ({ ...span, id: crypto.randomUUID(), userId, importId, rawEventId: null }),
  );
  await runAll(env.DB, [
    latestImportGuardStatement(userId, latest),
    running === null
      ? storeImportStatement(userId, { ...made, created_at: createdAt })
      : extendImportStatement(userId, made),
    ...storeBackfillsStatements(backfills, createdAt, isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS)),
  ]);
  const ids = backfills.map(({ id }) => id);
  await sendRequestsOrLeaveToSweep(env, ids, { request_id: requestId }, nowMs);
  return { state: 'asked', import: made };
}

async function isRunning(env: Env, userId: UserId, { id }: ImportRow, nowMs: UnixMs): Promise<boolean> {
  const stored = await readImport(env.DB, userId, id);
  return stored !== null && progressOf(stored, nowMs).state === 'running';
}

type Span = Pick<NewBackfill, 'terraUserId' | 'resource' | 'startDate' | 'endDate'>;

/** What of these days the running import does not ask for: the days before its own, and all of a new connection. */
function uncovered(
  active: readonly NewBackfill['terraUserId'][],
  covered: readonly CoveredRow[],
  days: number,
  nowMs: UnixMs,
): readonly Span[] {
  const startDate = isoTime(nowMs - days * DAY_MS).slice(0, 10);
  const today = isoTime(nowMs).slice(0, 10);
  return active
    .flatMap((terraUserId) => HISTORY_RESOURCES.map((resource) => ({ terraUserId, resource })))
    .map(({ terraUserId, resource }) => {
      const asked = covered.find((one) => one.terra_user_id === terraUserId && one.resource === resource);
      return { terraUserId, resource, startDate, endDate: asked?.start_date ?? today };
    })
    .filter(({ endDate }) => startDate < endDate);
}

/** Null where the person may ask for these days. */
async function refusal(
  env: Env,
  userId: UserId,
  spans: readonly Span[],
  connections: number,
  nowMs: UnixMs,
): Promise<Extract<ImportAnswer, { state: 'over_budget' }> | null> {
  const more = spans
    .filter(({ resource }) => resource === HISTORY_RESOURCES[0])
    .reduce((total, { startDate, endDate }) => total + daysBetween(startDate, endDate), 0);
  const rows = await readDaysImported(env.DB, userId, isoTime(nowMs - IMPORT_BUDGET_MS));
  const asked = rows.map(({ at, days }) => ({ atMs: unixMsOf(at), days }));
  const budget = { days: IMPORT_DAYS_A_DAY, windowMs: IMPORT_BUDGET_MS };
  const roomMs = roomFrom(asked, more, budget, nowMs);
  if (roomMs === nowMs && more <= IMPORT_DAYS_A_DAY) return null;
  const waitMs = more > IMPORT_DAYS_A_DAY ? IMPORT_BUDGET_MS : roomMs - nowMs;
  return {
    state: 'over_budget',
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)),
    daysMax: Math.floor(IMPORT_DAYS_A_DAY / Math.max(1, connections)),
  };
}

function daysBetween(startDate: string, endDate: string): number {
  return (Date.parse(endDate) - Date.parse(startDate)) / DAY_MS;
}
