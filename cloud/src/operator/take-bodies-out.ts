import { BODIES_TAKEN_OUT, BODIES_TAKEN_OUT_BATCHES, BODY_BYTES_TAKEN_OUT } from '../limits.ts';
import { log } from '../log.ts';
import { BODIES_IN_ROWS, readBodiesInRows, takeBodiesOut } from '../store/bodies-in-rows.ts';
import { readSweep } from '../store/sweeps.ts';

/**
 * Takes bodies of earlier versions out of their events' rows, the newest first, a bounded number; the next run goes on
 * below. Nothing is asked once all are out.
 */
export async function takeBodiesOutOfRows(
  env: Env,
  { rows, batches } = { rows: BODIES_TAKEN_OUT, batches: BODIES_TAKEN_OUT_BATCHES },
): Promise<void> {
  const stored = await readSweep(env.DB, BODIES_IN_ROWS);
  let next = stored === '' ? null : Number(stored);
  for (let batch = 0; batch < batches && next !== null; batch += 1) {
    const found = await readBodiesInRows(env.DB, next, rows);
    const taken = fitting(found);
    const lowest: number = taken.at(-1)?.id ?? 0;
    const isEnd = taken.length === found.length && found.length < rows;
    const rest = isEnd ? null : lowest - 1;
    await takeBodiesOut(env.DB, next, lowest, rest);
    next = rest;
  }
  if (stored !== '') log('info', 'bodies_taken_out', { next });
}

/** The first of them that fit one transaction; the very first does whatever its size. */
function fitting<Body extends { readonly bytes: number }>(bodies: readonly Body[]): readonly Body[] {
  let total = 0;
  const end = bodies.findIndex(({ bytes }, i) => {
    total += bytes;
    return i > 0 && total > BODY_BYTES_TAKEN_OUT;
  });
  return end === -1 ? bodies : bodies.slice(0, end);
}
