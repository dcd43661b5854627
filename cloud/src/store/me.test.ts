import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { type Columns, insertConnection, insertPerson, insertRow } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoText, isoTime } from '../clock.ts';
import { encodeRowCounts } from '../fold/row-counts.ts';
import type { UserId } from '../ids.ts';
import { readPersonStanding } from './me.ts';

const CLOCK = isoTime(Date.UTC(2026, 2, 1));

const person = (columns: Columns = {}) => insertPerson({ email: 'me@amy.test', clock: CLOCK, ...columns });

const day = (user: UserId, date: number, source = 'oura') =>
  insertRow('daily_summary', { user_id: user, source, datetime: `2026-03-0${date}` });

const standing = async (user: UserId) => {
  const found = await readPersonStanding(env.DB, user);
  if (found === null) throw new Error('there is such a person');
  return found;
};

it('a person is shown themselves, and nobody where they have no row', async () => {
  const [one, other] = [await person(), await person({ email: 'other@amy.test', reconciled_at: CLOCK })];
  expect(await standing(one)).toMatchObject({ me: { user: { id: one } }, reconciledAt: null });
  expect(await standing(other)).toMatchObject({
    me: { user: { id: other, email: 'other@amy.test' } },
    reconciledAt: CLOCK,
  });
  expect(await readPersonStanding(env.DB, newUser())).toBeNull();
});

it('a person is shown their own connections', async () => {
  const [one, other] = [await person(), await person()];
  const [own, theirs] = [await insertConnection(one), await insertConnection(other)];
  expect((await standing(one)).me.connections.map(({ id }) => id)).toEqual([own]);
  expect((await standing(other)).me.connections.map(({ id }) => id)).toEqual([theirs]);
});

it('what is known of a person’s rows is theirs, of the moment of their clock', async () => {
  const counts = (rows: number) => encodeRowCounts({ daily_summary: { oura: rows } }, CLOCK);
  const [one, other] = [await person({ row_counts: counts(3) }), await person({ row_counts: counts(40) })];
  await day(one, 1);
  await day(other, 5);
  expect((await standing(one)).me).toMatchObject({
    counts: { daily_summary: 3 },
    sources: [{ table: 'daily_summary', source: 'oura', rows: 3, last: '2026-03-01' }],
  });
  expect((await standing(other)).me).toMatchObject({
    sources: [{ table: 'daily_summary', source: 'oura', rows: 40, last: '2026-03-05' }],
  });
  const earlier = encodeRowCounts({ daily_summary: { oura: 9 } }, isoText('2026-02-01T00:00:00.000Z'));
  const moved = await person({ row_counts: earlier });
  expect(await standing(moved)).toMatchObject({ countedNow: { clock: CLOCK }, me: { sources: [] } });
});

it('what is not known is counted among the person’s own rows, source by source', async () => {
  const [one, other] = [await person(), await person()];
  await day(one, 1);
  await day(one, 2);
  await day(one, 1, 'garmin');
  await day(other, 7);
  await day(other, 8, 'whoop');
  await insertRow('lab_uploads', { id: `of-${one}`, user_id: one, storage_key: '' });
  await insertRow('lab_uploads', { id: `of-${other}`, user_id: other, storage_key: '' });
  const { me, countedNow } = await standing(one);
  expect(me.counts).toMatchObject({ daily_summary: 3, lab_uploads: 1 });
  expect(me.sources).toEqual([
    { table: 'daily_summary', source: 'garmin', rows: 1, last: '2026-03-01' },
    { table: 'daily_summary', source: 'oura', rows: 2, last: '2026-03-02' },
  ]);
  expect(countedNow).toMatchObject({
    clock: CLOCK,
    counts: { daily_summary: { garmin: 1, oura: 2 }, lab_uploads: { '': 1 } },
  });
});
