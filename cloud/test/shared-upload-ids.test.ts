import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { erase, receiptOf } from './support/erasing.ts';
import { completed, labValuesOf, type Uploaded, upload } from './support/lab-events.ts';
import { ingest, newUser, rawEvent, rowsOf } from './support/stack.ts';
import { newTerra } from './support/terra.ts';
import { placesOf } from './support/whole-person.ts';

/** Two people whose files Terra gave one id; `between` happens before the second has it. */
async function sharing(between: (first: Uploaded) => Promise<unknown> = async () => undefined) {
  const terra = newTerra();
  const uploadId = `upl_${crypto.randomUUID()}`;
  await terra.answers('/lab-reports', 202, { upload_id: uploadId });
  const uploaded = (): Uploaded => ({ user: newUser(), uploadId, sessionId: crypto.randomUUID(), terra });
  const [first, second] = [uploaded(), uploaded()];
  await upload(first);
  await between(first);
  await upload(second);
  return { first, second, uploadId };
}

function untyped(uploadId: string): Record<string, unknown> {
  const results = [{ biomarker: 'glucose', value: 91, unit: 'mg/dL', collection_date: '2026-02-01' }];
  return { upload_id: uploadId, data: [{ results }] };
}

function isMarked(id: string): Promise<unknown> {
  return env.DB.prepare('select 1 from erased_subjects where subject_hash = ?').bind(sha256Hex(id)).first();
}

describe('an upload id that Terra gave to two people', () => {
  it('says nothing about whose a report is: it waits as an owner_conflict, decided at once', async () => {
    const { first, second, uploadId } = await sharing();
    const reports = [
      untyped(uploadId),
      completed(second, undefined, { event_id: crypto.randomUUID(), reference_id: second.user }),
    ];
    for (const report of reports) {
      expect(await ingest(report)).toMatchObject({
        process_error: 'owner_conflict',
        processed_at: null,
        attempts: 1,
        user_id: null,
      });
    }
    expect([await labValuesOf(first.user), await labValuesOf(second.user)]).toEqual([[], []]);
  });

  it('is two people’s also as an earlier id of both', async () => {
    const { first, second, uploadId } = await sharing();
    for (const { user } of [first, second]) {
      await env.DB.batch([
        env.DB.prepare(
          'insert into earlier_lab_ids select terra_upload_id, id, user_id from lab_uploads where user_id = ?',
        ).bind(user),
        env.DB.prepare('update lab_uploads set terra_upload_id = null where user_id = ?').bind(user),
      ]);
    }
    expect((await ingest(untyped(uploadId))).process_error).toBe('owner_conflict');
  });

  it('is not erased with one of them: what the other has stays, and so does what comes later', async () => {
    const { first, second, uploadId } = await sharing(async (one) => {
      await ingest(completed(one, undefined, { event_id: crypto.randomUUID() }));
    });
    const [theirs] = await rowsOf('raw_events', first.user, []);
    const terra = newTerra();
    const { deleted } = await receiptOf(await erase(second.user, terra.env));
    expect(deleted).toMatchObject({ raw_events: 0, lab_uploads: 1 });
    expect(await placesOf([second.user])).toEqual([]);
    expect(await isMarked(uploadId)).toBeNull();
    // Terra is not asked to delete what it has under the id: it is the other's too.
    expect(await terra.calls('/lab-reports?upload_id')).toEqual([]);
    expect((await rawEvent(Number(theirs?.id))).user_id).toBe(first.user);
    expect(await labValuesOf(first.user)).toHaveLength(1);
    expect((await ingest(untyped(uploadId))).user_id).toBe(first.user);
  });

  it.each([
    [
      'as an earlier id of an upload',
      'insert into earlier_lab_ids select terra_upload_id, id, user_id from lab_uploads where user_id = ?',
    ],
    [
      'as that of a report alone',
      "insert into lab_reports(user_id, report, terra_upload_id) select user_id, 'r', terra_upload_id from lab_uploads where user_id = ?",
    ],
  ])(
    'is neither refused nor deleted at Terra with one of them where the other has it %s',
    async (_, moved) => {
      const { first, second, uploadId } = await sharing();
      await env.DB.batch([
        env.DB.prepare(moved).bind(first.user),
        env.DB.prepare('update lab_uploads set terra_upload_id = null where user_id = ?').bind(first.user),
      ]);
      const terra = newTerra();
      await receiptOf(await erase(second.user, terra.env));
      expect(await isMarked(uploadId)).toBeNull();
      expect(await terra.calls()).toEqual([]);
    },
  );

  it('leads to the reports of the one who is erased by their sessions alone', async () => {
    const { first } = await sharing(async (one) => {
      await ingest(completed(one, undefined, { event_id: crypto.randomUUID() }));
    });
    const terra = newTerra();
    await terra.answers('/lab-reports/', 204, '');
    expect(await receiptOf(await erase(first.user, terra.env))).toMatchObject({
      terra_lab_reports_deleted: 1,
      deleted: { raw_events: 1 },
    });
    expect((await terra.calls()).map(({ method, url }) => [method, url.split('/').at(-1)])).toEqual([
      ['DELETE', first.sessionId],
    ]);
  });
});
