import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { describe, expect, it, vi } from 'vitest';
import { csvLine } from '../src/export/csv.ts';
import { writeNewFolder } from '../src/export/new-folder.ts';
import { openParquet } from '../src/export/parquet.ts';
import { EXPORT_ROW_GROUP } from '../src/limits.ts';
import { EXPORTED_TABLES } from '../src/mirror/export-tables.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { runHere } from './support/in-process.ts';
import { daily, row } from './support/pages.ts';
import { labResult } from './support/person-with-days.ts';
import { rowsOf, temporaryFolder } from './support/temporary.ts';

const NAMES = EXPORTED_TABLES.map(({ name }) => name);

/** By the clock of Tokyo, where the person is, 1 March has begun. */
const NOW = new Date('2026-02-28T16:00:00Z');

const ROWS = {
  daily_summary: [
    daily('oura', '2026-02-27', { steps: 7_000 }),
    daily('oura', '2026-02-28', { steps: 8_000.5, hrv_method: 'rmssd', utc_offset_minutes: -60 }),
    daily('garmin', '2026-02-28', { steps: 8_500 }),
  ],
  activities: [
    row('activities', {
      source: 'garmin',
      start_time: '2026-02-27T23:30:00.000Z',
      utc_offset_minutes: 60,
      activity_name: '=SUM(A1)',
      duration: 600,
      raw: '{"all":"of it"}',
    }),
  ],
  sleep_sessions: [
    row('sleep_sessions', {
      source: 'oura',
      start_time: '2026-02-27T22:00:00.000Z',
      end_time: '2026-02-28T06:00:00.000Z',
    }),
  ],
  biomarkers_raw: [
    labResult('glucose', { value: 90.25, draw_date: '2026-02-28' }),
    labResult('unmatched:a "b", c', { value: null, value_text: '-5', draw_date: '2026-01-10' }),
  ],
  profiles: [row('profiles', { data: JSON.stringify({ sex: 'female', timezone: 'Asia/Tokyo' }) })],
};

const PYTHON = process.env.AMY_PYTHON ?? 'python3';
/** No machine has both by itself, so that the test of the writer's own family's reader goes on with these where they are. */
const HAS_READERS =
  'import importlib.util as u; exit(not (u.find_spec("pyarrow") and u.find_spec("duckdb")))';
const hasOtherReaders = spawnSync(PYTHON, ['-c', HAS_READERS]).status === 0;

async function exported(format: string, path: string, ...argv: string[]) {
  const out = join(temporaryFolder(), 'mine');
  const answer = await runHere(['export', format, '--db', path, '--out', out, '--json', ...argv], {});
  expect(answer).toMatchObject({ code: 0, stderr: '' });
  return { out, told: JSON.parse(answer.stdout) };
}

const linesOf = (folder: string, name: string) =>
  readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1);

/** What the file itself says, in the order and with the columns of the export. */
function expectedRows(path: string, table: (typeof EXPORTED_TABLES)[number]) {
  const columns = Object.keys(table.columns).map((column) => `"${column}"`);
  const where = table.where === undefined ? '' : `where ${table.where}`;
  return rowsOf(path, `select ${columns.join(', ')} from ${table.name} ${where} order by ${table.order}`);
}

/** What pyarrow and DuckDB read of the files, and whether that is the same. */
function readByOthers(out: string): unknown {
  const script = `
import duckdb, json, pyarrow.parquet, sys
def read(path):
  found = pyarrow.parquet.read_table(path).to_pylist()
  asked = duckdb.sql(f"select * from '{path}'").fetchall()
  return {'rows': found, 'alike': asked == [tuple(row.values()) for row in found]}
print(json.dumps([read(path) for path in sys.argv[1:]]))`;
  const files = NAMES.map((name) => join(out, `${name}.parquet`));
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', script, ...files], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

describe('amy export', () => {
  it('writes every table whole, as lines of JSON, and says of each how many rows and bytes', async () => {
    const path = filledMirror(ROWS);
    const { out, told } = await exported('ndjson', path);
    expect(readdirSync(out).toSorted()).toEqual(NAMES.map((name) => `${name}.ndjson`).toSorted());
    expect(statSync(out).mode & 0o777).toBe(0o700);
    expect(told).toMatchObject({ format: 'ndjson', path: out, from: null });
    for (const [index, table] of EXPORTED_TABLES.entries()) {
      const rows = linesOf(out, `${table.name}.ndjson`).map((line) => JSON.parse(line));
      expect(rows).toEqual(expectedRows(path, table));
      const file = join(out, `${table.name}.ndjson`);
      expect(told.files[index]).toEqual({ path: file, rows: rows.length, bytes: statSync(file).size });
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
    expect(told.files[0].rows).toBe(2);
  });

  it('explains every column that it writes, and no other', async () => {
    const { out } = await exported('ndjson', filledMirror({}));
    const told = linesOf(out, 'data_dictionary.ndjson').map((line) => JSON.parse(line));
    expect(told.map(({ table_name, column_name }) => `${table_name}.${column_name}`).toSorted()).toEqual(
      EXPORTED_TABLES.flatMap(({ name, columns }) =>
        Object.keys(columns).map((one) => `${name}.${one}`),
      ).toSorted(),
    );
  });

  it('writes CSV that a spreadsheet shows and does not run', async () => {
    const { out } = await exported('csv', filledMirror(ROWS));
    const [head = '', first = ''] = linesOf(out, 'activities.csv');
    expect(head).toMatch(/^source,start_time,end_time,activity_name,distance,duration,/);
    expect(first).toMatch(/^garmin,2026-02-27T23:30:00\.000Z,,'=SUM\(A1\),,600,,/);
    expect(linesOf(out, 'biomarkers_raw.csv')[1]).toContain(
      'terra_lab,2026-01-10,"unmatched:a ""b"", c",,mg/dL,70,99,,-5,',
    );
    expect(linesOf(out, 'daily_summary.csv')[3]).toMatch(/^oura,2026-02-28,8000\.5,.*,rmssd,-60,/);
  });

  it.each([
    [['+1', '-5', '-.5', '-0.25'], '+1,-5,-.5,-0.25'],
    [['+49 170', '-', '@a', '\tb', '=1'], "'+49 170,'-,'@a,'\tb,'=1"],
    [['-1+cmd', '=1,2', "it's", '\r=1'], '\'-1+cmd,"\'=1,2",it\'s,"\'\r=1"'],
    [[null, '', 'a\r\nb', -1], ',"","a\r\nb",-1'],
  ])('makes of %j the line %j', (cells, line) => {
    expect(csvLine(cells)).toBe(line);
  });

  it('writes Parquet with the types of the columns, which another reader reads back value by value', async () => {
    const path = filledMirror(ROWS);
    const { out, told } = await exported('parquet', path);
    const types: Record<string, string> = { text: 'BYTE_ARRAY', real: 'DOUBLE', integer: 'INT64' };
    for (const [index, table] of EXPORTED_TABLES.entries()) {
      expect(statSync(join(out, `${table.name}.parquet`)).mode & 0o777).toBe(0o600);
      const file = await asyncBufferFromFile(join(out, `${table.name}.parquet`));
      const { schema, num_rows } = await parquetMetadataAsync(file);
      expect(schema.slice(1).map(({ name, type }) => [name, type])).toEqual(
        Object.entries(table.columns).map(([name, type]) => [name, types[type]]),
      );
      for (const { type, converted_type, repetition_type } of schema.slice(1)) {
        expect(repetition_type).toBe('OPTIONAL');
        expect(converted_type).toBe(type === 'BYTE_ARRAY' ? 'UTF8' : undefined);
      }
      const rows = await parquetReadObjects({ file });
      const numbered = rows.map((one) =>
        Object.fromEntries(
          Object.entries(one).map(([name, value]) => [
            name,
            typeof value === 'bigint' ? Number(value) : value,
          ]),
        ),
      );
      expect(numbered).toEqual(expectedRows(path, table));
      expect([num_rows, told.files[index].rows]).toEqual([BigInt(rows.length), rows.length]);
    }
    if (!hasOtherReaders) return;
    const alike = EXPORTED_TABLES.map((table) => ({ rows: expectedRows(path, table), alike: true }));
    expect(readByOthers(out)).toEqual(alike);
  });

  it('writes more rows than one group of Parquet has', async () => {
    const path = join(temporaryFolder(), 'many.parquet');
    const file = openParquet(path, {
      name: 'many',
      columns: { n: 'integer', half: 'real' },
      date: null,
      order: 'n',
    });
    const count = EXPORT_ROW_GROUP + 1;
    for (let n = 0; n < count; n++) file.row([n, n % 2 === 0 ? n / 2 : null]);
    file.close();
    const read = await asyncBufferFromFile(path);
    expect((await parquetMetadataAsync(read)).row_groups).toHaveLength(2);
    const rows = await parquetReadObjects({ file: read, rowStart: count - 2, rowEnd: count });
    expect(rows).toEqual([
      { n: BigInt(count - 2), half: null },
      { n: BigInt(count - 1), half: (count - 1) / 2 },
    ]);
  });

  it('writes the last days by the clock of the person, each row by its own date there', async () => {
    vi.useFakeTimers({ now: NOW, toFake: ['Date'] });
    const path = filledMirror(ROWS);
    const rowsOfDays = async (days: string) => {
      const { told } = await exported('csv', path, '--days', days);
      const counts = told.files.map(({ rows }: { rows: number }, index: number) => [NAMES[index], rows]);
      return { ...Object.fromEntries(counts), from: told.from };
    };
    const none = { summary: 0, daily_summary: 0, activities: 0, sleep_sessions: 0, biomarkers_raw: 0 };
    expect(await rowsOfDays('1')).toMatchObject({ ...none, from: '2026-03-01', profiles: 1 });
    expect(await rowsOfDays('2')).toMatchObject({
      from: '2026-02-28',
      summary: 1,
      daily_summary: 2,
      activities: 1,
      activities_merged: 1,
      sleep_sessions: 1,
      biomarkers_raw: 1,
      profiles: 1,
    });
    vi.useRealTimers();
  });

  it('goes into a folder of the day where one is, whole or not at all, and overwrites nothing', async () => {
    const path = filledMirror(ROWS);
    const folder = temporaryFolder();
    vi.stubEnv('npm_lifecycle_event', 'amy');
    vi.stubEnv('INIT_CWD', folder);
    const answer = await runHere(['export', 'csv', '--db', path], {});
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    const [name = 'nothing'] = readdirSync(folder);
    expect(readdirSync(folder)).toHaveLength(1);
    expect(name).toMatch(/^amy-export-\d{4}-\d\d-\d\d$/);
    expect(answer.stdout).toMatch(/Saved in \S+amy-export-\S+:\n\nfile +rows +size\nsummary\.csv +2 +/);
    const shown = ['export', 'csv', '--db', path, '--out', join(temporaryFolder(), 'shown')];
    expect((await runHere(shown, {}, { columns: 80 })).stderr).toContain('writing csv ...');
    const again = await runHere(['export', 'csv', '--db', path], {});
    expect(again).toMatchObject({ code: 1, stdout: '' });
    expect(again.stderr).toContain('overwrites nothing; name another folder with --out');
    const file = join(folder, 'file');
    writeFileSync(file, 'mine');
    expect((await runHere(['export', 'csv', '--db', path, '--out', file], {})).stderr).toContain('is a file');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    expect((await runHere(['export', 'csv', '--db', path, '--out', empty], {})).code).toBe(0);
    const nowhere = await runHere(['export', 'csv', '--db', path, '--out', join(file, 'in')], {});
    expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot write') });
    const cut = () =>
      writeNewFolder(join(folder, 'cut'), async (inside) => {
        writeFileSync(join(inside, 'half'), 'of it');
        throw new Error('ENOSPC: no space left on device, write');
      });
    await expect(cut()).rejects.toThrow(`cannot write ${join(folder, 'cut')}: no space left on device`);
    expect(readdirSync(folder).toSorted()).toEqual([name, 'empty', 'file'].toSorted());
  });

  it.each(['0', '1.5', 'all', '36501'])('refuses --days %s', async (days) => {
    const answer = await runHere(['export', 'csv', '--days', days], {});
    expect(answer).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('from 1 to 36500, such as --days 90'),
    });
  });

  it('says what to do where nothing was synced yet, and which formats there are', async () => {
    const absent = await runHere(['export', 'csv', '--db', join(temporaryFolder(), 'none.sqlite')], {});
    expect(absent).toMatchObject({ code: 1, stderr: expect.stringContaining('run `amy sync`') });
    expect((await runHere(['export', 'xml'], {})).stderr).toContain('csv, ndjson, parquet');
  });
});
