import { env } from 'cloudflare:test';
import { beforeEach, expect, it } from 'vitest';
import { forgetRawEvents, insertRaw } from '../../test/support/raw-rows.ts';
import { AFTER_ALL, type IdsAtTime, idsAtTimesStatement, inOrderOfTimes } from './ids-at-times.ts';
import { allRows } from './statements.ts';

const at = (minute: number) => `2026-03-01 12:${String(minute).padStart(2, '0')}:00`;

/** At most so many rows: a halving that does not end fails a test rather than runs for ever. */
async function find(times: readonly string[], within: number): Promise<readonly IdsAtTime[]> {
  const one = idsAtTimesStatement(times, within);
  return inOrderOfTimes(await allRows<IdsAtTime>(env.DB, { ...one, sql: `${one.sql}\nlimit 100` }));
}

beforeEach(forgetRawEvents);

it('the first event of each time is found among its ids, each time once', async () => {
  const ids = await insertRaw(...Array.from({ length: 40 }, (_, i) => ({ received_at: at(i) })));
  const found = await find([at(3), at(17), '2026-03-01 12:20:30', AFTER_ALL], 1);
  expect(found.map(({ place }) => place)).toEqual([0, 1, 2, 3]);
  expect(found.map(({ hi }) => hi)).toEqual([ids[3], ids[17], ids[21], (ids[39] ?? 0) + 1]);
  for (const { lo, hi } of found) expect(hi - lo).toBe(1);
});

it('it is found to within so many ids, and no closer', async () => {
  const ids = await insertRaw(...Array.from({ length: 60 }, (_, i) => ({ received_at: at(i) })));
  const found = await find([at(31), at(2)], 8);
  expect(found.map(({ place }) => place)).toEqual([0, 1]);
  for (const [i, first] of [ids[31], ids[2]].entries()) {
    const { lo = 0, hi = 0 } = found[i] ?? {};
    expect(first).toBeGreaterThan(lo);
    expect(first).toBeLessThanOrEqual(hi);
    expect(hi - lo).toBeLessThanOrEqual(8);
    expect(hi - lo).toBeGreaterThan(2);
  }
});

it('where there are no events every time lies at the start', async () => {
  expect(await find([at(1), AFTER_ALL], 1)).toEqual([
    { place: 0, lo: 0, hi: 1 },
    { place: 1, lo: 0, hi: 1 },
  ]);
  expect(await find([], 1)).toEqual([]);
});
