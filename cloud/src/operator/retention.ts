import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { throwTogether } from '../errors.ts';
import { RETENTION_BATCH_ROWS, RETENTION_BATCHES } from '../limits.ts';
import { log } from '../log.ts';
import {
  AGING_KINDS,
  type AgingKind,
  deleteAged,
  deleteUnownedStatement,
  readUnowned,
  type SeenEvent,
  type UnownedPlace,
} from '../store/retention.ts';
import { runAll } from '../store/statements.ts';
import { readSweep, storeSweepStatement } from '../store/sweeps.ts';
import { storeTracesStatements } from '../store/traces.ts';

/** How much one run deletes of a kind, or looks at. */
export type RetentionBounds = { readonly rows: number; readonly batches: number };

const BOUNDS: RetentionBounds = { rows: RETENTION_BATCH_ROWS, batches: RETENTION_BATCHES };

/** Deletes what is past its time of a kind, the oldest first; what one run may not waits for the next night. */
export async function deleteAgedRows(
  env: Env,
  kind: AgingKind,
  nowMs: UnixMs,
  { rows, batches }: RetentionBounds = BOUNDS,
): Promise<number> {
  let deleted = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    const gone = await deleteAged(env.DB, kind, nowMs, rows);
    deleted += gone;
    if (gone < rows) break;
  }
  const isFull = deleted === rows * batches;
  log(isFull ? 'warn' : 'info', 'retention', { kind, deleted, is_full: isFull });
  return deleted;
}

/** Every kind, one after the other. One that fails does not stop the others: the failures are thrown together. */
export async function deleteAllAgedRows(env: Env, nowMs: UnixMs): Promise<void> {
  const failures: unknown[] = [];
  for (const kind of AGING_KINDS) {
    await deleteAgedRows(env, kind, nowMs).catch((error: unknown) => failures.push(error));
  }
  throwTogether(failures);
}

/**
 * Deletes events that nobody owns, and their objects, once they are old: nobody could ever ask for their erasure.
 * Each batch leaves a trace. A run looks at a bounded number of events and the next goes on after them, so that old
 * ones that are somebody's hide none. Objects that a failure leaves behind are the orphans' sweep's.
 */
export async function deleteUnownedEvents(
  env: Env,
  place: UnownedPlace,
  nowMs: UnixMs,
  { rows, batches }: RetentionBounds = BOUNDS,
): Promise<number> {
  let after = Number(await readSweep(env.DB, place));
  let deleted = 0;
  for (let batch = 0; batch < batches; batch += 1) {
    const seen = await readUnowned(env.DB, place, after, nowMs, rows);
    const young = seen.findIndex(({ is_old }) => is_old !== 1);
    const old = young === -1 ? seen : seen.slice(0, young);
    const doomed = old.filter(({ is_nobodys }) => is_nobodys === 1);
    const isEnd = old.length < rows;
    after = isEnd ? 0 : (old.at(-1)?.id ?? 0);
    deleted += await deleteBatch(env, place, doomed, after, nowMs);
    if (isEnd) break;
  }
  log('info', 'retention', { kind: place, deleted });
  return deleted;
}

async function deleteBatch(
  env: Env,
  place: UnownedPlace,
  doomed: readonly SeenEvent[],
  after: number,
  nowMs: UnixMs,
): Promise<number> {
  const ids = doomed.map(({ id }) => id);
  const details = { events: ids.length, first_id: ids.at(0), last_id: ids.at(-1) };
  const trace = { level: 'warn', event: 'unowned_deleted', message: place, details } as const;
  const position = after === 0 ? '' : String(after);
  const answers = await runAll(env.DB, [
    deleteUnownedStatement(ids),
    ...storeTracesStatements(ids.length === 0 ? [] : [trace], sqliteTime(nowMs)),
    storeSweepStatement(place, position, null, isoTime(nowMs)),
  ]);
  const keys = doomed.flatMap(({ payload_key, fetched_key }) => [payload_key, fetched_key]);
  const objects = keys.filter((key) => key !== null);
  if (objects.length > 0) await env.RAW_PAYLOADS.delete(objects);
  // Not the changes, which count the bodies too.
  return answers[0]?.results.length ?? 0;
}
