import { BODIES_IN_ROWS } from '../store/bodies-in-rows.ts';
import { SPELLED_OUT_ROWS } from '../store/spelled-out-rows.ts';
import { readSweepsLeft } from '../store/sweeps.ts';
import { shortenRows } from './shorten-rows.ts';
import { takeBodiesOutOfRows } from './take-bodies-out.ts';

/** What migrations leave to the cron, since one statement over all of it would write the database anew. */
export async function finishUpgrade(env: Env): Promise<void> {
  const left = await readSweepsLeft(env.DB, [BODIES_IN_ROWS, SPELLED_OUT_ROWS]);
  if (left.has(BODIES_IN_ROWS)) await takeBodiesOutOfRows(env);
  if (left.has(SPELLED_OUT_ROWS)) await shortenRows(env);
}
