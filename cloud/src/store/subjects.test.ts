import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetRawEvents, insertRaw } from '../../test/support/raw-rows.ts';
import { type Columns, insertConnection, insertPerson, insertRow } from '../../test/support/rows.ts';
import { newTerraId } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { asUserId } from '../ids.ts';
import { readSubjects } from './subjects.ts';

const at = (minute: number) => isoTime(Date.UTC(2026, 2, 1, 12, minute));
const PROCESSED = '2026-03-01 12:00:00.000';

let uploads = 0;

/** An id as Terra gives one to an upload. */
function newUploadId(): string {
  uploads += 1;
  return `terra-upload-${uploads}`;
}

async function upload(user: string, columns: Columns = {}): Promise<void> {
  await insertRow('lab_uploads', {
    id: crypto.randomUUID(),
    user_id: user,
    storage_key: 'labs/a',
    ...columns,
  });
}

async function earlierId(user: string, terraUploadId: string): Promise<void> {
  await insertRow('earlier_lab_ids', {
    terra_upload_id: terraUploadId,
    upload_id: crypto.randomUUID(),
    user_id: user,
  });
}

async function report(user: string, session: string | null, terraUploadId: string | null): Promise<void> {
  const row = { user_id: user, report: crypto.randomUUID(), session_id: session };
  await insertRow('lab_reports', { ...row, terra_upload_id: terraUploadId });
}

const subjects = (user: string) => readSubjects(env.DB, asUserId(user));
const terraIds = async (user: string) => (await subjects(user)).terraUserIds;
const uploadIds = async (user: string) => (await subjects(user)).terraUploadIds.toSorted();

// An event of any user may be why an id is not somebody’s.
beforeEach(forgetRawEvents);

describe('the Terra ids of a person', () => {
  it('are those of their connections, and nobody else’s', async () => {
    const [who, other] = [await insertPerson(), await insertPerson()];
    const [first, second] = [await insertConnection(who), await insertConnection(who)];
    await insertConnection(other);
    expect((await terraIds(who)).toSorted()).toEqual([first, second].toSorted());
  });

  it('and those that their events name, whoever owns these as yet', async () => {
    const who = await insertPerson();
    const [owned, named, waits] = [newTerraId(), newTerraId(), newTerraId()];
    await insertRaw(
      { user_id: who, terra_user_id: owned, processed_at: PROCESSED },
      { reference_id: who, terra_user_id: named, processed_at: PROCESSED },
      { reference_id: who, terra_user_id: waits },
    );
    expect((await terraIds(who)).toSorted()).toEqual([owned, named, waits].toSorted());
  });

  it('and none that only others’ events name', async () => {
    const [who, other] = [await insertPerson(), await insertPerson()];
    await insertRaw(
      { user_id: other, terra_user_id: newTerraId(), processed_at: PROCESSED },
      { reference_id: other, terra_user_id: newTerraId(), processed_at: PROCESSED },
      { reference_id: other, terra_user_id: newTerraId() },
      { user_id: other, reference_id: who, terra_user_id: newTerraId(), processed_at: PROCESSED },
    );
    expect(await terraIds(who)).toEqual([]);
  });

  it('and none of an event that names nobody at Terra', async () => {
    const who = await insertPerson();
    await insertRaw({ user_id: who, terra_user_id: '', processed_at: PROCESSED });
    expect(await terraIds(who)).toEqual([]);
  });

  it('and none that another is connected under or has events of, of whatever type', async () => {
    const [who, other] = [await insertPerson(), await insertPerson()];
    const [connected, shared, own] = [await insertConnection(other), newTerraId(), newTerraId()];
    await insertRaw(
      ...[connected, shared, own].map((id) => ({
        user_id: who,
        terra_user_id: id,
        event_type: 'daily',
        processed_at: PROCESSED,
      })),
      { user_id: other, terra_user_id: shared, event_type: 'sleep', processed_at: PROCESSED },
    );
    expect(await terraIds(who)).toEqual([own]);
  });

  it('once each where they have a connection and events of it', async () => {
    const who = await insertPerson();
    const id = await insertConnection(who);
    await insertRaw({ user_id: who, terra_user_id: id, processed_at: PROCESSED });
    expect(await terraIds(who)).toEqual([id]);
  });
});

describe('the upload ids of a person', () => {
  it('are those of their uploads, earlier and present, and of their reports', async () => {
    const [who, other] = [await insertPerson(), await insertPerson()];
    const [present, earlier, reported] = [newUploadId(), newUploadId(), newUploadId()];
    await upload(who, { terra_upload_id: present });
    await upload(who);
    await earlierId(who, earlier);
    await report(who, 'session', reported);
    await upload(other, { terra_upload_id: newUploadId() });
    await earlierId(other, newUploadId());
    await report(other, 'session', newUploadId());
    expect(await uploadIds(who)).toEqual([present, earlier, reported].toSorted());
  });

  it('and none that another has as well', async () => {
    const [who, other] = [await insertPerson(), await insertPerson()];
    const ids = [newUploadId(), newUploadId(), newUploadId()] as const;
    for (const id of ids) await upload(who, { terra_upload_id: id });
    await upload(other, { terra_upload_id: ids[0] });
    expect(await uploadIds(who)).toEqual([ids[1], ids[2]]);
    await earlierId(other, ids[1]);
    expect(await uploadIds(who)).toEqual([ids[2]]);
    await report(other, 'session', ids[2]);
    expect(await uploadIds(who)).toEqual([]);
  });

  it('nor one that a report names which is another’s, and only a report counts', async () => {
    const [who, other] = [await insertPerson(), await insertPerson()];
    const [own, daily, shared] = [newUploadId(), newUploadId(), newUploadId()];
    for (const id of [own, daily, shared]) await upload(who, { terra_upload_id: id });
    await insertRaw(
      { user_id: who, reference_id: own, event_type: 'lab_report', processed_at: PROCESSED },
      { user_id: other, reference_id: daily, event_type: 'daily', processed_at: PROCESSED },
      { user_id: other, reference_id: shared, event_type: 'lab_report.completed', processed_at: PROCESSED },
    );
    expect(await uploadIds(who)).toEqual([own, daily]);
  });
});

it('the reports of a person are those that no upload of theirs leads to', async () => {
  const [who, other] = [await insertPerson(), await insertPerson()];
  const [own, shared] = [newUploadId(), newUploadId()];
  await upload(who, { terra_upload_id: own });
  await upload(other, { terra_upload_id: shared });
  await report(who, 'without an upload', null);
  await report(who, 'of a shared upload', shared);
  await report(who, 'of an upload', own);
  await report(who, null, null);
  await report(other, 'of another', null);
  expect((await subjects(who)).terraReportIds.toSorted()).toEqual([
    'of a shared upload',
    'without an upload',
  ]);
});

describe('what was sent without an answer', () => {
  const since = async (...columns: readonly Columns[]) => {
    const who = await insertPerson();
    for (const each of columns) await upload(who, each);
    return (await subjects(who)).unansweredSince;
  };

  it('is known by the last of it, and there may be none', async () => {
    expect(await since({ updated_at: at(1) }, { updated_at: at(2), terra_status: 'failed:network' })).toBe(
      at(2),
    );
    expect(await since()).toBeNull();
  });

  it('is the person’s own', async () => {
    const other = await insertPerson();
    await upload(other, { updated_at: at(9) });
    expect(await since({ updated_at: at(1), terra_status: 'pending' })).toBe(at(1));
  });

  it('and nothing that Terra answered or refused', async () => {
    expect(
      await since(
        { updated_at: at(1) },
        { updated_at: at(2), terra_upload_id: newUploadId() },
        { updated_at: at(3), terra_status: 'failed:400' },
      ),
    ).toBe(at(1));
  });
});
