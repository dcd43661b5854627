import { DatabaseSync } from 'node:sqlite';
import { SAMPLES_SCHEMA } from '../src/mirror/samples.ts';
import { type Spent, startWatch } from './watch.ts';

export const FIRST_DAY_MS = Date.UTC(2022, 0, 1);
export const DAY_MS = 86_400_000;
/** Of a day: every two minutes, every three, every three, every fifteen. */
const SERIES = { hr: 720, stress: 480, battery: 480, steps: 96 } as const;
/** Samples of a day. */
export const A_DAY = Object.values(SERIES).reduce((sum, count) => sum + count, 0);

/** What a device says of a day, with what it measured inside of it. */
export function dayBody(person: string, day: number) {
  const startMs = FIRST_DAY_MS + day * DAY_MS;
  const series = (count: number, field: string, numberAt: (index: number) => number) =>
    Array.from({ length: count }, (_, index) => ({
      timestamp: `${new Date(startMs + (index * DAY_MS) / count).toISOString().slice(0, 19)}.000000+00:00`,
      [field]: numberAt(index),
    }));
  return {
    type: 'daily',
    user: { user_id: 'terra-1', provider: 'GARMIN', reference_id: person },
    data: [
      {
        metadata: { start_time: `${new Date(startMs).toISOString().slice(0, 19)}.000000+00:00` },
        heart_rate_data: {
          detailed: { hr_samples: series(SERIES.hr, 'bpm', (index) => 50 + ((index * 7) % 90)) },
        },
        stress_data: {
          samples: series(SERIES.stress, 'level', (index) => (index * 11) % 100),
          body_battery_samples: series(SERIES.battery, 'level', (index) => 100 - (index % 95)),
        },
        distance_data: { detailed: { step_samples: series(SERIES.steps, 'steps', (index) => index * 104) } },
      },
    ],
  };
}

/**
 * The least that writing these rows into such tables takes: statements prepared once, one transaction, the rows in the
 * order in which they were measured. Finding the rows is not counted.
 */
export function insertRaw(from: DatabaseSync, path: string, days: number): Spent {
  const into = new DatabaseSync(path);
  for (const statement of SAMPLES_SCHEMA) into.exec(statement);
  const ofDay = from.prepare('select * from samples where time >= ? and time < ? order by metric, time');
  const insert = into.prepare('insert into samples values (?, ?, ?, ?, ?, ?, ?)');
  let spent: Spent = { wallMs: 0, cpuMs: 0 };
  into.exec('begin');
  for (let day = 0; day < days; day += 1) {
    const rows = ofDay.all(dateOf(day), dateOf(day + 1)).map((row) => Object.values(row));
    const since = startWatch();
    for (const row of rows) insert.run(...row);
    spent = sum(spent, since());
  }
  const since = startWatch();
  into.exec('commit');
  spent = sum(spent, since());
  into.close();
  return spent;
}

function sum(a: Spent, b: Spent): Spent {
  return { wallMs: a.wallMs + b.wallMs, cpuMs: a.cpuMs + b.cpuMs };
}

export function dateOf(day: number): string {
  return new Date(FIRST_DAY_MS + day * DAY_MS).toISOString();
}
