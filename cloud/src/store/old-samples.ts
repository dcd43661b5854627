import type { IsoTime } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { SAMPLES_LOOKED_AT } from '../limits.ts';
import { SAMPLES_OMITTED } from '../normalize/raw-item.ts';
import { isPackedRaw } from './packed-raw.ts';
import { rowSet, statementsForRows } from './row-sets.ts';
import { allRows, type Statement, statement } from './statements.ts';

/** Sessions and activities whose `raw` loses its sample arrays by age and is packed. No sync sees it: `updated_at` stays. */

export const SAMPLED_TABLES = ['sleep_sessions', 'activities'] as const;

export type SampledTable = (typeof SAMPLED_TABLES)[number];

const INDEX: Readonly<Record<SampledTable, string>> = {
  sleep_sessions: 'idx_sleep_user_updated',
  activities: 'idx_activities_user_updated',
};

/** True of a `raw` that was made shorter by age. An earlier version left its samples out and packed nothing. */
export function isShortened(raw: string): string {
  return `coalesce(${isPackedRaw(raw)} or instr(${raw}, '${SAMPLES_OMITTED}') > 0, 0)`;
}

export type SampledRow = { readonly rowid: number; readonly raw: string; readonly updated_at: IsoTime };

const THINNED = ['rowid', 'raw', 'updated_at', 'place'] as const;

type SampledSpan = { readonly from: IsoTime; readonly to: IsoTime; readonly afterRow: number };

/** A person's rows of this time whose `raw` is not packed, in its order, after the last one that was seen. */
export function sampledRowsStatement(
  table: SampledTable,
  userId: UserId,
  { from, to, afterRow }: SampledSpan,
): Statement {
  return statement(
    `select rowid, raw, updated_at
from ${table} indexed by ${INDEX[table]}
where user_id = ?1
  and updated_at >= ?2
  and updated_at < ?3
  and (updated_at > ?2 or rowid > ?4)
  and not ${isPackedRaw('raw')}
order by updated_at, rowid
limit ${SAMPLES_LOOKED_AT}`,
    userId,
    from,
    to,
    afterRow,
  );
}

/** The same, run. */
export async function readSampledRows(
  db: D1Database,
  table: SampledTable,
  userId: UserId,
  span: SampledSpan,
): Promise<readonly SampledRow[]> {
  return allRows(db, sampledRowsStatement(table, userId, span));
}

/**
 * A row that changed meanwhile keeps what it has now. The others move behind the last one of the table: a row that becomes
 * shorter where it is keeps the whole page that it was given. To a sync under way such a row comes a second time at worst.
 */
export function storeThinnedStatements(
  table: SampledTable,
  userId: UserId,
  rows: readonly SampledRow[],
): readonly Statement[] {
  return statementsForRows(
    `update ${table} set
  raw = o.raw,
  rowid = (select max(rowid) from ${table}) + o.place
from ${rowSet(THINNED)} o
where ${table}.rowid = o.rowid
  and ${table}.user_id = ?2
  and ${table}.updated_at = o.updated_at`,
    THINNED,
    rows.map((row, i) => ({ ...row, place: i + 1 })),
    userId,
  );
}
