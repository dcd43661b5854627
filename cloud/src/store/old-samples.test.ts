import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertPerson } from '../../test/support/rows.ts';
import { isoTime } from '../clock.ts';
import { asUserId } from '../ids.ts';
import {
  readSampledRows,
  SAMPLED_TABLES,
  type SampledRow,
  type SampledTable,
  storeThinnedStatements,
} from './old-samples.ts';
import { runAll } from './statements.ts';

const at = (minute: number) => isoTime(Date.UTC(2026, 2, 1, 12, minute));

let starts = 0;

/** A row of the person, written at this minute; answers its rowid. */
async function row(table: SampledTable, user: string, minute: number, raw: string | null = '{}') {
  starts += 1;
  const written = await env.DB.prepare(
    `insert into ${table}(user_id, source, start_time, end_time, raw, updated_at)
values (?1, 'oura', ?2, ?2, ?3, ?4)
returning rowid`,
  )
    .bind(user, `start ${starts}`, raw, at(minute))
    .first<number>('rowid');
  if (written === null) throw new Error('nothing was written');
  return written;
}

const rawsOf = async (table: SampledTable, user: string) => {
  const { results } = await env.DB.prepare(`select raw from ${table} where user_id = ? order by start_time`)
    .bind(user)
    .all<{ raw: string }>();
  return results.map(({ raw }) => raw);
};

describe.each(SAMPLED_TABLES)('rows of %s with samples', (table) => {
  const found = async (user: string, from: number, to: number, afterRow = 0) => {
    const span = { from: at(from), to: at(to), afterRow };
    return (await readSampledRows(env.DB, table, asUserId(user), span)).map(({ rowid }) => rowid);
  };

  it('are the person’s own of that time, in its order, and none that is packed', async () => {
    const [who, other] = [await insertPerson(), await insertPerson()];
    const [late, early] = [await row(table, who, 3), await row(table, who, 2)];
    await row(table, who, 1);
    await row(table, who, 4);
    await row(table, who, 2, '~1packed');
    await row(table, other, 2);
    expect(await found(who, 2, 4)).toEqual([early, late]);
  });

  it('go on after the last one that was seen, among those of one moment', async () => {
    const who = await insertPerson();
    const [later, seen, next] = [
      await row(table, who, 2),
      await row(table, who, 1),
      await row(table, who, 1),
    ];
    expect(await found(who, 1, 4)).toEqual([seen, next, later]);
    expect(await found(who, 1, 4, seen)).toEqual([next, later]);
  });

  it('become shorter, those that are named and did not change meanwhile, and of that person alone', async () => {
    const [who, other] = [await insertPerson(), await insertPerson()];
    const [named, changed, foreign] = [
      await row(table, who, 1),
      await row(table, who, 2),
      await row(table, other, 1),
    ];
    await row(table, who, 1);
    const thinned = (rowid: number): SampledRow => ({ rowid, raw: 'thin', updated_at: at(1) });
    await runAll(env.DB, storeThinnedStatements(table, who, [named, changed, foreign].map(thinned)));
    expect(await rawsOf(table, who)).toEqual(['thin', '{}', '{}']);
    expect(await rawsOf(table, other)).toEqual(['{}']);
  });
});

it('an activity without an item has no samples', async () => {
  const who = await insertPerson();
  await row('activities', who, 1, null);
  const span = { from: at(1), to: at(2), afterRow: 0 };
  expect(await readSampledRows(env.DB, 'activities', who, span)).toEqual([]);
});
