import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { type Columns, insertPerson, markErasing } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { encodeRowCounts } from '../fold/row-counts.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import { asUserId } from '../ids.ts';
import {
  feedClockStatement,
  keepRowCountsStatement,
  moveClocksStatements,
  personClockStatement,
  tickClockStatement,
} from './person-clock.ts';
import { firstRow, runAll } from './statements.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NOW = isoTime(NOW_MS);
const at = (ms: number) => isoTime(NOW_MS + ms);
const COUNTS = { daily_summary: { oura: 31 } };

/** A person whose clock says so. */
const person = (clock: string, columns: Columns = {}) => insertPerson({ clock, ...columns });

const rowOf = (user: string) =>
  env.DB.prepare('select clock, rules, row_counts from users where id = ?')
    .bind(user)
    .first<Record<string, unknown>>();
const clockOf = async (user: string) => (await rowOf(user))?.clock;

it('a clock is read of its person, and not of one who is unknown or being erased', async () => {
  const [user, other, erased] = [await person(at(1)), await person(at(2)), await person(at(3))];
  await markErasing(erased);
  const read = (id: string) => firstRow(env.DB, personClockStatement(asUserId(id)));
  expect([await read(user), await read(other)]).toEqual([{ clock: at(1) }, { clock: at(2) }]);
  expect([await read(newUser()), await read(erased)]).toEqual([null, null]);
});

it('a mirror is told the clock of its person, and from when on it can be told what changed', async () => {
  const read = (id: string) => firstRow(env.DB, feedClockStatement(asUserId(id)));
  const [plain, restored, returned] = [
    await person(at(1)),
    await person(at(2), { full_sync_before: at(-1), tokens_after: at(-2) }),
    await person(at(3), { full_sync_before: at(-2), tokens_after: at(-1) }),
  ];
  expect([await read(plain), await read(restored), await read(returned)]).toEqual([
    { clock: at(1), full_sync_before: '' },
    { clock: at(2), full_sync_before: at(-1) },
    { clock: at(3), full_sync_before: at(-1) },
  ]);
  expect(await read(newUser())).toBeNull();
});

it('a tick moves one clock to now, or past itself where it is not behind', async () => {
  const [behind, ahead, other] = [await person(at(-5)), await person(at(5)), await person(at(-5))];
  await runAll(
    env.DB,
    [behind, ahead].map((user) => tickClockStatement(asUserId(user), NOW)),
  );
  expect([await clockOf(behind), await clockOf(ahead), await clockOf(other)]).toEqual([NOW, at(6), at(-5)]);
});

it('clocks move forward only, with the counts of their moment, and new people get theirs', async () => {
  const [behind, same, ahead, uncounted, other] = [
    await person(at(-1)),
    await person(NOW),
    await person(at(1)),
    await person(at(-1)),
    await person(at(-1)),
  ];
  const unknown = newUser();
  await runAll(env.DB, [keepRowCountsStatement(asUserId(uncounted), at(-1), COUNTS)]);
  const moved = [behind, same, ahead, unknown].map((user) => ({
    userId: asUserId(user),
    clock: NOW,
    rowCounts: COUNTS,
  }));
  await runAll(env.DB, moveClocksStatements([...moved, { userId: asUserId(uncounted), clock: NOW }]));
  const row_counts = encodeRowCounts(COUNTS, NOW);
  expect(await Promise.all([behind, same, ahead, uncounted, other, unknown].map(rowOf))).toEqual([
    { clock: NOW, rules: null, row_counts },
    { clock: NOW, rules: null, row_counts: null },
    { clock: at(1), rules: null, row_counts: null },
    { clock: NOW, rules: null, row_counts: null },
    { clock: at(-1), rules: null, row_counts: null },
    { clock: NOW, rules: RULES_VERSION, row_counts },
  ]);
});

it('what was counted is kept of one person', async () => {
  const [user, other] = [await person(NOW), await person(NOW)];
  await runAll(env.DB, [keepRowCountsStatement(asUserId(user), NOW, COUNTS)]);
  expect([(await rowOf(user))?.row_counts, (await rowOf(other))?.row_counts]).toEqual([
    encodeRowCounts(COUNTS, NOW),
    null,
  ]);
});
