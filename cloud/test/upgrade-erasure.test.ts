import { applyD1Migrations, env } from 'cloudflare:test';
import { expect, it } from 'vitest';

const db = env.UPGRADE_DB;
const BEFORE = 13;

it('migration 0014 keeps the earlier ids of uploads, and indexes the events that are there', async () => {
  const numbered = env.TEST_MIGRATIONS.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await applyD1Migrations(db, numbered.slice(0, BEFORE));
  await db.batch(
    [
      "insert into users(id) values ('user_1')",
      "insert into lab_uploads(id, user_id, storage_key, terra_upload_id) values ('u', 'user_1', 'k', 'upl-2')",
      "insert into earlier_lab_ids(terra_upload_id, upload_id, user_id) values ('upl-1', 'u', 'user_1')",
      `insert into raw_events(event_type, terra_user_id, reference_id, user_id, payload, signature_verified, processed_at,
  dedup_key)
values ('daily', 't', 'user_1', 'user_1', '', 1, '2026-01-01', '1'), ('nutrition', 't', null, null, '', 1, '2026-01-01', '2')`,
    ].map((sql) => db.prepare(sql)),
  );
  await applyD1Migrations(db, numbered);
  // 0035 begins its counts with the events that are there.
  expect((await db.prepare('select outcome, earlier from outcome_counts').all()).results).toEqual([
    { outcome: 'normalized', earlier: 2 },
  ]);
  expect((await db.prepare('select * from earlier_lab_ids').all()).results).toEqual([
    { terra_upload_id: 'upl-1', upload_id: 'u', user_id: 'user_1' },
  ]);
  const owned = 'select terra_user_id from raw_events indexed by idx_raw_user where user_id = ?';
  expect((await db.prepare(owned).bind('user_1').all()).results).toEqual([{ terra_user_id: 't' }]);
  const unowned = `select dedup_key
from raw_events indexed by idx_raw_unowned_terra
where user_id is null
  and processed_at is not null
  and terra_user_id <> ''
  and terra_user_id = ?`;
  expect((await db.prepare(unowned).bind('t').all()).results).toEqual([{ dedup_key: '2' }]);
  await db.prepare("delete from users where id = 'user_1'").run();
  expect((await db.prepare('select * from earlier_lab_ids').all()).results).toEqual([]);
});
