import type { LabSessionId, TerraUploadId, TerraUserId, UserId } from '../ids.ts';
import { rowSet, rowSetText } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/**
 * Whose rows to load: a user named by a reference, else whoever has one of these Terra ids, this upload or
 * an earlier report of this lab session.
 * Settled in SQL, so that owners and their rows come from one snapshot.
 */
export type OwnerKey = {
  readonly reference_user: UserId | null;
  readonly terra_user_id: TerraUserId | null;
  readonly other_terra_user_id: TerraUserId | null;
  readonly upload_id: TerraUploadId | null;
  readonly session_id: LabSessionId | null;
};

const COLUMNS = [
  'reference_user',
  'terra_user_id',
  'other_terra_user_id',
  'upload_id',
  'session_id',
] as const satisfies readonly (keyof OwnerKey)[];

/** Owner keys as one bound parameter. */
export function ownersText(keys: readonly OwnerKey[]): string {
  return rowSetText(
    [...COLUMNS, 'n'],
    keys.map((key, n) => ({ ...key, n })),
  );
}

/** The table `owners(n, user_id)` of the n-th owner key, for a `with`. `parameter` holds the keys. */
export function ownersTable(parameter: '?1' | '?2'): string {
  return `owners as materialized (
  select o.n, coalesce(
    o.reference_user,
    (select c.user_id from terra_connections c where c.terra_user_id = o.terra_user_id),
    (select c.user_id from terra_connections c where c.terra_user_id = o.other_terra_user_id),
    (select l.user_id from lab_uploads l where l.terra_upload_id = o.upload_id),
    (select e.user_id from earlier_lab_ids e where e.terra_upload_id = o.upload_id),
    (select r.user_id from lab_reports r where r.session_id = o.session_id)
  ) as user_id
  from ${rowSet([...COLUMNS, 'n'], parameter)} o
)`;
}

/**
 * Each owner that is known, with the person's clock (null where the person has no row yet), how many rows they have, and
 * whether they are being erased.
 */
export function ownersStatement(owners: string): Statement {
  return statement(
    `with ${ownersTable('?1')}
select distinct o.user_id, u.clock, u.row_counts,
  exists (select 1 from erasures e where e.subject = o.user_id) as is_erasing
from owners o
left join users u on u.id = o.user_id
where o.user_id is not null`,
    owners,
  );
}
