import type { IsoTime } from '../clock.ts';
import { UNKNOWN_FIELDS_MAX, UNKNOWN_FIELDS_SHOWN } from '../limits.ts';
import { rowSet, statementsForRows } from './row-sets.ts';
import { runAll, type Statement, statement } from './statements.ts';

/** A field that no schema has, once for each event that has it. */
export type UnknownField = { readonly event_type: string; readonly path: string };

/** How often what was seen, the most frequent first. */
export type UnknownFieldStats = {
  readonly by_event_type: Record<string, number>;
  readonly top: {
    readonly event_type: string;
    readonly path: string;
    readonly count: number;
    readonly first_seen: string;
    readonly last_seen: string;
  }[];
};

const COLUMNS = ['event_type', 'path'] as const;

/** Counts fields. Once as many are remembered as may be, new ones are not: the events keep them. */
export function countUnknownFieldsStatements(
  fields: readonly UnknownField[],
  now: IsoTime,
): readonly Statement[] {
  return statementsForRows(
    `insert into unknown_fields(event_type, path, count, first_seen, last_seen)
select f.event_type, f.path, count(*), ?2, ?2
from ${rowSet(COLUMNS)} f
where (select count(*) from unknown_fields) < ?3
  or exists (select 1 from unknown_fields u where u.event_type = f.event_type and u.path = f.path)
group by f.event_type, f.path
on conflict (event_type, path) do update set
  count = unknown_fields.count + excluded.count,
  last_seen = max(unknown_fields.last_seen, excluded.last_seen)`,
    COLUMNS,
    fields,
    now,
    UNKNOWN_FIELDS_MAX,
  );
}

export async function readUnknownFields(db: D1Database): Promise<UnknownFieldStats> {
  const [counts, top] = await runAll(db, [
    statement('select event_type, sum(count) as fields from unknown_fields group by event_type'),
    statement(
      `select event_type, path, count, first_seen, last_seen
from unknown_fields
order by count desc, event_type, path
limit ?1`,
      UNKNOWN_FIELDS_SHOWN,
    ),
  ]);
  return {
    by_event_type: Object.fromEntries(
      (counts?.results ?? []).map(({ event_type, fields }) => [String(event_type), Number(fields)]),
    ),
    top: (top?.results ?? []).map((row) => ({
      event_type: String(row.event_type),
      path: String(row.path),
      count: Number(row.count),
      first_seen: String(row.first_seen),
      last_seen: String(row.last_seen),
    })),
  };
}
