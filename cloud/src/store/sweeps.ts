import type { IsoTime } from '../clock.ts';
import { allRows, firstRow, type Statement, statement } from './statements.ts';

/** Where work that goes on over many runs of the cron has come to. */

/** After which key the next run goes on, `''` for from the start. */
export async function readSweep(db: D1Database, kind: string): Promise<string> {
  const row = await firstRow<{ cursor: string }>(
    db,
    statement('select cursor from sweeps where name = ?1', kind),
  );
  return row?.cursor ?? '';
}

/** Which of these are under way. */
export async function readSweepsLeft(db: D1Database, kinds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await allRows<{ name: string }>(
    db,
    statement(
      'select name from sweeps where name in (select value from json_each(?1))',
      JSON.stringify(kinds),
    ),
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * Notes after which key the next run goes on, `''` for from the start. A key names its person: once they are
 * erased it is not written any more, and the next run goes over the same keys again.
 */
export function storeSweepStatement(
  kind: string,
  after: string,
  personHash: string | null,
  now: IsoTime,
): Statement {
  return statement(
    `insert into sweeps(name, cursor, updated_at)
select ?1, ?2, ?3
where not exists (select 1 from erased_subjects where subject_hash = ?4)
on conflict (name) do update set
  cursor = excluded.cursor,
  updated_at = excluded.updated_at`,
    kind,
    after,
    now,
    personHash,
  );
}

/** A sweep that stands among keys of this prefix begins anew: where it stood named the person. */
export function forgetSweepsStatement(prefix: string): Statement {
  return statement(`delete from sweeps where ${STANDS_AMONG}`, prefix);
}

/** Sweeps that stand among keys of this prefix. */
export function sweepsAmongStatement(prefix: string): Statement {
  return statement(`select 1 from sweeps where ${STANDS_AMONG}`, prefix);
}

const STANDS_AMONG = 'substr(cursor, 1, length(?1)) = ?1';
