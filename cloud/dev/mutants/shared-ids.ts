import { mutants } from './mutant.ts';

const SHARED = 'shared-upload-ids.test.ts';
const SUBJECTS = 'store/subjects.ts';

/** Ids of Terra's that two people have. */
export const SHARED_ID_MUTANTS = [
  ...mutants('compare-and-swap', [
    [
      'an upload recorded its id',
      'store/guard.ts',
      ') is not f.seen',
      ') is null and false',
      'lab-results.test.ts',
    ],
  ]),
  ...mutants('shared upload id', [
    [
      'says nothing about whose a report is',
      'ingest/owner.ts',
      '...byUpload,',
      '...byUpload.slice(0, 1),',
      SHARED,
    ],
    [
      'is seen as every owner has it',
      'store/guard.ts',
      "select min(user_id) || ' ' || max(user_id)",
      "select min(user_id) || ' ' || min(user_id)",
      SHARED,
    ],
    [
      'is not erased with one of them',
      SUBJECTS,
      'where not exists (select 1 from lab_uploads l where l.terra_upload_id = n.id and l.user_id <> ?1)',
      'where true',
      SHARED,
    ],
    [
      'leads to nothing at Terra but the sessions of the one who is erased',
      SUBJECTS,
      'and (terra_upload_id is null or terra_upload_id not in (select id from own_uploads))',
      'and terra_upload_id is null',
      SHARED,
    ],
    [
      'is kept as an earlier id of both',
      'store/guard.ts',
      'select user_id from earlier_lab_ids where terra_upload_id = f.id',
      'select null as user_id',
      SHARED,
    ],
  ]),
];
