import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { needs } from '../../cloud/dev/needs.ts';
import { DIGEST_TABLES } from '../../cloud/src/contract/digest.ts';
import type { SyncRow } from '../../cloud/src/contract/sync.ts';
import { digestsOf } from '../src/mirror/digests.ts';
import { FORM_NUMBER } from '../src/mirror/schema.ts';
import { settingsFor } from './support/amy.ts';
import { type Asked, type FarEnd, farEnd, type Reply } from './support/far-end.ts';
import { digestOf, filledMirror } from './support/filled-mirror.ts';
import { runHere } from './support/in-process.ts';
import { daily, page, row, T1, T2 } from './support/pages.ts';
import { rowsOf } from './support/temporary.ts';

const SCRIPT = fileURLToPath(new URL('../../docs/examples/verify.sh', import.meta.url));

const ROWS = {
  daily_summary: [
    daily('oura', '2026-01-31', { steps: 72.4, hrv_method: 'rmssd' }),
    daily('oura', '2026-02-01', { steps: 9_000, utc_offset_minutes: -90 }),
    daily('whoop', '2026-02-02', { steps: 0.1 + 0.2, strain: -1e-7 }),
  ],
  activities: [
    row('activities', {
      source: 'oura',
      start_time: '2026-02-02T10:00:00Z',
      activity_name: "L'été\u001b\n|",
    }),
  ],
  biomarkers_raw: [
    row('biomarkers_raw', { source: 'terra_lab', draw_date: '2026-02-01', code: 'tsh', value: 1 / 3 }),
  ],
  lab_uploads: [row('lab_uploads', { id: 'u1', storage_key: 'k', uploaded_at: T1 })],
  profiles: [row('profiles', { data: '{"age":41}' })],
} satisfies Partial<Record<(typeof DIGEST_TABLES)[number], SyncRow[]>>;

/** The server of the rows above: it syncs, gives digests made of a file of its own, and rows. */
function answering(now = T1): (asked: Asked) => Reply {
  const server = new DatabaseSync(filledMirror(ROWS));
  return ({ path, query }) => {
    if (path === '/v1/sync') return { body: query.since === undefined ? page(now, ROWS) : page(now, {}) };
    if (path === '/v1/digest') return { body: digestOf(server, now) };
    const of = ROWS[query.table as keyof typeof ROWS] ?? [];
    const date = (one: SyncRow) =>
      String(one.datetime ?? one.start_time ?? one.draw_date ?? one.uploaded_at ?? '');
    const rows = of.filter((one) => date(one).slice(0, 7) === query.month);
    return { body: { rows, now, next_cursor: null, has_more: false } };
  };
}

/** A file that was synced from that server, and what to run against it. */
async function synced(steps = 20) {
  const end: FarEnd = await farEnd(...Array.from({ length: steps }, () => answering()));
  const { env, path } = settingsFor(end.url);
  const verify = (...more: string[]) => runHere(['verify', '--utc', ...more], env);
  expect((await runHere(['sync'], env)).code).toBe(0);
  return {
    verify,
    path,
    asked: () =>
      end.asked.map((one) => `${one.path} ${one.query.table ?? ''} ${one.query.month ?? ''}`.trim()),
  };
}

function change(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

/** Turns the last bit of the first byte where the file has this. */
function flipBit(path: string, placeIn: (bytes: string) => number): void {
  const bytes = readFileSync(path, 'latin1');
  const at = placeIn(bytes);
  expect(at).toBeGreaterThan(0);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.from([bytes.charCodeAt(at) ^ 1]), 0, 1, at);
  closeSync(file);
}

function rowsIn(path: string): Record<string, unknown> {
  return Object.fromEntries(
    DIGEST_TABLES.map((table) => [table, rowsOf(path, `select * from ${table} order by 1, 2`)]),
  );
}

const BY_HAND: readonly (readonly [what: string, sql: string, differed: string])[] = [
  [
    'a value changed by one bit',
    'update daily_summary set steps = 72.40000000000002 where steps = 72.4',
    'daily_summary 2026-01 1 1',
  ],
  ['a row deleted', "delete from daily_summary where source = 'whoop'", 'daily_summary 2026-02 2 1'],
  [
    'a row added',
    "insert into activities (source, start_time, updated_at) values ('me', '2019-05-01', '')",
    'activities 2019-05 0 1',
  ],
  [
    'a row moved to another month',
    "update lab_uploads set uploaded_at = '2020-01-01'",
    'lab_uploads 2020-01 0 1, lab_uploads 2026-03 1 0',
  ],
  ['a second profile', "insert into profiles values ('{}', '')", 'profiles  1 2'],
  ['the profile deleted', 'delete from profiles', 'profiles  1 0'],
];

const difference = z.object({
  table: z.string(),
  month: z.string(),
  server_rows: z.number(),
  file_rows: z.number(),
});

describe('amy verify', () => {
  it('says that the file equals the server, of what, and as of when', async () => {
    const { verify, asked } = await synced();
    expect(await verify()).toMatchObject({
      code: 0,
      stdout: `5 tables, 3 months, 7 rows: equal as of ${T1}.\n`,
    });
    expect(asked()).toEqual(['/v1/sync', '/v1/sync', '/v1/digest']);
    expect(JSON.parse((await verify('--json')).stdout)).toMatchObject({
      equal: true,
      rows: 7,
      differences: [],
    });
  });

  it('finds what was changed, deleted or added by hand, fetches that alone and mends it', async () => {
    const { verify, path, asked } = await synced(40);
    const before = rowsIn(path);
    for (const [what, sql, differed] of BY_HAND) {
      change(path, sql);
      const earlier = asked().length;
      const { code, stdout } = await verify('--json');
      const { differences, equal } = z
        .object({ equal: z.boolean(), differences: z.array(difference) })
        .parse(JSON.parse(stdout));
      expect([what, code, equal]).toEqual([what, 0, true]);
      const told = differences.map((one) => `${one.table} ${one.month} ${one.server_rows} ${one.file_rows}`);
      expect(told.join(', ')).toBe(differed);
      const fetched = asked()
        .slice(earlier)
        .filter((one) => one.startsWith('/v1/digest/rows'));
      expect(fetched).toEqual(
        differences.map(({ table, month }) => `/v1/digest/rows ${table} ${month}`.trim()),
      );
      expect(rowsIn(path)).toEqual(before);
    }
    expect((await verify()).stdout).toMatch(/^5 tables.*: equal as of/);
    expect(
      rowsOf(
        path,
        'select last_verify_at > last_sync_at or last_verify_at = last_sync_at as told from sync_state',
      ),
    ).toEqual([{ told: 1 }]);
  });

  it('finds a bit that was turned in the file, in a row or in an index, and mends it', async () => {
    const { verify, path } = await synced();
    const before = rowsIn(path);
    // 72.4, as SQLite stores a real.
    const real = Buffer.alloc(8);
    real.writeDoubleBE(72.4);
    flipBit(path, (bytes) => bytes.indexOf(real.toString('latin1')));
    const mended = await verify();
    expect(mended.stdout).toMatch(
      /^differed +month +rows there +rows here +now\ndaily_summary +2026-01 +1 +1 +mended\n\n5 tables/,
    );
    expect(rowsIn(path)).toEqual(before);
    // In an index a date stands without its source before it.
    flipBit(path, (bytes) => bytes.search(/(?<!oura)2026-01-31/));
    const anew = 'The indexes of the file did not fit its rows; they were made anew.\n5 tables';
    expect((await verify()).stdout).toContain(anew);
    expect((await verify()).stdout).toMatch(/^5 tables/);
    expect(rowsIn(path)).toEqual(before);
  });

  it('does not touch the indexes of a file of a newer amy', async () => {
    const { verify, path } = await synced();
    change(path, `update sync_state set schema_version = '${FORM_NUMBER + 1}.of-then'`);
    flipBit(path, (bytes) => bytes.search(/(?<!oura)2026-01-31/));
    const before = readFileSync(path);
    expect(await verify()).toMatchObject({ code: 1, stderr: expect.stringContaining('update amy') });
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('says so, ends with 1 and leaves the rows as they are where what is fetched is not what the digest is of', async () => {
    const { env, path } = await (async () => {
      const wrong = answering();
      const end = await farEnd(
        ...Array.from(
          { length: 9 },
          () => (asked: Asked) =>
            asked.path === '/v1/digest/rows'
              ? { body: { rows: [], now: T1, next_cursor: null, has_more: false } }
              : wrong(asked),
        ),
      );
      return settingsFor(end.url);
    })();
    await runHere(['sync'], env);
    change(path, 'update daily_summary set steps = 1 where steps = 72.4');
    const before = rowsIn(path);
    const ended = await runHere(['verify'], env);
    expect(rowsIn(path)).toEqual(before);
    expect(rowsOf(path, 'select last_verify_at from sync_state')).toEqual([{ last_verify_at: null }]);
    expect(ended).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/still differs\n\n5 tables, 3 months, 7 rows: not equal as of/),
      stderr: expect.stringContaining('1 month could not be mended'),
    });
  });

  it('begins anew where the server moves on meanwhile, and gives up where it does all the while', async () => {
    const [first, second] = [answering(T1), answering(T2)];
    const end = await farEnd(first, first, second, second, second);
    const { env } = settingsFor(end.url);
    await runHere(['sync'], env);
    expect(await runHere(['verify', '--utc'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(T2),
    });
    const moving = await farEnd(first, ...Array.from({ length: 3 }, () => [first, second]).flat());
    const other = settingsFor(moving.url).env;
    await runHere(['sync'], other);
    expect(await runHere(['verify', '--json'], other)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('server_moving'),
    });
  });

  it('does not compare with a server of another version', async () => {
    const older = { status: 404, body: { error: { code: 'not_found', message: '', request_id: 'r' } } };
    const strange = answering();
    const end = await farEnd(strange, strange, older, strange, (asked) => {
      const { body } = strange(asked);
      return { body: JSON.parse(JSON.stringify(body).replace('"source","datetime"', '"datetime","source"')) };
    });
    const { env } = settingsFor(end.url);
    await runHere(['sync'], env);
    for (let i = 0; i < 2; i += 1) {
      const { code, stderr } = await runHere(['verify', '--json'], env);
      expect([code, JSON.parse(stderr).error.code]).toEqual([1, 'other_version']);
    }
  });
});

const hasSqlite = spawnSync('sqlite3', ['--version']).status === 0;

describe('docs/examples/verify.sh', () => {
  it(
    'makes the same digests with sqlite3 and sha256sum alone',
    needs('sqlite3', hasSqlite, 'apt-get install sqlite3'),
    () => {
      const path = filledMirror(ROWS);
      const database = new DatabaseSync(path, { readOnly: true });
      for (const table of DIGEST_TABLES) {
        for (const { month, rows, sha256 } of digestsOf(database, table)) {
          const said = execFileSync('sh', [SCRIPT, path, table, month], { encoding: 'utf8' });
          expect([table, month, said]).toEqual([table, month, `${rows} ${sha256}\n`]);
        }
      }
      database.close();
      expect(spawnSync('sh', [SCRIPT, path, 'users']).status).toBe(2);
    },
  );
});
