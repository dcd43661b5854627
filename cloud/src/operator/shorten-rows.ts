import { SHORT_ROWS_BATCHES } from '../limits.ts';
import { log } from '../log.ts';
import { type RowsPlace, rowsPlace, SPELLED_OUT_ROWS, shortenNextRows } from '../store/spelled-out-rows.ts';
import { readSweep } from '../store/sweeps.ts';

/** Writes rows of an earlier version shorter, a bounded number; the next run goes on behind them. */
export async function shortenRows(env: Env, batches: number = SHORT_ROWS_BATCHES): Promise<void> {
  const stored = await readSweep(env.DB, SPELLED_OUT_ROWS);
  let next: RowsPlace | null = stored === '' ? null : rowsPlace(stored);
  for (let batch = 0; batch < batches && next !== null; batch += 1)
    next = await shortenNextRows(env.DB, next);
  if (stored !== '')
    log('info', 'rows_shortened', { next: next === null ? null : `${next.table}:${next.after}` });
}
