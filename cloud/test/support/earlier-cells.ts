import { env } from 'cloudflare:test';
import { decodeBodyDay } from '../../src/fold/body-day.ts';
import { decodeDailyRow } from '../../src/fold/daily-row.ts';
import { type AnySlice, decodeSlice } from '../../src/fold/stored-cells.ts';

type StoredRow = { readonly at: number | string; readonly cells: string };

/** The cells of a person's rows in the form that spelled everything out: `[[rank, ms, hash, position], {column: value}]`. */
export async function intoEarlierCells(user: string, db: D1Database = env.DB): Promise<void> {
  for (const table of ['daily_summary', 'sleep_sessions', 'activities'] as const) {
    const { results } = await db
      .prepare(`select rowid as at, cells from ${table} where user_id = ? and cells is not null`)
      .bind(user)
      .all<StoredRow>();
    for (const { at, cells } of results)
      await db
        .prepare(`update ${table} set cells = ? where rowid = ?`)
        .bind(table === 'daily_summary' ? earlierDay(cells) : earlierItems(cells), at)
        .run();
  }
  const { results: days } = await db
    .prepare('select source, draw_date, cells from biomarker_days where user_id = ? and cells is not null')
    .bind(user)
    .all<{ source: string; draw_date: string; cells: string }>();
  for (const { source, draw_date, cells } of days)
    await db
      .prepare('update biomarker_days set cells = ? where user_id = ? and source = ? and draw_date = ?')
      .bind(earlierBodyDay(cells), user, source, draw_date)
      .run();
}

function earlierDay(cells: string): string {
  const { daily, sessions, legacy } = decodeDailyRow(cells, null);
  return JSON.stringify({ daily, sleep: [...sessions], ...(legacy === null ? {} : { legacy }) });
}

function earlierItems(cells: string): string {
  const items = JSON.parse(cells) as [string, AnySlice[]][];
  return JSON.stringify(items.map(([item, slices]) => [item, slices.map(decodeSlice)]));
}

/** Each code of a day apart, which reads the same. */
function earlierBodyDay(cells: string): string {
  return JSON.stringify(
    [...decodeBodyDay(cells)].flatMap(([code, orders]) => orders.map((order) => [order, [code]])),
  );
}
