import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { type Columns, insertPerson, insertRow, markErasing } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { asLabSessionId, asTerraUploadId, asUserId, type UserId } from '../ids.ts';
import {
  labUploadsOfStatements,
  readKnownLabUpload,
  readLabUpload,
  readLabUploadPage,
  storeLabStandingsStatements,
  storeNewLabUploadStatements,
  terraUploadIdsStatement,
} from './lab-uploads.ts';
import { allRows, runAll } from './statements.ts';

const NOW = isoTime(Date.UTC(2026, 2, 1, 12));
const LATER = isoTime(Date.UTC(2026, 2, 1, 13));

const newId = () => crypto.randomUUID();

/** An upload that Terra took under this id, or of which it knows nothing yet; answers our id. */
async function upload(user: string, terraId: string | null, columns: Columns = {}): Promise<string> {
  const id = newId();
  await insertRow('lab_uploads', {
    id,
    user_id: user,
    storage_key: `labs/${id}`,
    uploaded_at: '2026-02-28 10:00:00',
    terra_status: 'submitted',
    terra_upload_id: terraId,
    updated_at: NOW,
    ...columns,
  });
  return id;
}

async function earlierId(terraId: string, uploadId: string, user: string): Promise<void> {
  await insertRow('earlier_lab_ids', { terra_upload_id: terraId, upload_id: uploadId, user_id: user });
}

describe('the uploads a person sees', () => {
  it('are theirs, page by page, the newest first and those of one second in the order they came', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const oldest = await upload(user, null, { uploaded_at: '2026-02-27T10:00:00.000Z' });
    const twins = [await upload(user, null), await upload(user, null)].toReversed();
    const newest = await upload(user, null, { uploaded_at: '2026-02-28T10:00:00.001Z' });
    await upload(other, null);
    const whole = await readLabUploadPage(env.DB, user, null, 10);
    expect(whole.map(({ id }) => id)).toEqual([newest, ...twins, oldest]);
    const pageAfter = async (place: number, limit = 10) => {
      const { uploaded_at = '', position = 0 } = whole[place] ?? {};
      return readLabUploadPage(env.DB, user, [uploaded_at, position], limit);
    };
    for (const place of whole.keys()) expect(await pageAfter(place)).toEqual(whole.slice(place + 1));
    expect(await pageAfter(0, 1)).toEqual(whole.slice(1, 2));
  });

  it('are found by our id, each by its own person alone', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const [first, second] = [
      await upload(user, null, { terra_status: null }),
      await upload(user, null, { original_name: 'blood.pdf' }),
    ];
    const theirs = await upload(other, null);
    const found = (id: string) => readLabUpload(env.DB, { userId: user, id });
    expect(await found(first)).toMatchObject({
      id: first,
      storage_key: `labs/${first}`,
      original_name: null,
      uploaded_at: '2026-02-28T10:00:00.000Z',
      terra_status: 'pending',
    });
    expect(await found(second)).toMatchObject({ id: second, original_name: 'blood.pdf' });
    expect([await found(theirs), await found('none')]).toEqual([null, null]);
  });
});

describe('the ids Terra gave an upload', () => {
  /** An upload with the id it has now and one it had before. */
  async function sentTwice(user: UserId) {
    const [now, before] = [asTerraUploadId(newId()), asTerraUploadId(newId())];
    const id = await upload(user, now);
    await earlierId(before, id, user);
    return { key: { userId: user, id }, now, before };
  }

  const idsOf = (userId: UserId, id: string) =>
    allRows<{ terra_upload_id: string; is_shared: number }>(env.DB, terraUploadIdsStatement({ userId, id }));

  it('are the one of now and those of before, and none of another upload or person', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const { key, now, before } = await sentTwice(user);
    await sentTwice(user);
    await sentTwice(other);
    const known = await readKnownLabUpload(env.DB, key);
    expect(known?.upload.id).toBe(key.id);
    expect(known?.terraUploadIds.toSorted()).toEqual([now, before].toSorted());
    expect((await idsOf(user, key.id)).map(({ is_shared }) => is_shared)).toEqual([0, 0]);
    expect(await readKnownLabUpload(env.DB, { ...key, userId: other })).toBeNull();
    expect(await idsOf(other, key.id)).toEqual([]);
  });

  it('are none of an upload that was not sent yet', async () => {
    const user = await insertPerson();
    expect(await idsOf(user, await upload(user, null))).toEqual([]);
  });

  it.each(['now', 'before'] as const)('are shared where another upload has the one of %s', async (shared) => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    for (const has of ['now', 'earlier'] as const) {
      const { key, ...ids } = await sentTwice(user);
      const theirs = await upload(other, has === 'now' ? ids[shared] : null);
      if (has === 'earlier') await earlierId(ids[shared], theirs, other);
      const rows = await idsOf(user, key.id);
      expect(Object.fromEntries(rows.map((row) => [row.terra_upload_id, row.is_shared]))).toEqual({
        [ids.now]: shared === 'now' ? 1 : 0,
        [ids.before]: shared === 'before' ? 1 : 0,
      });
    }
  });
});

it('a new upload is stored of a person who is there and not being erased, at their clock', async () => {
  const [user, erased] = [await insertPerson(), await insertPerson()];
  await insertPerson();
  await markErasing(erased);
  /** The upload that the last statement names, as it is stored; null where it names none. */
  const store = async (userId: UserId) => {
    const file = { id: newId(), storageKey: newId(), originalName: 'blood.pdf', sha256: 'ab' };
    const answers = await runAll(env.DB, storeNewLabUploadStatements({ userId, ...file }, NOW));
    const [named] = answers.at(-1)?.results ?? [];
    const row = await readLabUpload(env.DB, { userId, id: file.id });
    expect(row?.id).toBe(named?.id);
    return row;
  };
  expect(await store(user)).toMatchObject({ terra_status: 'pending', updated_at: NOW, sha256: 'ab' });
  expect([await store(erased), await store(newUser())]).toEqual([null, null]);
});

it('how uploads stand after their reports is written to each of them and to no other', async () => {
  const user = await insertPerson();
  const ids = [await upload(user, null), await upload(user, null), await upload(user, null)];
  const [parsed = '', failed = ''] = ids;
  await runAll(
    env.DB,
    storeLabStandingsStatements([
      { id: parsed, terra_status: 'parsed', parsed_at: NOW, updated_at: LATER },
      { id: failed, terra_status: 'failed:terra_x', parsed_at: null, updated_at: LATER },
    ]),
  );
  const rows = await Promise.all(ids.map((id) => readLabUpload(env.DB, { userId: user, id })));
  expect(rows.map((row) => [row?.terra_status, row?.parsed_at, row?.updated_at])).toEqual([
    ['parsed', NOW, LATER],
    ['failed:terra_x', null, LATER],
    ['submitted', null, NOW],
  ]);
});

describe('the uploads that reports may be of', () => {
  async function found(
    terraIds: readonly string[],
    sessionIds: readonly string[],
    userIds: readonly string[],
  ): Promise<readonly unknown[]> {
    const statements = labUploadsOfStatements(
      terraIds.map(asTerraUploadId),
      sessionIds.map(asLabSessionId),
      userIds.map(asUserId),
    );
    const [answer] = await runAll(env.DB, statements);
    return (answer?.results ?? []).map(({ id, earlier_ids }) => [id, JSON.parse(String(earlier_ids))]);
  }

  it('are those of an id of Terra’s, of now or of before, with all ids they had', async () => {
    const user = await insertPerson();
    const [now, before] = [newId(), newId()];
    const [one, other] = [await upload(user, now), await upload(user, newId())];
    await earlierId(before, one, user);
    await earlierId(newId(), other, user);
    expect(await found([now], [], [])).toEqual([[one, [before]]]);
    expect(await found([before], [], [])).toEqual([[one, [before]]]);
    expect(await found([newId()], [], [])).toEqual([]);
  });

  it('are those that a report of the session named, and none of another session', async () => {
    const user = await insertPerson();
    const [session, ids] = [newId(), [newId(), newId()]];
    const one = await upload(user, ids[0] ?? '');
    await upload(user, ids[1] ?? '');
    for (const [place, session_id] of [session, newId()].entries()) {
      const terra_upload_id = ids[place] ?? '';
      await insertRow('lab_reports', { user_id: user, report: session_id, session_id, terra_upload_id });
    }
    expect(await found([], [session], [])).toEqual([[one, []]]);
  });

  it('are the unfinished ones of a person, and nobody else’s', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const open = [
      await upload(user, null, { terra_status: 'pending' }),
      await upload(user, null, { terra_status: 'submitted' }),
    ];
    for (const terra_status of ['parsed', 'failed:terra_x', null]) await upload(user, null, { terra_status });
    await upload(other, null);
    expect(await found([], [], [user])).toEqual(open.map((id) => [id, []]));
    expect(labUploadsOfStatements([], [], [])).toEqual([]);
  });
});
