import { isoTime, type UnixMs } from '../clock.ts';
import type { EventOutcome } from '../contract/stats.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import { DAY_MS, DRAIN_LEASE_MS, WAITING_REASONS_SHOWN } from '../limits.ts';
import { type CronRun, cronRunsStatement } from './cron-runs.ts';
import { CODE_NAME, HAS_ERROR } from './event-state.ts';
import type { IdsAtTime } from './ids-at-times.ts';
import { outboundPauseStatement } from './operator-switches.ts';
import { type OutcomeCount, outcomeCountsStatement } from './outcome-counts.ts';
import { rebuildFiguresStatement } from './rebuilds.ts';
import { hourBoundsStatement, receivedByHour } from './received-by-hour.ts';
import { type RejectionCount, rejectionCountsStatement } from './rejected-signatures.ts';
import { silenceFiguresStatement } from './silences.ts';
import { runAll, type Statement, statement } from './statements.ts';

/** Requests to Terra that wait for one reason. */
export type WaitingRequests = {
  /** As the outbox keeps it; null where Terra was not asked yet. */
  readonly error: string | null;
  readonly requests: number;
  readonly next_attempt_at: string;
};

/** How the ingest stands. */
export type IngestFigures = {
  /** Events that are neither processed nor stopped by an error: on their way. */
  readonly backlog: number;
  readonly oldest_backlog: string | null;
  /** Events that an error stopped. */
  readonly parked: number;
  readonly oldest_parked: string | null;
  /** Of both. */
  readonly oldest_unprocessed: string | null;
  readonly last_received_at: string | null;
  readonly rejections: readonly RejectionCount[];
  readonly waiting: readonly WaitingRequests[];
  /** Unresolved errors by their names in event-codes.ts. */
  readonly errors: Readonly<Record<string, number>>;
  readonly dead_lettered: number;
  /** Requests to Terra that were not sent yet. */
  readonly outbox_pending: number;
  /** Of those, the ones whose time is yet to come: Terra asked to wait, or did not answer. */
  readonly outbox_waiting: number;
  /** When the first of the waiting is sent again. */
  readonly outbox_next_attempt_at: string | null;
  /** What Terra answered to that one, as the outbox keeps it; null where it was not asked yet. */
  readonly outbox_waiting_error: string | null;
  /** Since when nothing is asked of Terra; null where it is. */
  readonly outbound_paused_since: string | null;
  /** The last run of each cron. */
  readonly crons: readonly CronRun[];
  /** People whose rows are by older rules and are yet to be made anew, those under way among them. */
  readonly rebuilds_left: number;
  readonly rebuilds_running: number;
  /** Given up; the person's rows stay as they were. */
  readonly rebuilds_failed: number;
  readonly rebuilds_last_finished_at: string | null;
  /** Connections whose data stays away. */
  readonly silences: {
    readonly connections: number;
    /** Those found within the last day. */
    readonly connections_last_day: number;
    readonly gaps: number;
    readonly to_be_asked: number;
  };
  readonly database_bytes: number;
  readonly outcomes: readonly OutcomeCount[];
  /** In each of the last 24 hours, the oldest first. */
  readonly received_by_hour: readonly number[];
};

type Counts = Record<string, number | string | null>;

/** Reads the figures as of a moment, in one round trip. They cost the same however many events are stored. */
export async function readStats(db: D1Database, nowMs: UnixMs): Promise<IngestFigures> {
  const [
    unprocessed,
    errors,
    outbox,
    rebuilds,
    newest,
    rejections,
    waiting,
    pause,
    crons,
    outcomes,
    bounds,
    silences,
  ] = await runAll<Counts>(db, [
    statement(
      `select count(*) filter (where process_error is null) as backlog,
  min(received_at) filter (where process_error is null) as oldest_backlog,
  count(*) filter (where process_error is not null) as parked,
  min(received_at) filter (where process_error is not null) as oldest_parked,
  min(received_at) as oldest,
  count(*) filter (where dead_lettered_at is not null and resolved_at is null) as dead_lettered
from raw_events
where processed_at is null`,
    ),
    statement(
      `select ${CODE_NAME} as code, count(*) as rows
from raw_events
where ${HAS_ERROR}
  and resolved_at is null
group by code`,
    ),
    outboxStatement(nowMs),
    rebuildFiguresStatement(RULES_VERSION),
    statement('select received_at from raw_events order by id desc limit 1'),
    rejectionCountsStatement(nowMs),
    waitingStatement(nowMs),
    outboundPauseStatement(),
    cronRunsStatement(),
    outcomeCountsStatement(nowMs),
    hourBoundsStatement(nowMs),
    silenceFiguresStatement(isoTime(nowMs - DAY_MS)),
  ]);
  const number = (value: unknown) => Number(value ?? 0);
  const text = (value: unknown) => (value === null || value === undefined ? null : String(value));
  const only = (answer: D1Result<Counts> | undefined): Counts => answer?.results[0] ?? {};
  const [open, requests] = [only(unprocessed), only(outbox)];
  const people = only(rebuilds);
  const silent = only(silences);
  return {
    backlog: number(open.backlog),
    oldest_backlog: text(open.oldest_backlog),
    parked: number(open.parked),
    oldest_parked: text(open.oldest_parked),
    oldest_unprocessed: text(open.oldest),
    last_received_at: text(only(newest).received_at),
    rejections: (rejections?.results ?? []).map(({ reason, hour, day }) => ({
      reason: String(reason),
      hour: number(hour),
      day: number(day),
    })),
    waiting: (waiting?.results ?? []).map(({ error, requests, next_attempt_at }) => ({
      error: text(error),
      requests: number(requests),
      next_attempt_at: String(next_attempt_at),
    })),
    errors: Object.fromEntries((errors?.results ?? []).map(({ code, rows }) => [String(code), number(rows)])),
    dead_lettered: number(open.dead_lettered),
    outbox_pending: number(requests.pending),
    outbox_waiting: number(requests.waiting),
    outbox_next_attempt_at: text(requests.next_attempt_at),
    outbox_waiting_error: text(requests.error),
    outbound_paused_since: text(only(pause).set_at),
    crons: (crons?.results ?? []).map(({ cron, started_at, finished_at, outcome }) => ({
      cron: String(cron),
      started_at: String(started_at),
      finished_at: text(finished_at),
      outcome: text(outcome),
    })),
    rebuilds_left: number(people.left_over),
    rebuilds_running: number(people.running),
    rebuilds_failed: number(people.failed),
    rebuilds_last_finished_at: text(people.last_finished_at),
    silences: {
      connections: number(silent.connections),
      connections_last_day: number(silent.connections_last_day),
      gaps: number(silent.gaps),
      to_be_asked: number(silent.to_be_asked),
    },
    database_bytes: number(outbox?.meta.size_after),
    outcomes: (outcomes?.results ?? []).map((row) => ({
      outcome: String(row.outcome),
      hour: number(row.hour),
      day: number(row.day),
      ever: number(row.ever),
    })),
    received_by_hour: receivedByHour((bounds?.results ?? []) as IdsAtTime[]),
  };
}

/** How often events ended so. */
export function countOf(
  { outcomes }: IngestFigures,
  outcome: EventOutcome,
): Readonly<Record<'hour' | 'day' | 'ever', number>> {
  return outcomes.find((one) => one.outcome === outcome) ?? { hour: 0, day: 0, ever: 0 };
}

const WAITING = `select next_attempt_at, error
  from backfills
  where status = 'pending'
    and next_attempt_at > ?1
    and (error is not null or next_attempt_at > ?2)`;

/**
 * A request waits where Terra's answer put it off. One that was never answered is put off where its time lies
 * further ahead than a message in the queue explains.
 */
function outboxStatement(nowMs: UnixMs): Statement {
  return statement(
    `with waiting as (${WAITING})
select (select count(*) from backfills where status = 'pending') as pending,
  (select count(*) from waiting) as waiting, first.next_attempt_at, first.error
from (select 1)
left join (select * from waiting order by next_attempt_at limit 1) as first`,
    isoTime(nowMs),
    isoTime(nowMs + DRAIN_LEASE_MS),
  );
}

/** The same requests, by what keeps them. */
function waitingStatement(nowMs: UnixMs): Statement {
  return statement(
    `select error, count(*) as requests, min(next_attempt_at) as next_attempt_at
from (${WAITING})
group by error
order by requests desc, next_attempt_at
limit ${WAITING_REASONS_SHOWN}`,
    isoTime(nowMs),
    isoTime(nowMs + DRAIN_LEASE_MS),
  );
}
