import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isoText } from '../src/clock.ts';
import { RULES_VERSION } from '../src/fold/rules-version.ts';
import type { UserId } from '../src/ids.ts';
import type { Columns } from '../src/normalize/types.ts';
import { runAll } from '../src/store/statements.ts';
import { storeCellsStatements, type UpsertPolicy, upsertRowsStatements } from '../src/store/upsert.ts';
import { known, newUser } from './support/stack.ts';

/** The statement by itself: the fold never relies on it, so nothing else would notice it going wrong. */

const T1 = '2026-01-01T00:00:00.001Z';
const T2 = '2026-01-01T00:00:00.002Z';

async function person(): Promise<UserId> {
  const user = newUser();
  await env.DB.prepare('insert into users(id) values (?)').bind(user).run();
  return user;
}

async function write(
  user: UserId,
  policy: UpsertPolicy,
  columns: Columns,
  cells: string,
  updatedAt: string,
): Promise<number> {
  const change = {
    table: 'daily_summary',
    key: ['oura', '2026-01-01'],
    columns,
    cells,
    isNew: false,
    isOnlyCells: false,
    replace: policy === 'replace',
  } as const;
  const statements = upsertRowsStatements('daily_summary', policy, [
    { userId: user, clock: isoText(updatedAt), change },
  ]);
  const [answer] = await runAll(env.DB, statements);
  return answer?.meta.rows_written ?? 0;
}

async function writeCells(user: UserId, cells: string): Promise<number> {
  const change = {
    table: 'daily_summary',
    key: ['oura', '2026-01-01'],
    columns: { steps: 1 },
    cells,
    isNew: false,
    isOnlyCells: true,
    replace: false,
  } as const;
  const statements = storeCellsStatements('daily_summary', [{ userId: user, clock: isoText(T2), change }]);
  const [answer] = await runAll(env.DB, statements);
  return answer?.meta.rows_written ?? 0;
}

async function stored(user: string): Promise<Record<string, unknown>> {
  const row = await env.DB.prepare('select * from daily_summary where user_id = ?').bind(user).first();
  const {
    user_id: _user,
    source: _source,
    datetime: _datetime,
    rules: _rules,
    ...rest
  } = known(row ?? undefined);
  return rest;
}

async function rulesOf(user: string): Promise<unknown> {
  return env.DB.prepare('select rules from daily_summary where user_id = ?').bind(user).first('rules');
}

describe('the upsert', () => {
  it.each(['coalesce', 'replace'] as const)(
    'gives a new row the version of the rules, and leaves an older one where it is (%s)',
    async (policy) => {
      const user = await person();
      await write(user, policy, { steps: 1 }, 'a', T1);
      expect(await rulesOf(user)).toBe(RULES_VERSION);
      for (const older of [RULES_VERSION - 1, null]) {
        await env.DB.prepare('update daily_summary set rules = ? where user_id = ?').bind(older, user).run();
        await write(user, policy, { steps: 2 + Number(older) }, `b${older}`, T2);
        expect(await rulesOf(user)).toBe(older);
      }
      await env.DB.prepare('update daily_summary set rules = ? where user_id = ?')
        .bind(RULES_VERSION + 1, user)
        .run();
      await write(user, policy, { steps: 9 }, 'c', T2);
      expect(await rulesOf(user)).toBe(RULES_VERSION);
    },
  );

  it('never lets a null overwrite', async () => {
    const user = await person();
    await write(user, 'coalesce', { steps: 1, spo2: 97 }, 'a', T1);
    await write(user, 'coalesce', { steps: 2 }, 'b', T2);
    expect(await stored(user)).toEqual({ steps: 2, spo2: 97, cells: 'b', updated_at: T2 });
  });

  it('lets a null overwrite in rows the fold recomputed', async () => {
    const user = await person();
    await write(user, 'coalesce', { steps: 1, spo2: 97 }, 'a', T1);
    await write(user, 'replace', { steps: 1 }, 'b', T2);
    expect(await stored(user)).toEqual({ steps: 1, cells: 'b', updated_at: T2 });
  });

  it.each(['coalesce', 'replace'] as const)(
    'moves no updated_at when only cells differ (%s)',
    async (policy) => {
      const user = await person();
      await write(user, policy, { steps: 1 }, 'a', T1);
      await write(user, policy, { steps: 1 }, 'b', T2);
      expect(await stored(user)).toEqual({ steps: 1, cells: 'b', updated_at: T1 });
    },
  );

  it.each(['coalesce', 'replace'] as const)('writes no row when nothing differs (%s)', async (policy) => {
    const user = await person();
    expect(await write(user, policy, { steps: 1 }, 'a', T1)).toBe(3);
    expect(await write(user, policy, { steps: 1 }, 'a', T2)).toBe(0);
    expect(await stored(user)).toEqual({ steps: 1, cells: 'a', updated_at: T1 });
  });

  it('keeps a text that looks like a number a text, and every digit of a number', async () => {
    const user = await person();
    await write(user, 'coalesce', { bed_time: '20260101', spo2: 96.123_456_789_012_3 }, 'a', T1);
    const row = await env.DB.prepare(
      'select typeof(bed_time) as type, spo2 from daily_summary where user_id = ?',
    )
      .bind(user)
      .first();
    expect(row).toEqual({ type: 'text', spo2: 96.123_456_789_012_3 });
  });
});

describe('cells that change alone', () => {
  it('are one row, of this person and day alone, and nothing else of it moves', async () => {
    const [user, other] = [await person(), await person()];
    for (const one of [user, other]) await write(one, 'coalesce', { steps: 1 }, 'a', T1);
    expect(await writeCells(user, 'b')).toBe(1);
    expect(await stored(user)).toEqual({ steps: 1, cells: 'b', updated_at: T1 });
    expect(await stored(other)).toEqual({ steps: 1, cells: 'a', updated_at: T1 });
  });

  it('leave an older version of the rules where it is', async () => {
    const user = await person();
    await write(user, 'coalesce', { steps: 1 }, 'a', T1);
    for (const [before, after] of [
      [RULES_VERSION - 1, RULES_VERSION - 1],
      [null, null],
      [RULES_VERSION + 1, RULES_VERSION],
    ]) {
      await env.DB.prepare('update daily_summary set rules = ? where user_id = ?').bind(before, user).run();
      await writeCells(user, `b${before}`);
      expect(await rulesOf(user)).toBe(after);
    }
  });
});
