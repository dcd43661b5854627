import type { IsoTime } from '../clock.ts';
import type { HistoryResource } from '../contract/import.ts';
import type { SilenceKind } from '../contract/silences.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { rowSet, statementsForRows, statementsForValues } from './row-sets.ts';
import { allRows, type Statement, statement } from './statements.ts';

/** What is overdue or missing, and what is done about it: found, listed, ended. Asking for it is in catch-ups.ts. */

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

/** How many connections are overdue, and how many of them since `since`; gaps; what is not asked for yet. */
export function silenceFiguresStatement(since: IsoTime): Statement {
  return statement(
    `select count(distinct case when kind = 'overdue' then terra_user_id end) as connections,
  count(distinct case when kind = 'overdue' and found_at > ?1 then terra_user_id end) as connections_last_day,
  count(case when kind = 'gap' then 1 end) as gaps,
  count(case when asked_at is null then 1 end) as to_be_asked
from silences indexed by idx_silences_open
where ended_at is null`,
    since,
  );
}

/** A connection as it is judged: what is kept of its deliveries, and what of it is overdue already. */
export type JudgedConnection = {
  readonly position: number;
  readonly terra_user_id: TerraUserId;
  readonly is_active: number;
  readonly receipts: string | null;
  /** JSON: a list of `[id, resource, since, kind]` */
  readonly open: string;
};

/** The next so many connections after a position, in an order that never changes. */
export async function readJudgedConnections(
  db: D1Database,
  after: number,
  limit: number,
): Promise<readonly JudgedConnection[]> {
  return allRows(
    db,
    statement(
      `select c.rowid as position, c.terra_user_id, c.deactivated_at is null as is_active, c.receipts,
  (
    select json_group_array(json_array(s.id, s.resource, s.since, s.kind))
    from silences s
    where s.terra_user_id = c.terra_user_id
      and s.ended_at is null
  ) as open
from terra_connections c
where c.rowid > ?1
order by c.rowid
limit ?2`,
      after,
      limit,
    ),
  );
}

/** A silence as it is found. */
export type FoundSilence = {
  readonly terra_user_id: TerraUserId;
  readonly resource: HistoryResource;
  readonly since: string;
  readonly usual_s: number | null;
  readonly from_date: string;
  readonly to_date: string;
};

const FOUND = ['terra_user_id', 'resource', 'since', 'usual_s', 'from_date', 'to_date'] as const;

/**
 * Notes what was found of connections that are active and whose person is not being erased. What is known stays as it
 * is, so that its days are asked for once; of what is overdue only its end is taken back.
 */
export function storeSilencesStatements(
  kind: SilenceKind,
  found: readonly FoundSilence[],
  now: IsoTime,
): readonly Statement[] {
  const known =
    kind === 'gap' ? 'nothing' : 'update set ended_at = null, outcome = null\nwhere ended_at is not null';
  return statementsForRows(
    `insert into silences(user_id, terra_user_id, kind, resource, since, usual_s, from_date, to_date, found_at, due_at)
select c.user_id, c.terra_user_id, '${kind}', f.resource, f.since, f.usual_s, f.from_date, f.to_date, ?2, ?2
from ${rowSet(FOUND)} f
cross join terra_connections c on c.terra_user_id = f.terra_user_id
where c.deactivated_at is null
  and not exists (select 1 from erasures where subject = c.user_id)
on conflict (terra_user_id, kind, resource, since) do ${known}`,
    FOUND,
    found,
    now,
  );
}

/**
 * How a silence ends: it is none any more, nothing came for so long that nothing is expected, the connection went, or
 * Terra has nothing of the days.
 */
type SilenceOutcome = 'over' | 'given_up' | 'disconnected' | 'nothing_there';

export function endSilencesStatements(
  ids: readonly number[],
  outcome: SilenceOutcome,
  now: IsoTime,
): readonly Statement[] {
  return statementsForValues(
    `update silences set ended_at = ?2, outcome = ?3
where id in (select value from json_each(?1))
  and ended_at is null`,
    ids,
    now,
    outcome,
  );
}
