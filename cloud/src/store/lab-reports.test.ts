import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import { type Columns, insertPerson, insertRow } from '../../test/support/rows.ts';
import { asLabSessionId, asRawEventId, asTerraUploadId, type UserId } from '../ids.ts';
import { LAB_SOURCE } from '../normalize/lab-report.ts';
import { labReportsOfStatement, labSessionsStatement, storeLabReportsStatements } from './lab-reports.ts';
import { deleteLabStatements, labRowsStatement } from './lab-rows.ts';
import { type OwnerKey, ownersText } from './owners.ts';
import { allRows, runAll } from './statements.ts';

const newId = () => crypto.randomUUID();

/** A report that was read; answers its key. */
async function report(user: string, columns: Columns = {}): Promise<string> {
  const key = newId();
  await insertRow('lab_reports', { user_id: user, report: key, parsed_ms: 1, ...columns });
  return key;
}

async function upload(user: string): Promise<string> {
  const id = newId();
  await insertRow('lab_uploads', { id, user_id: user, storage_key: id });
  return id;
}

const owner = (user: UserId): OwnerKey => ({
  reference_user: user,
  terra_user_id: null,
  other_terra_user_id: null,
  upload_id: null,
  session_id: null,
});

it('the reports of the people named come with everybody’s of the sessions named, each once', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  const session = newId();
  const wanted = [
    await report(user),
    await report(user, { session_id: session }),
    await report(other, { session_id: session }),
  ];
  await report(other);
  await report(other, { session_id: newId() });
  const found = await allRows<{ report: string }>(
    env.DB,
    labReportsOfStatement(ownersText([owner(user)]), [asLabSessionId(session)]),
  );
  expect(found.map((one) => one.report).toSorted()).toEqual(wanted.toSorted());
});

it('a report is kept of its person under its key, and what it says last is what it says', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  const key = await report(user);
  await report(other, { report: key });
  const said = {
    labSessionId: asLabSessionId(newId()),
    terraUploadId: asTerraUploadId(newId()),
    parsedMs: null,
    failedMs: 2,
    failedCode: 'x',
  };
  await runAll(env.DB, storeLabReportsStatements([{ userId: user, key, report: said }]));
  const { results } = await env.DB.prepare(
    'select user_id, session_id, terra_upload_id, parsed_ms, failed_ms, failed_code from lab_reports where report = ?',
  )
    .bind(key)
    .all<{ user_id: string }>();
  const none = { session_id: null, terra_upload_id: null, failed_ms: null, failed_code: null };
  expect(results.toSorted((one) => (one.user_id === user ? -1 : 1))).toEqual([
    {
      user_id: user,
      session_id: said.labSessionId,
      terra_upload_id: said.terraUploadId,
      parsed_ms: null,
      failed_ms: 2,
      failed_code: 'x',
    },
    { user_id: other, parsed_ms: 1, ...none },
  ]);
});

it('the sessions of uploads are those that the person’s reports of them named', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  const [one, two, another] = [newId(), newId(), newId()];
  const sessions = [newId(), newId()];
  const reports = [
    [user, one, sessions[0] ?? null],
    [user, one, sessions[0] ?? null],
    [user, two, sessions[1] ?? null],
    [user, two, null],
    [user, another, newId()],
    [other, one, newId()],
  ] as const;
  for (const [whose, terra_upload_id, session_id] of reports) {
    await report(whose, { terra_upload_id, session_id });
  }
  const found = await allRows<{ session_id: string }>(
    env.DB,
    labSessionsStatement(user, [one, two].map(asTerraUploadId)),
  );
  expect(found.map(({ session_id }) => session_id).toSorted()).toEqual(sessions.toSorted());
});

it('what a person has from labs is theirs, and nothing that they have from elsewhere', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  const value = (whose: string, source: string, code: string) =>
    insertRow('biomarkers_raw', { user_id: whose, source, draw_date: '2026-02-01', code });
  await value(user, LAB_SOURCE, 'glucose');
  await value(user, 'oura', 'insulin');
  await value(other, LAB_SOURCE, 'insulin');
  const found = await allRows<{ code: string }>(env.DB, labRowsStatement(user));
  expect(found.map(({ code }) => code)).toEqual(['glucose']);
});

it('with an upload goes what stands about it and its reports, and nothing of another upload or person', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  const [gone, stays, theirs] = [await upload(user), await upload(user), await upload(other)];
  const [terraId, otherId] = [newId(), newId()];
  const earlierId = (terra_upload_id: string, upload_id: string, user_id: string) =>
    insertRow('earlier_lab_ids', { terra_upload_id, upload_id, user_id });
  await earlierId(terraId, gone, user);
  await earlierId(otherId, gone, user);
  await earlierId(terraId, stays, user);
  await earlierId(terraId, theirs, other);
  const kept = [
    await report(user, { terra_upload_id: otherId }),
    await report(user),
    await report(other, { terra_upload_id: terraId }),
  ];
  await report(user, { terra_upload_id: terraId });
  const [event = 0, otherEvent = 0] = await insertRaw({ user_id: user }, { user_id: user });
  const left = async (sql: string, ...values: readonly string[]) => {
    const rows = await env.DB.prepare(sql)
      .bind(...values)
      .raw<[string | number]>();
    return rows.map(([id]) => id).toSorted();
  };
  const remove = async (whose: UserId, terraIds: readonly string[], events: readonly number[]) => {
    const ids = [terraIds.map(asTerraUploadId), events.map(asRawEventId)] as const;
    await runAll(
      env.DB,
      deleteLabStatements(whose, gone, ...ids).map(([, one]) => one),
    );
  };
  await remove(other, [], []);
  expect(await left('select id from lab_uploads where id = ?', gone)).toEqual([gone]);
  expect(await left('select upload_id from earlier_lab_ids where upload_id = ?', gone)).toEqual([gone, gone]);
  await remove(user, [terraId], [event]);
  expect(await left('select id from lab_uploads where user_id in (?, ?)', user, other)).toEqual(
    [stays, theirs].toSorted(),
  );
  expect(await left('select upload_id from earlier_lab_ids where user_id in (?, ?)', user, other)).toEqual(
    [stays, theirs].toSorted(),
  );
  expect(await left('select report from lab_reports where user_id in (?, ?)', user, other)).toEqual(
    kept.toSorted(),
  );
  expect(await left('select id from raw_events where user_id = ?', user)).toEqual([otherEvent]);
});
