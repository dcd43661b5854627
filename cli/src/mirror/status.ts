import { statSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { compareLayout, type LayoutAge } from './layout.ts';
import { type MetricSources, readMetricSources } from './metric-sources.ts';
import { readLastTimes, readSyncState } from './sync-state.ts';
import { MIRRORED_NAMES } from './tables.ts';

type SourceStatus = { readonly source: string; readonly newest: string };

export type MirrorStatus = {
  readonly bytes: number;
  readonly server: string | null;
  readonly since: string | null;
  readonly lastSyncAt: string | null;
  /** When `amy verify` last found the file equal to the server. */
  readonly lastVerifyAt: string | null;
  /** Older or other after an update of amy, until the next sync gives the file the new layout. */
  readonly layout: LayoutAge;
  readonly rows: Readonly<Record<string, number>>;
  /** The newest date each source says anything about, newest first. */
  readonly sources: readonly SourceStatus[];
  /** Whom `summary` shows lately; empty in a file of another layout. */
  readonly metrics: readonly MetricSources[];
};

/** Of each source its first and last key, found in the table's own index: reading every row of some years takes as long as all else. */
const spanByKey = (table: string, key: string) => `
  select source, (select min(${key}) from ${table} t where t.source = known.source) as oldest,
    (select max(${key}) from ${table} t where t.source = known.source) as newest
  from (
    with recursive known(source) as (
      select min(source) from ${table}
      union all
      select (select min(source) from ${table} t where t.source > known.source) from known where source is not null
    )
    select source from known where source is not null
  ) known`;

/** The oldest and the newest date that each source says anything about. */
export const SPAN_BY_SOURCE = `
select source, substr(min(oldest), 1, 10) as oldest, substr(max(newest), 1, 10) as newest
from (
  ${spanByKey('daily_summary', 'datetime')}
  union all ${spanByKey('activities', 'start_time')}
  union all ${spanByKey('biomarkers_raw', 'draw_date')}
  union all select source, min(end_time), max(end_time) from sleep_sessions group by source
)
group by source
order by newest desc, source`;

export function readMirrorStatus(database: DatabaseSync, path: string): MirrorStatus {
  const state = readSyncState(database);
  const layout = compareLayout(database);
  return {
    bytes: statSync(path).size,
    server: state.server,
    since: state.since,
    ...readLastTimes(database),
    layout,
    rows: readRowCounts(database),
    sources: database
      .prepare(SPAN_BY_SOURCE)
      .all()
      .map(({ source, newest }) => ({ source: String(source), newest: String(newest) })),
    metrics: layout === 'current' ? readMetricSources(database) : [],
  };
}

function countRows(database: DatabaseSync, table: string): number {
  return Number(database.prepare(`select count(*) as rows from ${table}`).get()?.rows);
}

/** Of every table that the server sends; one of another layout may lack a table until the next sync. */
export function readRowCounts(database: DatabaseSync): Readonly<Record<string, number>> {
  const present = MIRRORED_NAMES.filter((name) => hasTable(database, name));
  return Object.fromEntries(present.map((name) => [name, countRows(database, name)]));
}

function hasTable(database: DatabaseSync, name: string): boolean {
  return (
    database.prepare(`select 1 from sqlite_schema where type in ('table', 'view') and name = ?`).get(name) !==
    undefined
  );
}
