import type { IsoTime } from '../clock.ts';
import { shortDailyCells } from '../fold/daily-row.ts';
import { shortItemCells } from '../fold/item-row.ts';
import { SHORT_ROWS } from '../limits.ts';
import { SAMPLES_OMITTED } from '../normalize/raw-item.ts';
import { packedRaw } from './packed-raw.ts';
import { rowSet, statementsForRows } from './row-sets.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';

/** Rows as an earlier version wrote them, which are written shorter, once. Nobody sees it: `updated_at` stays. */

/** Its name in `sweeps`; the cursor is `<table>:<rowid>`, after which the next run goes on. It is gone when all is done. */
export const SPELLED_OUT_ROWS = 'spelled_out_rows';

const TABLES = ['daily_summary', 'sleep_sessions', 'activities'] as const;

type Table = (typeof TABLES)[number];

export type RowsPlace = { readonly table: Table; readonly after: number };

/** Where a cursor stands. Throws where it is none. */
export function rowsPlace(cursor: string): RowsPlace {
  const [name, after] = cursor.split(':');
  const table = TABLES.find((one) => one === name);
  if (table === undefined) throw new Error(`a sweep stands nowhere: ${cursor}`);
  return { table, after: Number(after) };
}

type SpelledOutRow = {
  readonly rowid: number;
  readonly updated_at: IsoTime;
  readonly cells: string;
  readonly raw: string | null;
};

/** Writes the next rows of a table; answers where to go on, null where all was seen. */
export async function shortenNextRows(
  db: D1Database,
  { table, after }: RowsPlace,
): Promise<RowsPlace | null> {
  const rows = await allRows<SpelledOutRow>(
    db,
    statement(
      `select rowid, updated_at, cells, ${table === 'daily_summary' ? 'null as raw' : 'raw'}
from ${table}
where rowid > ?1
  and cells is not null
order by rowid
limit ${SHORT_ROWS}`,
      after,
    ),
  );
  const last = rows.at(-1);
  const isEnd = last === undefined || rows.length < SHORT_ROWS;
  const next = isEnd ? nextTable(table) : { table, after: last.rowid };
  await runAll(db, [
    ...storeStatements(table, rows),
    next === null
      ? statement('delete from sweeps where name = ?1', SPELLED_OUT_ROWS)
      : statement(
          'update sweeps set cursor = ?2 where name = ?1',
          SPELLED_OUT_ROWS,
          `${next.table}:${next.after}`,
        ),
  ]);
  return next;
}

function nextTable(table: Table): RowsPlace | null {
  const next = TABLES[TABLES.indexOf(table) + 1];
  return next === undefined ? null : { table: next, after: 0 };
}

const COLUMNS = ['rowid', 'updated_at', 'was', 'cells', 'raw', 'place'] as const;

/** What changed meanwhile was written in the form of today. A row that becomes shorter leaves its page: old-samples.ts. */
function storeStatements(table: Table, rows: readonly SpelledOutRow[]): readonly Statement[] {
  const shortened = rows.flatMap((row) => {
    const cells = table === 'daily_summary' ? shortDailyCells(row.cells) : shortItemCells(row.cells);
    const raw = row.raw?.includes(SAMPLES_OMITTED) ? packedRaw(row.raw) : row.raw;
    return cells === row.cells && raw === row.raw ? [] : [{ ...row, was: row.cells, cells, raw }];
  });
  return statementsForRows(
    `update ${table} set
  cells = o.cells,${table === 'daily_summary' ? '' : '\n  raw = o.raw,'}
  rowid = (select max(rowid) from ${table}) + o.place
from ${rowSet(COLUMNS)} o
where ${table}.rowid = o.rowid
  and ${table}.updated_at = o.updated_at
  and ${table}.cells = o.was`,
    COLUMNS,
    shortened.map((row, i) => ({ ...row, place: i + 1 })),
  );
}
