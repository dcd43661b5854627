import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { needs } from '../../cloud/dev/needs.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { daily, row } from './support/pages.ts';
import { rowsOf } from './support/temporary.ts';

// An older SQLite takes its time for the composites, and more where other work shares the machine.
vi.setConfig({ testTimeout: 120_000 });

const BETWEEN = '--------';

/** Readers other than Node, where this machine has them. */
const READERS: readonly {
  name: string;
  command: string;
  version: string[];
  /** Of one run for all statements: each answer is a JSON array or nothing, and a line of `BETWEEN` stands between two. */
  read: (path: string, statements: readonly string[]) => string[];
}[] = [
  {
    name: 'sqlite3',
    command: '/usr/bin/sqlite3',
    version: ['--version'],
    read: (path, statements) => [
      '-readonly',
      '-json',
      path,
      ...statements.flatMap((sql, index) => (index === 0 ? [sql] : [`.print ${BETWEEN}`, sql])),
    ],
  },
  {
    name: 'python3',
    command: 'python3',
    version: ['-c', 'import sqlite3; print(sqlite3.sqlite_version)'],
    read: (path, statements) => [
      '-c',
      `import json, sqlite3, sys
database = sqlite3.connect(sys.argv[1])
database.row_factory = sqlite3.Row
answers = [json.dumps([dict(row) for row in database.execute(sql)]) for sql in sys.argv[2:]]
print("\\n${BETWEEN}\\n".join(answers))`,
      path,
      ...statements,
    ],
  },
];

describe.each(READERS)('a mirror read by $name', ({ name, command, version, read }) => {
  const present = spawnSync(command, version).status === 0;

  it('gives the same tables and views', needs(name, present, `apt-get install ${name}`), () => {
    const path = filledMirror({
      daily_summary: Array.from({ length: 40 }, (_, day) =>
        daily(
          day % 3 === 0 ? 'oura' : 'whoop',
          new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10),
          {
            steps: 5000 + day * 37,
            sleep_minutes: 400 + (day % 11),
            resting_heart_rate: 50 + (day % 5),
            bed_time: '2026-01-05T22:30:00.000Z',
            utc_offset_minutes: 60,
          },
        ),
      ),
      activities: [
        row('activities', {
          source: 'oura',
          start_time: '2026-01-05T18:42:00.000Z',
          end_time: '2026-01-05T20:00:00.250Z',
          utc_offset_minutes: 780,
        }),
      ],
      sleep_sessions: [
        row('sleep_sessions', {
          source: 'oura',
          start_time: '2026-01-05T22:30:00',
          end_time: '2026-01-06T06:30:00',
        }),
      ],
      biomarkers_raw: [
        row('biomarkers_raw', {
          source: 'terra_lab',
          draw_date: '2026-01-05',
          code: 'tsh',
          value: 2.5,
          canonical: 1,
        }),
      ],
    });
    const names = rowsOf(path, `select name from sqlite_schema where type in ('table', 'view')`);
    expect(names.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'summary',
        'summary_composites',
        'biomarkers_wide',
        'sleep_local',
        'coverage',
        'population',
      ]),
    );
    // A row for each day of four years: told by how many there are.
    const statements = names.map(({ name }) =>
      name === 'coverage'
        ? 'select source, metric, state, count(*) as days, min(datetime) as first from coverage group by 1, 2, 3'
        : `select * from "${name}" order by 1, 2`,
    );
    const output = execFileSync(command, read(path, statements), {
      encoding: 'utf8',
      maxBuffer: 64_000_000,
    });
    const answers = output.split(`${BETWEEN}\n`);
    expect(answers).toHaveLength(statements.length);
    statements.forEach((sql, index) => {
      const found = (answers[index] ?? '').trim();
      expectAlike(found === '' ? [] : JSON.parse(found), rowsOf(path, sql));
    });
  });
});

/** Equal, but for the last digits in which versions of SQLite print and sum differently. */
function expectAlike(found: unknown, wanted: unknown): void {
  const rounded = (value: unknown) =>
    JSON.parse(JSON.stringify(value), (_key, part) =>
      typeof part === 'number' ? Number(part.toPrecision(10)) : part,
    );
  expect(rounded(found)).toEqual(rounded(wanted));
}
