import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { insertConnection, insertPerson, insertRow, markErased } from '../../test/support/rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asTerraUploadId, type UserId } from '../ids.ts';
import { TERRA_REMOVALS_SWEPT } from '../limits.ts';
import { runAll, type Statement } from './statements.ts';
import {
  deleteRemovals,
  removeErasedConnectionStatements,
  removeErasedUploadStatements,
  takeDueRemovals,
} from './terra-removals.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const at = (ms: number) => isoTime(NOW_MS + ms);
const [NOW, SWEEP_AFTER] = [at(0), at(9)];

/** What is due is looked for whoever it is of: a test begins with nothing. */
beforeEach(async () => {
  await env.DB.prepare('delete from terra_removals').run();
});

/** All rows, as `kind id next_attempt_at`. */
async function removals(): Promise<readonly string[]> {
  const { results } = await env.DB.prepare('select * from terra_removals').all<{
    kind: string;
    id: string;
    next_attempt_at: string;
  }>();
  return results.map(({ kind, id, next_attempt_at }) => `${kind} ${id} ${next_attempt_at}`).toSorted();
}

/** The rows that the statements answer. */
async function answered(statements: readonly Statement[]): Promise<readonly unknown[]> {
  return (await runAll(env.DB, statements)).flatMap(({ results }) => results);
}

const markOf = (id: string) =>
  env.DB.prepare('select kind from erased_subjects where subject_hash = ?').bind(sha256Hex(id)).first('kind');

async function erasedPerson(): Promise<UserId> {
  const user = newUser();
  await markErased(user, at(-1));
  return user;
}

describe('an upload that Terra took', () => {
  const newTerraUploadId = () => asTerraUploadId(crypto.randomUUID());
  const remove = (user: UserId, id: ReturnType<typeof newTerraUploadId>) =>
    answered(removeErasedUploadStatements(user, id, NOW, SWEEP_AFTER));

  it('of somebody who was erased is to be deleted there, and what comes of it is refused', async () => {
    const [erased, id, deleted] = [await erasedPerson(), newTerraUploadId(), newTerraUploadId()];
    await markErased(deleted, at(-1), 'deleted_upload');
    for (const one of [id, deleted]) {
      expect(await remove(erased, one)).toEqual([{ kind: 'lab_upload', id: one }]);
      expect(await markOf(one)).toBe('upload');
    }
    expect(await removals()).toEqual(
      [id, deleted].map((one) => `lab_upload ${one} ${SWEEP_AFTER}`).toSorted(),
    );
  });

  it('of somebody who is there stays, whoever else was erased', async () => {
    const [user, id] = [await insertPerson(), newTerraUploadId()];
    await erasedPerson();
    expect(await remove(user, id)).toEqual([]);
    expect([await removals(), await markOf(id)]).toEqual([[], null]);
  });

  it('stays where another person has it too, now or from before', async () => {
    const [erased, other] = [await erasedPerson(), await insertPerson()];
    const [now, before] = [newTerraUploadId(), newTerraUploadId()];
    await insertRow('lab_uploads', { id: now, user_id: other, storage_key: now, terra_upload_id: now });
    await insertRow('earlier_lab_ids', { terra_upload_id: before, upload_id: now, user_id: other });
    for (const id of [now, before]) {
      expect(await remove(erased, id)).toEqual([]);
      expect([await removals(), await markOf(id)]).toEqual([[], null]);
    }
  });

  it('goes also while the erased person’s own rows of it are still there', async () => {
    const [user, now, before] = [await insertPerson(), newTerraUploadId(), newTerraUploadId()];
    await markErased(user, at(-1));
    await insertRow('lab_uploads', { id: now, user_id: user, storage_key: now, terra_upload_id: now });
    await insertRow('earlier_lab_ids', { terra_upload_id: before, upload_id: now, user_id: user });
    for (const id of [now, before]) expect(await remove(user, id)).toEqual([{ kind: 'lab_upload', id }]);
  });
});

describe('a connection that was made at Terra', () => {
  const remove = (subjects: readonly string[], terraId: ReturnType<typeof newTerraId>) =>
    answered(
      removeErasedConnectionStatements(JSON.stringify(subjects.map(sha256Hex)), terraId, NOW, SWEEP_AFTER),
    );

  it('by somebody who was erased is to be ended there, and what comes of it is refused', async () => {
    const [erased, terraId] = [await erasedPerson(), newTerraId()];
    expect(await remove([newUser(), erased], terraId)).toEqual([{ kind: 'user', id: terraId }]);
    expect(await removals()).toEqual([`user ${terraId} ${SWEEP_AFTER}`]);
    expect(await markOf(terraId)).toBe('terra_user');
  });

  it('by somebody who is there stays, whoever else was erased', async () => {
    const terraId = newTerraId();
    await erasedPerson();
    expect(await remove([newUser()], terraId)).toEqual([]);
    expect([await removals(), await markOf(terraId)]).toEqual([[], null]);
  });

  it('stays where somebody who is here has its id, and another one’s does not keep it', async () => {
    const [erased, user, other] = [await erasedPerson(), await insertPerson(), newTerraId()];
    const terraId = await insertConnection(user);
    expect(await remove([erased], terraId)).toEqual([]);
    expect([await removals(), await markOf(terraId)]).toEqual([[], null]);
    expect(await remove([erased], other)).toEqual([{ kind: 'user', id: other }]);
  });
});

describe('what is to be deleted at Terra', () => {
  const removal = (id: string, next_attempt_at: string) =>
    insertRow('terra_removals', { kind: 'user', id, next_attempt_at });

  it('is taken once its time has come, and leased', async () => {
    await removal('due', NOW);
    await removal('later', at(1));
    expect(await takeDueRemovals(env.DB, NOW, SWEEP_AFTER)).toEqual([{ kind: 'user', id: 'due' }]);
    expect(await removals()).toEqual([`user due ${SWEEP_AFTER}`, `user later ${at(1)}`]);
  });

  it('is taken a bounded number at a time', async () => {
    for (let one = 0; one <= TERRA_REMOVALS_SWEPT; one += 1) await removal(String(one), NOW);
    expect(await takeDueRemovals(env.DB, NOW, SWEEP_AFTER)).toHaveLength(TERRA_REMOVALS_SWEPT);
    expect(await takeDueRemovals(env.DB, NOW, SWEEP_AFTER)).toHaveLength(1);
  });

  it('goes when the queue has it, and nothing else does', async () => {
    for (const id of ['a', 'b']) await removal(id, NOW);
    await insertRow('terra_removals', { kind: 'lab_upload', id: 'a', next_attempt_at: NOW });
    await deleteRemovals(env.DB, [{ kind: 'user', id: 'a' }]);
    await deleteRemovals(env.DB, []);
    expect(await removals()).toEqual([`lab_upload a ${NOW}`, `user b ${NOW}`]);
  });
});
