import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import { insertRow } from '../../test/support/rows.ts';
import { BODIES_IN_ROWS } from '../store/bodies-in-rows.ts';
import { takeBodiesOutOfRows } from './take-bodies-out.ts';

it('bodies of rows are taken out as many at once as one transaction holds', async () => {
  const large = 'x'.repeat(1_900_000);
  const ids = await insertRaw(...Array.from({ length: 5 }, () => ({ payload: large })));
  const cursor = { name: BODIES_IN_ROWS, cursor: String(ids.at(-1)), updated_at: '2026-03-01T12:00:00.000Z' };
  await insertRow('sweeps', cursor);
  await takeBodiesOutOfRows(env, { rows: ids.length, batches: 1 });
  const left = env.DB.prepare("select id from raw_events where payload <> ''");
  expect((await left.all()).results).toEqual([{ id: ids[0] }]);
});
