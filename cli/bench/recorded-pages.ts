import { SYNC_LIMIT_MAX } from '../../cloud/src/contract/constants.ts';
import type { SyncPage, SyncRow } from '../../cloud/src/contract/sync.ts';
import { SYNCED_TABLES, type SyncedTableName } from '../../cloud/src/contract/tables.ts';

const CLOCK = '2026-03-01T08:00:00.000Z';
const FIRST_DAY_MS = Date.UTC(2022, 2, 1);
const DAY_MS = 86_400_000;
const SOURCES = ['oura', 'garmin', 'whoop'] as const;
const CODES = ['weight', 'bmi', 'body_fat', 'muscle_mass', 'bone_mass', 'body_water', 'spo2_avg', 'vo2_max'];

export type Rows = Readonly<Partial<Record<SyncedTableName, readonly SyncRow[]>>>;

/** Four years of three devices and their scale, as the server has them: 38,800 rows. */
export function fourYears(): Rows {
  const days = Array.from({ length: 1_460 }, (_, i) => new Date(FIRST_DAY_MS + i * DAY_MS).toISOString());
  const everyDay = (make: (day: string, source: string, i: number) => SyncRow) =>
    days.flatMap((day, i) => SOURCES.map((source) => make(day, source, i)));
  return {
    daily_summary: everyDay((day, source, i) =>
      row('daily_summary', { source, datetime: day.slice(0, 10) }, i),
    ),
    activities: everyDay((day, source, i) => row('activities', { source, start_time: day }, i)).slice(
      0,
      3_000,
    ),
    sleep_sessions: [
      ...everyDay((day, source, i) => row('sleep_sessions', { source, start_time: day }, i)),
      ...days.slice(0, 620).map((day, i) => row('sleep_sessions', { source: 'polar', start_time: day }, i)),
    ],
    biomarkers_raw: days
      .flatMap((day, i) => [1, 2, 3].flatMap((part) => CODES.map((code) => ({ day, i, part, code }))))
      .slice(0, 26_420)
      .map(({ day, i, part, code }) =>
        row('biomarkers_raw', { source: `scale_${part}`, draw_date: day.slice(0, 10), code }, i),
      ),
  };
}

/** Of each column a value of its type, like those that devices send. */
function row(table: SyncedTableName, key: SyncRow, i: number): SyncRow {
  const columns = Object.entries<string>(SYNCED_TABLES[table].columns).filter(([name]) => name !== 'raw');
  const values = columns.map(([name, type], n) => {
    if (type === 'text')
      return [name, name.endsWith('time') ? `2026-03-01T07:${10 + (i % 50)}:00.000Z` : name];
    return [name, type === 'integer' ? 60 : ((i * 37 + n * 101) % 1_000) / 7];
  });
  return { ...Object.fromEntries(values), ...key, updated_at: CLOCK };
}

/** The pages in which the server sends rows, as it writes them. */
export function pagesOf(rows: Rows): readonly string[] {
  const names = Object.keys(SYNCED_TABLES) as SyncedTableName[];
  const all = names.flatMap((name) => (rows[name] ?? []).map((one) => ({ name, one })));
  const count = Math.ceil(all.length / SYNC_LIMIT_MAX);
  return Array.from({ length: Math.max(1, count) }, (_, i) => {
    const here = all.slice(i * SYNC_LIMIT_MAX, (i + 1) * SYNC_LIMIT_MAX);
    const data = Object.fromEntries(
      names.map((name) => [name, here.filter((found) => found.name === name).map(({ one }) => one)]),
    );
    const isLast = i + 1 >= count;
    const page: SyncPage = {
      data: { ...data, deleted: [] },
      now: CLOCK,
      next_cursor: isLast ? null : `page-${i + 1}`,
      has_more: !isLast,
      ...(isLast ? { asked: [] } : {}),
    };
    return JSON.stringify(page);
  });
}
