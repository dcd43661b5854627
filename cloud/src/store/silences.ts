import type { HistoryResource } from '../contract/import.ts';
import type { SilenceKind } from '../contract/silences.ts';
import type { UserId } from '../ids.ts';
import { allRows, type Statement, statement } from './statements.ts';

/** What is overdue or missing, and what was done about it. */

/** A silence that has not ended, with its connection and the request for its days. */
export type OpenSilence = {
  readonly id: number;
  readonly user_id: string;
  readonly connection_id: string;
  readonly terra_user_id: string;
  readonly provider: string;
  readonly kind: SilenceKind;
  readonly resource: HistoryResource;
  /** ISO time of the last delivery; of a gap its first day. */
  readonly since: string;
  readonly usual_s: number | null;
  readonly from_date: string;
  readonly to_date: string;
  readonly found_at: string;
  readonly compared_at: string | null;
  readonly asked_at: string | null;
  /** pending, sent or failed; null where nothing was asked, or it was so long ago that the request is gone */
  readonly request: 'pending' | 'sent' | 'failed' | null;
  readonly request_error: string | null;
};

const OPEN_SILENCE = `select s.id, s.user_id, c.id as connection_id, s.terra_user_id, c.provider, s.kind, s.resource, s.since,
  s.usual_s, s.from_date, s.to_date, s.found_at, s.compared_at, s.asked_at,
  b.status as request, b.error as request_error`;

export type SilenceFilter = {
  readonly userId: string | null;
  readonly provider: string | null;
  readonly kind: SilenceKind | null;
};

/** A page of everybody's silences, the latest found first, from before `beforeId` on. */
export async function readSilences(
  db: D1Database,
  { userId, provider, kind }: SilenceFilter,
  beforeId: number,
  limit: number,
): Promise<readonly OpenSilence[]> {
  return allRows(
    db,
    statement(
      `${OPEN_SILENCE}
from silences s indexed by idx_silences_open
cross join terra_connections c on c.terra_user_id = s.terra_user_id
left join backfills b on b.id = s.backfill_id
where s.ended_at is null
  and s.id < ?1
  and (?2 is null or s.user_id = ?2)
  and (?3 is null or c.provider = ?3)
  and (?4 is null or s.kind = ?4)
order by s.id desc
limit ?5`,
      beforeId,
      userId,
      provider,
      kind,
      limit,
    ),
  );
}

/** A person's silences, the longest known first. */
export function personSilencesStatement(userId: UserId, limit: number): Statement {
  return statement(
    `${OPEN_SILENCE}
from silences s indexed by idx_silences_user
cross join terra_connections c on c.terra_user_id = s.terra_user_id
left join backfills b on b.id = s.backfill_id
where s.user_id = ?1
  and s.ended_at is null
order by s.id
limit ?2`,
    userId,
    limit,
  );
}

/** How many there are of each kind, and of those that are overdue how many connections. */
export function silenceFiguresStatement(): Statement {
  return statement(
    `select coalesce(sum(kind = 'overdue'), 0) as overdue,
  count(distinct case when kind = 'overdue' then terra_user_id end) as connections,
  coalesce(sum(kind = 'gap'), 0) as gaps,
  coalesce(sum(asked_at is null), 0) as to_be_asked
from silences indexed by idx_silences_open
where ended_at is null`,
  );
}
