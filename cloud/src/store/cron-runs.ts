import type { IsoTime } from '../clock.ts';
import { changedRows, type Statement, statement } from './statements.ts';

/** The last run of a cron. */
export type CronRun = {
  readonly cron: string;
  readonly started_at: string;
  /** Null while it runs, and of one that died. */
  readonly finished_at: string | null;
  /** `ok` or `failed`; the log says why. */
  readonly outcome: string | null;
};

export async function writeCronStart(db: D1Database, cron: string, now: IsoTime): Promise<void> {
  await changedRows(
    db,
    statement(
      `insert into cron_runs(cron, started_at) values (?1, ?2)
on conflict (cron) do update set started_at = excluded.started_at, finished_at = null, outcome = null`,
      cron,
      now,
    ),
  );
}

/** How a run ended. Of runs that overlap the one that began last is kept; one whose beginning was not noted is, too. */
export async function writeCronEnd(
  db: D1Database,
  { cron, started_at, finished_at, outcome }: CronRun,
): Promise<void> {
  await changedRows(
    db,
    statement(
      `insert into cron_runs(cron, started_at, finished_at, outcome) values (?1, ?2, ?3, ?4)
on conflict (cron) do update set
  started_at = excluded.started_at,
  finished_at = excluded.finished_at,
  outcome = excluded.outcome
where excluded.started_at >= cron_runs.started_at`,
      cron,
      started_at,
      finished_at,
      outcome,
    ),
  );
}

export function cronRunsStatement(): Statement {
  return statement('select cron, started_at, finished_at, outcome from cron_runs order by cron');
}
