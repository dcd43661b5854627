import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { type Columns, insertRow, rowWhere } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { markErasedStatements } from './erased-subjects.ts';
import { readPeople, tellMirrors } from './restored.ts';
import { allRows, runAll } from './statements.ts';
import {
  forgetSweepsStatement,
  readSweep,
  readSweepsLeft,
  storeSweepStatement,
  sweepsAmongStatement,
} from './sweeps.ts';

const NOW_MS = Date.UTC(2026, 2, 1);
const NOW = isoTime(NOW_MS);

describe('a sweep', () => {
  beforeEach(() => env.DB.prepare('delete from sweeps').run());
  const store = (kind: string, after: string, personHash: string | null = null) =>
    runAll(env.DB, [storeSweepStatement(kind, after, personHash, NOW)]);
  const stands = async () => [await readSweep(env.DB, 'one'), await readSweep(env.DB, 'other')];

  it('goes on where it came to, each kind for itself', async () => {
    expect(await stands()).toEqual(['', '']);
    await store('one', 'a');
    await store('other', 'b');
    await store('one', 'c');
    expect(await stands()).toEqual(['c', 'b']);
    expect(await readSweepsLeft(env.DB, ['one', 'none'])).toEqual(new Set(['one']));
  });

  it('does not note a key of somebody who is erased', async () => {
    const [erased, stays] = [newUser(), newUser()];
    await runAll(env.DB, markErasedStatements([['user', erased]], NOW));
    await store('one', 'before');
    await store('one', `of/${erased}`, sha256Hex(erased));
    await store('other', `of/${erased}`, sha256Hex(erased));
    expect(await stands()).toEqual(['before', '']);
    await store('one', `of/${stays}`, sha256Hex(stays));
    expect(await stands()).toEqual([`of/${stays}`, '']);
  });

  it('begins anew where it stood among keys that begin like this, to the letter', async () => {
    await store('one', 'files/user_1/a');
    await store('other', 'files/user_12/a');
    const among = async (prefix: string) => (await allRows(env.DB, sweepsAmongStatement(prefix))).length;
    expect([await among('files/user_1/'), await among('files/'), await among('FILES/')]).toEqual([1, 2, 0]);
    await runAll(env.DB, [forgetSweepsStatement('files/user_1/')]);
    expect(await stands()).toEqual(['', 'files/user_12/a']);
  });
});

describe('after a restore', () => {
  const before = isoTime(NOW_MS - 1_000);

  async function people(): Promise<readonly string[]> {
    await env.DB.prepare('delete from users').run();
    const person = (id: string, columns: Columns = {}) =>
      insertRow('users', { id, clock: before, ...columns });
    for (const id of ['a', 'b', 'd', 'e']) await person(id);
    await person('c', { rebuild_of: 'a' });
    return ['a', 'b', 'd', 'e'];
  }
  const told = async () => {
    const { results } = await env.DB.prepare(
      'select id from users where full_sync_before = clock order by id',
    ).all();
    return results.map(({ id }) => id);
  };

  it('everybody is read page by page, without what rebuilds make', async () => {
    const all = await people();
    const page = async (after: string) => (await readPeople(env.DB, after, 2)).map(({ id }) => id);
    expect([await page(''), await page('b'), await page('e')]).toEqual([all.slice(0, 2), all.slice(2), []]);
  });

  it('the mirrors of a page of people are told, and of nobody else', async () => {
    await people();
    expect(await tellMirrors(env.DB, 'a', NOW_MS, 2)).toEqual(['b', 'd']);
    expect(await told()).toEqual(['b', 'd']);
    expect(await rowWhere('users', 'id', 'd')).toMatchObject({ clock: NOW, full_sync_before: NOW });
    expect(await rowWhere('users', 'id', 'a')).toMatchObject({ clock: before, full_sync_before: null });
    expect(await rowWhere('users', 'id', 'c')).toMatchObject({ clock: before, full_sync_before: null });
    expect(await tellMirrors(env.DB, 'e', NOW_MS, 2)).toEqual([]);
  });

  it('a clock that is ahead already moves on all the same', async () => {
    await people();
    const ahead = isoTime(NOW_MS + 1_000);
    await env.DB.prepare(`update users set clock = ? where id = 'b'`).bind(ahead).run();
    await tellMirrors(env.DB, 'a', NOW_MS, 1);
    const moved = isoTime(NOW_MS + 1_001);
    expect(await rowWhere('users', 'id', 'b')).toMatchObject({ clock: moved, full_sync_before: moved });
  });
});
