import { DatabaseSync } from 'node:sqlite';
import type { Lines } from '../../../cli/src/terminal/layout.ts';
import { renderTable } from '../../../cli/src/terminal/table.ts';

const COLUMNS = [
  ['steps', 'steps', 0],
  ['sleep_minutes', 'sleep, h', 1],
  ['resting_heart_rate', 'resting HR', 0],
  ['heart_rate_variability', 'HRV, ms', 0],
  ['sleep_score', 'sleep score', 0],
  ['recovery_score', 'recovery', 0],
] as const;

const BARS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

type Day = { readonly datetime: string } & Readonly<Record<string, string | number | null>>;

/** The last days of the mirror's `summary`, oldest first. */
export function lastDays(databasePath: string, count: number): readonly Day[] {
  const database = new DatabaseSync(databasePath, { readOnly: true });
  try {
    const names = COLUMNS.map(([column]) => column).join(', ');
    const rows = database
      .prepare(`select datetime, ${names} from summary order by datetime desc limit ?`)
      .all(count);
    return (rows as Day[]).toReversed();
  } finally {
    database.close();
  }
}

/** A row a day, and below it how each value went over all of them: 80 columns hold both, one beside the other not. */
export function renderDays(days: readonly Day[]): Lines {
  const titles = COLUMNS.map(([, title]) => title);
  const rows = days.map((day) => [
    day.datetime,
    ...COLUMNS.map(([column, , decimals]) => shown(shownValue(day, column), decimals)),
  ]);
  const courses = COLUMNS.map(([column, title]) => [
    title,
    sparkline(days.map((day) => shownValue(day, column))),
  ]);
  return [
    ...renderTable(['', ...titles], rows, ['left', ...titles.map(() => 'right' as const)]),
    '',
    ...renderTable(['', `${days.length} days`], courses),
  ];
}

/** One bar a value between the least and the greatest; a gap where nothing is known. */
export function sparkline(values: readonly (number | null)[]): string {
  const known = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...known), Math.max(...known)];
  return values
    .map((value) => {
      if (value === null) return ' ';
      const step = high === low ? 3 : Math.round(((value - low) / (high - low)) * (BARS.length - 1));
      return BARS[step] ?? ' ';
    })
    .join('');
}

function shownValue(day: Day, column: string): number | null {
  const value = day[column];
  if (typeof value !== 'number') return null;
  return column === 'sleep_minutes' ? value / 60 : value;
}

function shown(value: number | null, decimals: number): string {
  return value === null ? '' : value.toFixed(decimals);
}
