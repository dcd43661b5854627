import { rowSet, rowSetText } from './row-sets.ts';
import { allRows, type Statement, statement } from './statements.ts';

/** Kinds of objects in R2 that a row is to name: spilled bodies, what pings fetched, lab files, packs of bodies. */
export const OBJECT_KINDS = ['payloads', 'fetched', 'lab_files', 'packs'] as const;

export type ObjectKind = (typeof OBJECT_KINDS)[number];

/** A key, and the part of it by which its row is looked up. */
export type ObjectName = { readonly key: string; readonly by: string | number };

const NAME = ['key', 'by'] as const satisfies readonly (keyof ObjectName)[];

const NAMED_BY: Record<ObjectKind, string> = {
  payloads: 'select 1 from raw_events r where r.payload_key = o.by',
  // What was fetched for a ping that is not yet processed is found by its next attempt, noted or not: its
  // URL is dead by then, so there is no other copy.
  fetched: `select 1
    from raw_events r
    where r.id = o.by
      and (r.fetched_key = o.key or r.processed_at is null)`,
  lab_files: 'select 1 from lab_uploads l where l.id = o.by',
  packs: 'select 1 from body_packs p where p.id = o.by',
};

/**
 * Of these objects the keys that no row names. A database without any event names nothing either, because it
 * is new or the wrong one: it is not asked to judge.
 */
export function orphansStatement(kind: ObjectKind, names: readonly ObjectName[]): Statement {
  return statement(
    `select o.key
from ${rowSet(NAME)} o
where not exists (
    ${NAMED_BY[kind]}
  )
  and exists (select 1 from raw_events)`,
    rowSetText(NAME, names),
  );
}

/** The same, run. */
export async function readOrphans(
  db: D1Database,
  kind: ObjectKind,
  names: readonly ObjectName[],
): Promise<readonly string[]> {
  if (names.length === 0) return [];
  return (await allRows<{ key: string }>(db, orphansStatement(kind, names))).map(({ key }) => key);
}
