import type { IsoTime } from '../clock.ts';
import { PAUSED } from '../limits.ts';
import { firstRow, runAll, type Statement, statement } from './statements.ts';

/** Since when nothing is asked of Terra, because an operator said so; null where it is. */
export async function readOutboundPause(db: D1Database): Promise<string | null> {
  return (await firstRow<{ set_at: string }>(db, outboundPauseStatement()))?.set_at ?? null;
}

export function outboundPauseStatement(): Statement {
  return statement("select set_at from operator_switches where name = 'outbound_paused'");
}

/** Stops what is asked of Terra, or lets it go on: then requests that waited for it are due at once. */
export async function writeOutboundPause(db: D1Database, isPaused: boolean, now: IsoTime): Promise<void> {
  if (isPaused) {
    await runAll(db, [
      statement(
        "insert into operator_switches(name, set_at) values ('outbound_paused', ?1) on conflict do nothing",
        now,
      ),
    ]);
    return;
  }
  await runAll(db, [
    statement("delete from operator_switches where name = 'outbound_paused'"),
    statement(
      `update backfills set next_attempt_at = ?1, error = null
where status = 'pending'
  and error = '${PAUSED}'`,
      now,
    ),
  ]);
}
