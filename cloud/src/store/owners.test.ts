import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { insertConnection, insertPerson, insertRow, markErasing } from '../../test/support/rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoText } from '../clock.ts';
import { asLabSessionId, asTerraUploadId, asTerraUserId } from '../ids.ts';
import { type OwnerKey, ownersStatement, ownersText } from './owners.ts';
import { allRows } from './statements.ts';

const CLOCK = isoText('2026-03-01T12:00:00.000Z');

const NOBODY: OwnerKey = {
  reference_user: null,
  terra_user_id: null,
  other_terra_user_id: null,
  upload_id: null,
  session_id: null,
};

const person = () => insertPerson({ clock: CLOCK });

type OwnerRow = { readonly user_id: string; readonly clock: string | null; readonly is_erasing: number };

const rowsFor = (...keys: readonly Partial<OwnerKey>[]) =>
  allRows<OwnerRow>(env.DB, ownersStatement(ownersText(keys.map((key) => ({ ...NOBODY, ...key })))));

const owners = async (...keys: readonly Partial<OwnerKey>[]) =>
  (await rowsFor(...keys)).map(({ user_id }) => user_id);

it('an owner is whom a key names, and where that is nobody there is none', async () => {
  const one = await person();
  expect(await owners({ reference_user: one }, {}, { terra_user_id: newTerraId() })).toEqual([one]);
  expect(await owners({ terra_user_id: newTerraId() })).toEqual([]);
  expect(await owners()).toEqual([]);
});

it('an owner is found once, by a reference before a Terra id, and by those before labs', async () => {
  const [named, first, second, uploads, earlier, reports] = await Promise.all(
    Array.from({ length: 6 }, person),
  );
  if (!named || !first || !second || !uploads || !earlier || !reports) throw new Error('six were made');
  const id = crypto.randomUUID();
  const [upload_id, earlier_id] = [asTerraUploadId(`upload ${id}`), asTerraUploadId(`earlier ${id}`)];
  const session_id = asLabSessionId(`session ${id}`);
  await insertRow('lab_uploads', { id, user_id: uploads, storage_key: '', terra_upload_id: upload_id });
  await insertRow('earlier_lab_ids', { terra_upload_id: upload_id, upload_id: 'u', user_id: earlier });
  await insertRow('earlier_lab_ids', { terra_upload_id: earlier_id, upload_id: 'u', user_id: earlier });
  await insertRow('lab_reports', { user_id: reports, report: 'r', session_id });
  const key = {
    reference_user: named,
    terra_user_id: await insertConnection(first),
    other_terra_user_id: await insertConnection(second),
    upload_id,
    session_id,
  };
  expect(await owners(key, key)).toEqual([named]);
  expect(await owners({ ...key, reference_user: null })).toEqual([first]);
  expect(await owners({ ...key, reference_user: null, terra_user_id: null })).toEqual([second]);
  const unknown = asTerraUserId('unknown');
  const lab = { ...key, reference_user: null, terra_user_id: unknown, other_terra_user_id: unknown };
  expect(await owners(lab)).toEqual([uploads]);
  expect(await owners({ ...lab, upload_id: earlier_id })).toEqual([earlier]);
  expect(await owners({ ...lab, upload_id: null })).toEqual([reports]);
});

it('with an owner comes their clock, and whether they are being erased', async () => {
  const [stays, erased, unknown] = [await person(), await person(), newUser()];
  await markErasing(erased);
  const rows = await rowsFor(...[stays, erased, unknown].map((user) => ({ reference_user: user })));
  const byUser = new Map(rows.map((row) => [row.user_id, row]));
  expect(byUser.get(stays)).toMatchObject({ clock: CLOCK, is_erasing: 0 });
  expect(byUser.get(erased)).toMatchObject({ clock: CLOCK, is_erasing: 1 });
  expect(byUser.get(unknown)).toMatchObject({ clock: null, is_erasing: 0 });
});
