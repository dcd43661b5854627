import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { type Columns, insertPerson, insertRow, markErased, markErasing } from '../../test/support/rows.ts';
import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asTerraUploadId, type TerraUploadId, type UserId } from '../ids.ts';
import { claimLabUploadStatements, storeUploadAnswerStatements } from './lab-upload-answers.ts';
import { runAll } from './statements.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const at = (ms: number) => isoTime(NOW_MS + ms);
const [NOW, LATER] = [at(0), at(1)];

const newId = () => crypto.randomUUID();
const newTerraUploadId = () => asTerraUploadId(newId());

type Upload = { readonly userId: UserId; readonly id: string };

/** An upload that waits for Terra's answer, unless its columns say otherwise. */
async function upload(userId: UserId, columns: Columns = {}): Promise<Upload> {
  const id = newId();
  await insertRow('lab_uploads', {
    id,
    user_id: userId,
    storage_key: `labs/${id}`,
    terra_status: 'pending',
    updated_at: NOW,
    ...columns,
  });
  return { userId, id };
}

async function erasedPerson(): Promise<UserId> {
  const user = await insertPerson();
  await markErasing(user);
  return user;
}

const rowOf = ({ id }: Upload) =>
  env.DB.prepare(
    'select terra_status, terra_upload_id, terra_response, parsed_at, updated_at from lab_uploads where id = ?',
  )
    .bind(id)
    .first<Record<string, unknown>>();

async function earlierIdsOf({ id }: Upload): Promise<readonly string[]> {
  const { results } = await env.DB.prepare('select terra_upload_id from earlier_lab_ids where upload_id = ?')
    .bind(id)
    .all<{ terra_upload_id: string }>();
  return results.map(({ terra_upload_id }) => terra_upload_id);
}

const markOf = (id: string) =>
  env.DB.prepare('select kind, erased_at from erased_subjects where subject_hash = ?')
    .bind(sha256Hex(id))
    .first();

describe('an upload to be sent again', () => {
  /** Claims it, those pending since before `at(0)` being lost; answers whether it did. */
  async function claim({ userId, id }: Upload): Promise<boolean> {
    const answers = await runAll(env.DB, claimLabUploadStatements({ userId, id }, LATER, NOW));
    return answers.at(-1)?.results[0]?.id === id;
  }

  it('is one that failed: the id Terra gave it becomes an earlier one', async () => {
    const user = await insertPerson();
    const [terraId, otherId] = [newId(), newId()];
    const failed = { terra_status: 'failed:terra_x' };
    const one = await upload(user, { ...failed, terra_upload_id: terraId });
    const other = await upload(user, { ...failed, terra_upload_id: otherId });
    expect(await claim(one)).toBe(true);
    expect(await rowOf(one)).toMatchObject({
      terra_status: 'pending',
      terra_upload_id: null,
      updated_at: LATER,
    });
    expect(await rowOf(other)).toMatchObject({ ...failed, terra_upload_id: otherId, updated_at: NOW });
    expect([await earlierIdsOf(one), await earlierIdsOf(other)]).toEqual([[terraId], []]);
  });

  it('or one that nobody waits for any more, whether it ever had a status or not', async () => {
    const user = await insertPerson();
    for (const terra_status of ['pending', null]) {
      const [lost, waiting] = [
        await upload(user, { terra_status, updated_at: at(-1) }),
        await upload(user, { terra_status, updated_at: NOW }),
      ];
      expect([await claim(lost), await claim(waiting)]).toEqual([true, false]);
      expect(await rowOf(waiting)).toMatchObject({ terra_status, updated_at: NOW });
      expect(await earlierIdsOf(lost)).toEqual([]);
    }
  });

  it('is none that Terra has or has read, none of another person, and none of somebody being erased', async () => {
    const [user, other, erased] = [await insertPerson(), await insertPerson(), await erasedPerson()];
    const failed = { terra_status: 'failed:terra_x', terra_upload_id: newId() };
    const kept = [
      await upload(user, { terra_status: 'submitted', updated_at: at(-1) }),
      await upload(user, { terra_status: 'parsed', updated_at: at(-1) }),
      { ...(await upload(other, failed)), userId: user },
      await upload(erased, failed),
    ];
    for (const one of kept) {
      const before = await rowOf(one);
      expect(await claim(one)).toBe(false);
      expect(await rowOf(one)).toEqual(before);
      expect(await earlierIdsOf(one)).toEqual([]);
    }
  });
});

describe('an answer of Terra’s', () => {
  /** Stores it; answers what each statement did. */
  function answer(
    { userId, id }: Upload,
    terraUploadId: TerraUploadId | null,
    terraStatus = terraUploadId === null ? 'failed:terra_500' : 'submitted',
  ): Promise<readonly D1Result<Record<string, unknown>>[]> {
    const answered = { userId, id, terraStatus, terraUploadId, terraResponse: '{"said":1}' };
    return runAll(env.DB, storeUploadAnswerStatements(answered, LATER));
  }

  const report = (user: string, terraId: string, columns: Columns) =>
    insertRow('lab_reports', { user_id: user, report: newId(), terra_upload_id: terraId, ...columns });

  it('is recorded of its upload, and says so', async () => {
    const user = await insertPerson();
    const [one, other] = [await upload(user), await upload(user)];
    const terraId = newTerraUploadId();
    expect((await answer(one, terraId))[0]?.results).toEqual([{ id: one.id }]);
    expect(await rowOf(one)).toEqual({
      terra_status: 'submitted',
      terra_upload_id: terraId,
      terra_response: '{"said":1}',
      parsed_at: null,
      updated_at: LATER,
    });
    expect(await rowOf(other)).toMatchObject({ terra_status: 'pending', terra_upload_id: null });
    expect([await earlierIdsOf(one), await earlierIdsOf(other)]).toEqual([[], []]);
  });

  it('of another person’s upload, or of somebody being erased, is not', async () => {
    const [user, other, erased] = [await insertPerson(), await insertPerson(), await erasedPerson()];
    const before = { terra_upload_id: newId() };
    for (const one of [{ ...(await upload(other, before)), userId: user }, await upload(erased, before)]) {
      const [row, terraId] = [await rowOf(one), newTerraUploadId()];
      await report(one.userId, terraId, { parsed_ms: NOW_MS });
      expect((await answer(one, terraId))[0]?.results).toEqual([]);
      expect(await rowOf(one)).toEqual(row);
      expect(await earlierIdsOf(one)).toEqual([]);
    }
  });

  it('that comes after another one leaves its id as an earlier one', async () => {
    const user = await insertPerson();
    const [first, second] = [newTerraUploadId(), newTerraUploadId()];
    const one = await upload(user, { terra_upload_id: first, terra_status: 'submitted' });
    await answer(one, first);
    expect(await earlierIdsOf(one)).toEqual([]);
    await answer(one, second);
    expect([(await rowOf(one))?.terra_upload_id, await earlierIdsOf(one)]).toEqual([second, [first]]);
  });

  it('that refuses is news only while one is waited for, and no id is lost by it', async () => {
    const user = await insertPerson();
    const terraId = newId();
    const [waiting, taken] = [
      await upload(user),
      await upload(user, { terra_status: 'submitted', terra_upload_id: terraId }),
    ];
    await answer(waiting, null);
    await answer(taken, null);
    expect(await rowOf(waiting)).toMatchObject({ terra_status: 'failed:terra_500', terra_upload_id: null });
    expect(await rowOf(taken)).toMatchObject({ terra_status: 'submitted', terra_upload_id: terraId });
    expect(await earlierIdsOf(taken)).toEqual([]);
  });

  it('finds the reports that came before it: read under its id or an earlier one, or failed under its own', async () => {
    const user = await insertPerson();
    const standing = async (reports: (ids: { now: string; before: string }) => Promise<unknown>) => {
      const [one, now, before] = [await upload(user), newTerraUploadId(), newId()];
      await insertRow('earlier_lab_ids', { terra_upload_id: before, upload_id: one.id, user_id: user });
      await reports({ now, before });
      await answer(one, now);
      const { terra_status, parsed_at } = (await rowOf(one)) ?? {};
      return [terra_status, parsed_at];
    };
    const failed = (failed_ms: number, failed_code: string) => ({ failed_ms, failed_code });
    const parsed = { parsed_ms: NOW_MS };
    expect(await standing(({ now }) => report(user, now, parsed))).toEqual(['parsed', NOW]);
    expect(await standing(({ before }) => report(user, before, parsed))).toEqual(['parsed', NOW]);
    expect(await standing(({ before }) => report(user, before, failed(1, 'x')))).toEqual(['submitted', null]);
    expect(
      await standing(async ({ now, before }) => {
        await report(user, now, failed(1, 'z'));
        await report(user, now, failed(2, 'a'));
        await report(user, now, failed(2, 'b'));
        await report(user, before, failed(3, 'c'));
      }),
    ).toEqual(['failed:terra_b', null]);
    expect(
      await standing(async ({ now }) => {
        await report(user, now, failed(1, 'x'));
        await report(user, now, parsed);
      }),
    ).toEqual(['parsed', NOW]);
  });

  it('takes no report of another person or of another upload for its own, nor its reports for another’s', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const [one, sibling, terraId] = [await upload(user), await upload(user), newTerraUploadId()];
    const [parsed, failed] = [{ parsed_ms: NOW_MS }, { failed_ms: 1, failed_code: 'x' }];
    for (const ended of [parsed, failed]) {
      await report(other, terraId, ended);
      await report(user, newId(), ended);
    }
    await answer(one, terraId);
    expect(await rowOf(one)).toMatchObject({ terra_status: 'submitted', parsed_at: null });
    await report(user, terraId, parsed);
    await answer(one, terraId);
    expect(await rowOf(one)).toMatchObject({ terra_status: 'parsed', parsed_at: NOW });
    expect(await rowOf(sibling)).toMatchObject({ terra_status: 'pending', parsed_at: null });
  });

  it('for an upload that was deleted meanwhile marks its id, and one that is there does not', async () => {
    const user = await insertPerson();
    const [gone, there, refused] = [newTerraUploadId(), newTerraUploadId(), newTerraUploadId()];
    await markErased(refused, NOW, 'upload');
    await answer({ userId: user, id: newId() }, gone);
    await answer({ userId: user, id: newId() }, refused);
    const answers = await answer(await upload(user), there);
    expect([await markOf(gone), await markOf(there), await markOf(refused)]).toEqual([
      { kind: 'deleted_upload', erased_at: LATER },
      null,
      { kind: 'upload', erased_at: NOW },
    ]);
    // Not even to be taken back by the next statement.
    expect(answers.at(-2)?.meta.rows_written).toBe(0);
  });

  it('with the id of a deleted upload for one that is there lifts its mark, and no other', async () => {
    const user = await insertPerson();
    const [again, other, erased] = [newTerraUploadId(), newTerraUploadId(), newTerraUploadId()];
    await markErased(again, NOW, 'deleted_upload');
    await markErased(other, NOW, 'deleted_upload');
    await markErased(erased, NOW, 'upload');
    await answer(await upload(user), again);
    await answer(await upload(user), erased);
    expect([await markOf(again), await markOf(other), await markOf(erased)]).toEqual([
      null,
      { kind: 'deleted_upload', erased_at: NOW },
      { kind: 'upload', erased_at: NOW },
    ]);
  });
});
