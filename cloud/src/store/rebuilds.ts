import type { IsoTime } from '../clock.ts';
import { asUserId, type UserId } from '../ids.ts';
import { REBUILD_ATTEMPTS_MAX } from '../limits.ts';
import { IS_STAYING } from './person-clock.ts';
import { allRows, firstRow, runAll, type Statement, statement } from './statements.ts';

/**
 * Rebuilds of people: what is under way, and what the last one did. The rows are made anew under the id of nobody
 * (`shadowOf`), by the same statements that write everybody's, and take the place of the person's at the end.
 */

export type RebuildState =
  /** What rows from before cells hold is taken over. */
  | 'seeding'
  /** Events are listed and folded, until none is left. */
  | 'folding'
  /** All are in: the rows take their place. */
  | 'finishing'
  | 'done'
  | 'failed';

/** A rebuild under way, with the clocks that its next step stands on. */
export type RunningRebuild = {
  readonly id: string;
  readonly user_id: UserId;
  readonly rules: number;
  readonly is_dry_run: number;
  readonly state: Extract<RebuildState, 'seeding' | 'folding' | 'finishing'>;
  readonly position: string | null;
  readonly clock: IsoTime;
  /** Null where nothing was begun yet. */
  readonly shadow_clock: IsoTime | null;
};

/** Under whose id a rebuild makes its rows. No token and no event can name it. */
export function shadowOf(rebuildId: string): UserId {
  return asUserId(`rebuild:${rebuildId}`);
}

/** Null where it has ended or is gone, or its person is being erased. */
export async function readRunningRebuild(db: D1Database, id: string): Promise<RunningRebuild | null> {
  return firstRow(
    db,
    statement(
      `select r.id, r.user_id, r.rules, r.is_dry_run, r.state, r.position, u.clock, s.clock as shadow_clock
from rebuilds r indexed by idx_rebuilds_id
join users u on u.id = r.user_id
left join users s on s.id = ?2
where r.id = ?1
  and r.finished_at is null
  and not exists (select 1 from erasures where subject = r.user_id)`,
      id,
      shadowOf(id),
    ),
  );
}

export type NewRebuild = {
  readonly id: string;
  readonly userId: UserId;
  readonly rules: number;
  readonly isDryRun: boolean;
};

/**
 * Begins a rebuild, unless one is under way: that goes on, and commits if now it is to. Nothing where there is nobody
 * of this id, or they are being erased. Where a dry run becomes a real one its step under way is lost, and its id is
 * answered as that of a new one is: it needs another message.
 */
export function startRebuildStatements(
  { id, userId, rules, isDryRun }: NewRebuild,
  now: IsoTime,
  sweepAfter: IsoTime,
): readonly Statement[] {
  const made = isDryRun
    ? []
    : [
        statement(
          `update users set clock = strftime('%Y-%m-%dT%H:%M:%fZ', clock, '+0.001 seconds')
where rebuild_of = ?1
  and exists (select 1 from rebuilds where user_id = ?1 and is_dry_run = 1)`,
          userId,
        ),
        statement(
          `update rebuilds set is_dry_run = 0
where user_id = ?1
  and is_dry_run = 1
  and finished_at is null
returning id`,
          userId,
        ),
      ];
  return [
    ...made,
    statement(
      `insert into rebuilds(user_id, id, rules, is_dry_run, state, next_attempt_at, started_at)
select ?1, ?2, ?3, ?4, 'seeding', ?6, ?5
from users
where id = ?1
  and rebuild_of is null
  and ${IS_STAYING}
on conflict (user_id) do update set
  id = excluded.id,
  rules = excluded.rules,
  is_dry_run = excluded.is_dry_run,
  state = excluded.state,
  position = null,
  events = 0,
  attempts = 0,
  next_attempt_at = excluded.next_attempt_at,
  started_at = excluded.started_at,
  finished_at = null,
  error = null,
  result = null
where rebuilds.finished_at is not null
returning id`,
      userId,
      id,
      rules,
      isDryRun ? 1 : 0,
      now,
      sweepAfter,
    ),
  ];
}

/** Nothing is left of what rebuilds of a person have made, and of what they have read. */
export function clearRebuildStatements(userId: UserId): readonly Statement[] {
  return [
    statement('delete from rebuild_events where user_id = ?1', userId),
    // All rows of that id go with it.
    statement('delete from users where rebuild_of = ?1', userId),
  ];
}

/** The place where the rows are made, empty. */
export function storeShadowStatement(
  { id, user_id, rules }: Pick<RunningRebuild, 'id' | 'user_id' | 'rules'>,
  clock: IsoTime,
): Statement {
  return statement(
    'insert into users(id, clock, rules, rebuild_of) values (?1, ?2, ?3, ?4)',
    shadowOf(id),
    clock,
    rules,
    user_id,
  );
}

export type Progress = {
  readonly state: RunningRebuild['state'];
  readonly rules: number;
  readonly position: string | null;
  /** Events folded by this step; null where it begins anew. */
  readonly events: number | null;
};

/** A step is done. Should the message of the next one be lost, the sweep sends it. */
export function storeProgressStatement(
  id: string,
  { state, rules, position, events }: Progress,
  sweepAfter: IsoTime,
): Statement {
  return statement(
    `update rebuilds set
  state = ?2,
  rules = ?3,
  position = ?4,
  events = case when ?5 is null then 0 else events + ?5 end,
  attempts = 0,
  next_attempt_at = ?6
where id = ?1`,
    id,
    state,
    rules,
    position,
    events,
    sweepAfter,
  );
}

/** It has ended; `result` and `error` tell how. */
export function endRebuildStatement(
  id: string,
  ended: { readonly state: 'done' | 'failed'; readonly result: string | null; readonly error: string | null },
  now: IsoTime,
): Statement {
  return statement(
    `update rebuilds set
  state = ?2,
  result = ?3,
  error = ?4,
  position = null,
  finished_at = ?5
where id = ?1
  and finished_at is null`,
    id,
    ended.state,
    ended.result,
    ended.error,
    now,
  );
}

/** A person's rebuild as an operator sees it. */
export type ShownRebuild = {
  readonly id: string;
  readonly rules: number;
  readonly is_dry_run: number;
  readonly state: RebuildState;
  readonly events: number;
  readonly waiting: number;
  readonly started_at: IsoTime;
  readonly finished_at: IsoTime | null;
  readonly error: string | null;
  readonly result: string | null;
};

export async function readRebuildOf(db: D1Database, userId: UserId): Promise<ShownRebuild | null> {
  return firstRow(
    db,
    statement(
      `select id, rules, is_dry_run, state, events, started_at, finished_at, error, result,
  (select count(*) from rebuild_events e where e.user_id = ?1 and e.is_folded = 0) as waiting
from rebuilds
where user_id = ?1`,
      userId,
    ),
  );
}

/**
 * Rebuilds whose message was lost: they are leased and tried again. Those that came to nothing at every try are
 * answered too; they are to be given up.
 */
export async function takeDueRebuilds(
  db: D1Database,
  now: IsoTime,
  leaseUntil: IsoTime,
): Promise<readonly { readonly id: string; readonly user_id: UserId; readonly is_spent: number }[]> {
  return allRows(
    db,
    statement(
      `update rebuilds set
  attempts = attempts + 1,
  next_attempt_at = ?2
where id in (
  select id
  from rebuilds indexed by idx_rebuilds_due
  where finished_at is null
    and next_attempt_at <= ?1
)
returning id, user_id, attempts > ${REBUILD_ATTEMPTS_MAX} as is_spent`,
      now,
      leaseUntil,
    ),
  );
}

const IS_OLDER = 'rebuild_of is null and coalesce(rules, 0) < ?1';

/** How many rebuilds are under way, and some people whose rows are by older rules and who have none, the oldest first. */
export async function readPeopleToRebuild(
  db: D1Database,
  rules: number,
  limit: number,
): Promise<{ readonly running: number; readonly people: readonly UserId[] }> {
  const [running, found] = await runAll<{ n?: number; id?: UserId }>(db, [
    statement('select count(*) as n from rebuilds indexed by idx_rebuilds_due where finished_at is null'),
    statement(
      `select id
from users indexed by idx_users_rules
where ${IS_OLDER}
  and not exists (
    select 1
    from rebuilds r
    where r.user_id = users.id
      and (r.finished_at is null or (r.state = 'failed' and r.rules >= ?1))
  )
order by coalesce(rules, 0)
limit ?2`,
      rules,
      limit,
    ),
  ]);
  return {
    running: running?.results[0]?.n ?? 0,
    people: (found?.results ?? []).flatMap(({ id }) => id ?? []),
  };
}

/** How many people's rows are by older rules. */
export async function countPeopleToRebuild(db: D1Database, rules: number): Promise<number> {
  const row = await firstRow<{ left_over: number }>(db, rebuildFiguresStatement(rules));
  return row?.left_over ?? 0;
}

/** How the rebuilds stand, by indexes alone: a row of `left_over`, `running`, `failed` and `last_finished_at`. */
export function rebuildFiguresStatement(rules: number): Statement {
  return statement(
    `select
  (select count(*) from users indexed by idx_users_rules where ${IS_OLDER}) as left_over,
  (select count(*) from rebuilds indexed by idx_rebuilds_due where finished_at is null) as running,
  (select count(*) from rebuilds indexed by idx_rebuilds_failed where state = 'failed') as failed,
  (select max(finished_at) from rebuilds indexed by idx_rebuilds_finished where finished_at is not null)
    as last_finished_at`,
    rules,
  );
}
