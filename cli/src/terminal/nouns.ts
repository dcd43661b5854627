import { renderCounted } from './counts.ts';

/** What a row of a table, or a file, is to a person. The mirror's tables keep their names, since people query them. */
const NOUNS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  daily_summary: ['day', 'days'],
  activities: ['activity', 'activities'],
  sleep_sessions: ['sleep', 'sleeps'],
  biomarkers_raw: ['measurement', 'measurements'],
  lab_uploads: ['lab report', 'lab reports'],
  profiles: ['profile', 'profiles'],
  raw_events: ['delivery as it came', 'deliveries as they came'],
  terra_connections: ['connection', 'connections'],
  r2_lab_reports: ['file of a lab report', 'files of lab reports'],
  imports: ['import', 'imports'],
  sessions: ['sign-in', 'sign-ins'],
  users: ['account', 'accounts'],
};

/** What an erasure deleted, one thing a line; what only Amy itself needed is one number. */
export function renderDeleted(deleted: Readonly<Record<string, number>>): readonly string[] {
  const named = Object.entries(NOUNS).flatMap(([table, [one, many]]) => {
    const count = deleted[table] ?? 0;
    return count === 0 ? [] : [renderCounted(count, one, many)];
  });
  const others = Object.entries(deleted)
    .filter(([table]) => NOUNS[table] === undefined)
    .reduce((sum, [, count]) => sum + count, 0);
  return others === 0 ? named : [...named, `${renderCounted(others, 'record')} that Amy kept about these`];
}

/** What a request of an import asks for, and what comes of it. */
const RESOURCES: Readonly<Record<string, string>> = {
  daily: 'days',
  activity: 'activities',
  sleep: 'sleep',
  body: 'measurements',
};

export function nameOfResource(resource: string): string {
  return RESOURCES[resource] ?? resource;
}

/** `28 days, 3 sleeps, 1 lab report`: what there is of each table; empty where there is nothing. */
export function renderRows(rows: Readonly<Record<string, number>>): string {
  return Object.entries(rows)
    .filter(([, count]) => count > 0)
    .map(([table, count]) => {
      const [one, many] = NOUNS[table] ?? [`row of ${table}`, `rows of ${table}`];
      return renderCounted(count, one, many);
    })
    .join(', ');
}
