import { type IsoTime, isoTime, type UnixMs } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { SAMPLES_LOOKED_AT } from '../limits.ts';
import { rawWithoutSamples } from '../normalize/raw-item.ts';
import {
  readSampledRows,
  SAMPLED_TABLES,
  type SampledTable,
  storeThinnedStatements,
} from '../store/old-samples.ts';
import { packedRaw } from '../store/packed-raw.ts';
import { runAll } from '../store/statements.ts';

/**
 * Leaves the sample arrays out of the `raw` of a person's sessions and activities that changed in this time, and packs
 * what is left. The events hold them; a replay of these changes nothing, since the same revision is there already. Answers how many pages of rows
 * were looked at.
 */
export async function thinSamples(
  db: D1Database,
  userId: UserId,
  fromMs: UnixMs,
  toMs: UnixMs,
): Promise<number> {
  let looks = 0;
  for (const table of SAMPLED_TABLES)
    looks += await thinTable(db, table, userId, isoTime(fromMs), isoTime(toMs));
  return looks;
}

async function thinTable(
  db: D1Database,
  table: SampledTable,
  userId: UserId,
  start: IsoTime,
  to: IsoTime,
): Promise<number> {
  let [from, afterRow] = [start, 0];
  for (let looks = 1; ; looks += 1) {
    const rows = await readSampledRows(db, table, userId, { from, to, afterRow });
    const thinned = rows.flatMap((row) => {
      const raw = packedRaw(rawWithoutSamples(row.raw) ?? row.raw);
      return raw === row.raw ? [] : [{ ...row, raw }];
    });
    if (thinned.length > 0) await runAll(db, storeThinnedStatements(table, userId, thinned));
    const last = rows.at(-1);
    if (last === undefined || rows.length < SAMPLES_LOOKED_AT) return looks;
    [from, afterRow] = [last.updated_at, last.rowid];
  }
}
