import { renderCounted } from './counts.ts';

/** What a row of a table is to a person. The mirror's tables keep their names, since people query them. */
const NOUNS: Readonly<Record<string, readonly [one: string, many: string]>> = {
  daily_summary: ['day', 'days'],
  activities: ['activity', 'activities'],
  sleep_sessions: ['sleep', 'sleeps'],
  biomarkers_raw: ['measurement', 'measurements'],
  lab_uploads: ['lab report', 'lab reports'],
  profiles: ['profile', 'profiles'],
};

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
