import { mutants } from './mutant.ts';

const MEANWHILE = 'erased-meanwhile.test.ts';
const PING = 's3-payload.test.ts';
const TRACES = 'store/traces.ts';
const REMOVALS = 'store/terra-removals.ts';

/** What commits about a person only while they are not erased, and what is deleted at Terra where it was too late. */
export const ERASED_MEANWHILE_MUTANTS = mutants('erased meanwhile', [
  [
    'no trace names an erased person',
    TRACES,
    'where not exists (select 1 from erased_subjects where subject_hash in (user_hash, terra_hash))',
    'where true',
    MEANWHILE,
  ],
  [
    'what had come of a device of an erased person goes',
    REMOVALS,
    '    ...releaseForErasedStatements(terraUserId, now, sweepAfter),\n',
    '',
    'erased.test.ts',
  ],
  [
    'however it had ended',
    'store/releases.ts',
    "terra_user_id <> ''\n  and terra_user_id in (select value from json_each(?1))",
    'false',
    'erased.test.ts',
  ],
  [
    'what had come of the device of a living person waits on',
    'store/releases.ts',
    'exists (select 1 from erased_subjects where subject_hash = ?4)',
    '?4 is not null',
    'erased.test.ts',
  ],
  [
    'a commit relies on nobody being erased',
    'store/guard.ts',
    'cross join erased_subjects s on s.subject_hash = j.value',
    'cross join erased_subjects s on false',
    MEANWHILE,
  ],
  [
    'an owner who is being erased gets nothing more',
    'ingest/verdict.ts',
    "return owner.state === 'known' && snapshot.erasing.has(owner.userId);",
    'return false;',
    MEANWHILE,
  ],
  [
    'Terra is asked for no history of an erased person',
    'store/backfills.ts',
    '\n  and not exists (select 1 from erasures where subject = user_id)',
    '',
    MEANWHILE,
  ],
  [
    'no lab report of an erased person is sent',
    'store/lab-uploads.ts',
    `where id = ?1\n  and \${IS_STAYING}\nreturning id`,
    'where id = ?1\nreturning id',
    MEANWHILE,
  ],
  [
    'what Terra took of an erased person is deleted there',
    REMOVALS,
    `select 'lab_upload', ?2, ?4\nwhere \${isErasedAlone}`,
    "select 'lab_upload', ?2, ?4\nwhere false",
    MEANWHILE,
  ],
  [
    'what comes of it is refused',
    REMOVALS,
    `select ?4, 'upload', ?5\nwhere \${isErasedAlone}`,
    "select ?4, 'upload', ?5\nwhere false",
    MEANWHILE,
  ],
  [
    'a removal stays in the outbox until the queue has it',
    'queue/outbox.ts',
    '  await sendMessages(env.TERRA_EVENTS, messages);\n  await deleteRemovals(env.DB, removals);',
    '  await deleteRemovals(env.DB, removals);\n  await sendMessages(env.TERRA_EVENTS, messages);',
    MEANWHILE,
  ],
  [
    'what Terra may be taking yet is asked for later',
    'erasure/erase-person.ts',
    'later: isUploading ? [unanswered] : [],',
    'later: [],',
    MEANWHILE,
  ],
  [
    'reports of somebody who came back stay',
    'erasure/delete-at-terra.ts',
    "if (until !== null && Date.parse(uploaded_at ?? '') > Date.parse(until)) continue;",
    '',
    MEANWHILE,
  ],
  [
    'a connection made after the erasure is ended',
    REMOVALS,
    `select 'user', ?2, ?3\nwhere \${isErasedAlone}`,
    "select 'user', ?2, ?3\nwhere false",
    MEANWHILE,
  ],
  [
    'a connection of another person is not ended',
    REMOVALS,
    'and not exists (select 1 from terra_connections where terra_user_id = ?2)`',
    'and ?2 is not null`',
    MEANWHILE,
  ],
  [
    'the object of a ping whose row was erased goes',
    'ingest/fetch-ping.ts',
    '    await payloads.delete(key);\n',
    '',
    PING,
  ],
  [
    'a ping that names an erased person is not noted',
    'store/fetched-payload.ts',
    'where subject_hash in (select value from json_each(?8))',
    'where ?8 is null',
    PING,
  ],
]);
