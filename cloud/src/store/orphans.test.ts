import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { forgetRawEvents, insertRaw } from '../../test/support/raw-rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { readOrphans } from './orphans.ts';

const PROCESSED = { processed_at: '2026-03-01 12:00:00.000' };

describe('objects that no row names', () => {
  it('are those of pings that fetched another or are gone, once these are processed', async () => {
    const [named = 0, another = 0, waits = 0] = await insertRaw(
      { fetched_key: 'named', ...PROCESSED },
      { fetched_key: 'fetched anew', ...PROCESSED },
      {},
    );
    const names = [
      { key: 'named', by: named },
      { key: 'of another', by: another },
      { key: 'not yet noted', by: waits },
      { key: 'of none', by: waits + 1 },
    ];
    expect(await readOrphans(env.DB, 'fetched', names)).toEqual(['of another', 'of none']);
    expect(await readOrphans(env.DB, 'fetched', [])).toEqual([]);
  });

  it('are those of spilled bodies, files and packs without their row, and none where there is no event', async () => {
    const user = newUser();
    await env.DB.batch([
      env.DB.prepare('insert into users(id) values (?)').bind(user),
      env.DB.prepare("insert into lab_uploads(id, user_id, storage_key) values ('upload', ?, 'k')").bind(
        user,
      ),
      env.DB.prepare('insert into body_packs(id, user_id) values (7, ?)').bind(user),
    ]);
    const kinds = { payloads: 'spilled', lab_files: 'upload', packs: 7 } as const;
    await insertRaw({ payload_key: 'spilled' });
    for (const kind of ['payloads', 'lab_files', 'packs'] as const) {
      const names = [
        { key: 'named', by: kinds[kind] },
        { key: 'of none', by: kind === 'packs' ? 8 : 'none' },
      ];
      expect(await readOrphans(env.DB, kind, names), kind).toEqual(['of none']);
    }
    await forgetRawEvents();
    expect(await readOrphans(env.DB, 'packs', [{ key: 'of none', by: 8 }])).toEqual([]);
  });
});
