import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { strFromU8, unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { saveFile } from '../src/commands/save-file.ts';
import { openCsv } from '../src/export/csv.ts';
import { writeBundle } from '../src/export/export-fhir.ts';
import { writeTables } from '../src/export/export-tables.ts';
import { giveNewName, writeNewFile } from '../src/export/new-folder.ts';
import { TABLES_IN_WORDS } from '../src/for-doctor/contents-part.ts';
import { writeDoctorZip } from '../src/for-doctor/doctor-zip.ts';
import { writeZip } from '../src/for-doctor/zip-file.ts';
import { EXPORT_ROWS_AT_ONCE, ZIP_PIECE_BYTES } from '../src/limits.ts';
import { readMirrorCopy } from '../src/mirror/current-mirror.ts';
import { EXPORTED_TABLES } from '../src/mirror/export-tables.ts';
import { FIGURES } from '../src/report/figures.ts';
import { watchInterrupts } from '../src/terminal/interrupts.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { HOSTILE, RAW } from './support/hostile.ts';
import { runHere } from './support/in-process.ts';
import { daily, row } from './support/pages.ts';
import { daysOf, LAST_DAY, labResult, only } from './support/person-with-days.ts';
import { rowsOf, temporaryFolder } from './support/temporary.ts';

const PYTHON = process.env.AMY_PYTHON ?? 'python3';
/** Not every machine has it: the test of our own reader's word goes on with it where it is. */
const hasPython = spawnSync(PYTHON, ['-c', 'import zipfile']).status === 0;

/** Not at the hour by which files in a zip are dated. */
const MORNING = new Date(`${LAST_DAY}T08:15:00Z`);

const FROM = '2026-01-31';

const body = (code: string, date: string, value: number, unit: string) =>
  row('biomarkers_raw', { source: 'withings_body', draw_date: date, code, value, unit });

const ROWS = {
  daily_summary: [
    ...only(
      daysOf('oura', 40, (back) => (back < 5 ? { steps: null } : {})),
      'steps',
      'heart_rate_variability',
      'hrv_method',
      'sleep_minutes',
    ),
    ...only(daysOf('garmin', 9), 'steps'),
    daily('<b>ring</b>', '2026-02-20', { spo2: 96.5 }),
    daily('<b>ring</b>', '2026-02-22', { spo2: 97, steps: 7_000 }),
    daily('whoop', '2026-01-30', { strain: 12 }),
  ],
  activities: [
    row('activities', {
      source: 'garmin',
      start_time: '2026-02-20T17:00:00.000Z',
      utc_offset_minutes: 60,
      duration: 2_700,
    }),
  ],
  biomarkers_raw: [
    labResult('glucose', { value: 104 }),
    labResult('glucose', { value: 90, draw_date: '2025-11-10' }),
    labResult('crp', { value: 0.3, operator: '<', unit: 'mg/L', ref_low: null, ref_high: 5 }),
    labResult('unmatched:<b>Borrelia</b>', {
      value: null,
      value_text: 'not <i>found</i>',
      unit: null,
      ref_low: null,
      ref_high: null,
      specimen: 'serum',
    }),
    body('weight', '2026-02-14', 70.2, 'kg'),
    body('weight', '2026-02-21', 69.8, 'kg'),
    body('weight', '2026-01-21', 71, 'kg'),
  ],
  profiles: [row('profiles', { data: JSON.stringify({ age: 41, sex: 'female', timezone: 'Asia/Tokyo' }) })],
};

beforeEach(() => {
  vi.useFakeTimers({ now: MORNING, toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

async function exported(path: string, format: string, ...argv: string[]) {
  const out = join(temporaryFolder(), 'out');
  const command = format === 'report' ? ['report'] : ['export', format];
  const answer = await runHere([...command, '--db', path, '--out', out, '--json', ...argv], {});
  expect(answer).toMatchObject({ code: 0, stderr: '' });
  return { out, told: JSON.parse(answer.stdout) };
}

async function zipOf(path: string, ...argv: string[]) {
  const { out, told } = await exported(path, 'doctor', ...argv);
  const files = unzipSync(readFileSync(out));
  const page = strFromU8(files['README.html'] ?? new Uint8Array());
  return { out, told, files, page };
}

function textOf(markup: string): string {
  return markup
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ')
    .trim();
}

/** The cells of every row of the page's tables. */
function rowsOfPage(page: string): readonly (readonly string[])[] {
  return [...page.matchAll(/<tr role="row">(.*?)<\/tr>/gs)].map(([, cells = '']) =>
    [...cells.matchAll(/<t[hd] [^>]*>(.*?)<\/t[hd]>/gs)].map(([, cell = '']) => textOf(cell)),
  );
}

/** Name, date and SHA-256 of every file, as Python reads them. */
function readByPython(path: string): unknown {
  const script = `
import hashlib, json, sys, zipfile
zip = zipfile.ZipFile(sys.argv[1])
assert zip.testzip() is None
print(json.dumps([[i.filename, list(i.date_time), hashlib.sha256(zip.read(i)).hexdigest()] for i in zip.infolist()]))`;
  const { stdout, stderr } = spawnSync(PYTHON, ['-c', script, path], { encoding: 'utf8' });
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

/** How often anything else had its turn while `work` ran. */
async function turnsOf(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let next = setImmediate(count);
  function count() {
    turns += 1;
    next = setImmediate(count);
  }
  await work();
  clearImmediate(next);
  return turns;
}

describe('amy export doctor', () => {
  it('holds byte for byte what the commands write for the same days, and the same bytes each time', async () => {
    const path = filledMirror(ROWS);
    const { out, told, files } = await zipOf(path, '--days', '30');
    const days = ['--days', '30'];
    const [report, fhir, csv] = [
      await exported(path, 'report', ...days),
      await exported(path, 'fhir', ...days),
      await exported(path, 'csv', ...days),
    ];
    const tables = EXPORTED_TABLES.map(({ name }) => `${name}.csv`);
    const expected = [
      ['report.html', report.out],
      ['fhir-bundle.json', fhir.out],
      ...tables.map((name) => [`csv/${name}`, join(csv.out, name)]),
    ];
    expect(Object.keys(files)).toEqual(['README.html', ...expected.map(([name]) => name)]);
    for (const [name = '', file = ''] of expected)
      expect([name, Buffer.from(files[name] ?? []).equals(readFileSync(file))]).toEqual([name, true]);
    expect(told).toMatchObject({ format: 'doctor', path: out, from: FROM, to: LAST_DAY });
    expect(told.files).toEqual([{ path: out, rows: 13, bytes: statSync(out).size }]);
    expect(told.parts.map(({ name, bytes }: { name: string; bytes: number }) => [name, bytes])).toEqual(
      Object.entries(files).map(([name, bytes]) => [name, bytes.length]),
    );
    expect(told.parts[1].rows).toBeNull();
    expect(told.parts[2].rows).toBe(fhir.told.files[0].rows);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const again = await zipOf(path, '--days', '30');
    expect(readFileSync(again.out).equals(readFileSync(out))).toBe(true);
    if (!hasPython) return;
    const hashed = Object.entries(files).map(([name, bytes]) => [
      name,
      [2026, 3, 1, 12, 0, 0],
      createHash('sha256').update(bytes).digest('hex'),
    ]);
    expect(readByPython(out)).toEqual(hashed);
  });

  it('counts on its page what the file itself says', async () => {
    const path = filledMirror(ROWS);
    const { page, told } = await zipOf(path, '--days', '30');
    const rows = rowsOfPage(page);
    const between = `datetime between '${FROM}' and '${LAST_DAY}'`;
    for (const { column, name } of Object.values(FIGURES)) {
      const [all] = rowsOf(path, `select count(${column}) as days from summary where ${between}`);
      const each = rowsOf(
        path,
        `select source || ': ' || count(${column}) || iif(count(${column}) = 1, ' day', ' days') as told
         from daily_summary where ${between} group by source having count(${column}) > 0 order by count(${column}) desc`,
      );
      const count = Number(all?.days);
      const missing = 30 - count === 1 ? '1 day' : `${30 - count} days`;
      const found = rows.find(([first]) => first === name);
      expect([name, found?.toSpliced(1, 1)]).toEqual([
        name,
        count === 0
          ? undefined
          : [name, `${count} of 30 days`, missing, each.map((one) => one.told).join(' ')],
      ]);
    }
    const sources = rowsOf(
      path,
      `select source, count(*) || ' of 30 days' as days from daily_summary where ${between} group by 1 order by 1`,
    );
    for (const { source, days } of sources) expect(rows.find(([first]) => first === source)?.[1]).toBe(days);
    expect(sources).toHaveLength(3);
    expect(rows).toContainEqual(['Weight', 'kg', '2 of 30 days', 'withings: 2 days']);
    expect(rows).toContainEqual([
      'Heart rate variability',
      'ms, RMSSD',
      '30 of 30 days',
      '0 days',
      'oura: 30 days',
    ]);
    for (const { name, rows: count } of told.parts.slice(1))
      expect(rows.find(([first]) => first === name)?.[2]).toBe(count === null ? '' : String(count));
    const text = textOf(page);
    expect(text).toContain('From 31 Jan 2026 to 1 Mar 2026, dates in the time zone Asia/Tokyo.');
    expect(text).toContain('By their own profile: 41 years old, sex: female.');
    expect(text).toContain('Of these days nothing is known about: sleep score,');
    expect(text).toContain('Workouts recorded: 1 (garmin 1).');
    expect(text).toContain('no diagnosis');
  });

  it('tells results with their ranges, and shows names as text', async () => {
    const path = filledMirror({
      ...ROWS,
      daily_summary: ['<b>ring</b>', HOSTILE].map((source) => daily(source, LAST_DAY, { steps: 1 })),
    });
    const { page } = await zipOf(path, '--days', '30');
    const results = rowsOfPage(page).filter(([date]) => date === '2026-02-10');
    expect(results).toEqual([
      ['2026-02-10', 'CRP', '< 0.3 mg/L', 'up to 5 mg/L'],
      ['2026-02-10', 'Glucose', '104 mg/dL ▲ 5 mg/dL above the laboratory’s range', '70 to 99 mg/dL'],
      ['2026-02-10', '<b>Borrelia</b> (serum)', 'not <i>found</i>', 'none printed'],
    ]);
    const text = textOf(page);
    expect(text).toContain('1 earlier result, the latest of 10 Nov 2025, stands in report.html alone');
    expect(page).not.toMatch(/<[bi]>|<script|https?:|\sstyle=/);
    expect(page).not.toMatch(RAW);
    expect(text).toContain('<b>ring</b>');
  });

  it('says of an empty file that nothing is known, and of a person without labs that there are none', async () => {
    const { page, files } = await zipOf(filledMirror({}));
    const text = textOf(page);
    expect(text).toContain('Data for a doctor: 90 days');
    expect(text).toContain('Their profile says neither age nor sex.');
    expect(text).toContain('No device told anything of these 90 days.');
    expect(text).toContain('No scale and no cuff measured anything');
    expect(text).toContain('The person’s data has no laboratory result at all.');
    expect(Object.keys(files)).toHaveLength(13);
    const old = filledMirror({
      biomarkers_raw: [labResult('glucose', { value: 90, draw_date: '2025-11-10' })],
    });
    expect(textOf((await zipOf(old)).page)).toContain(
      'There is no laboratory result of these days. 1 earlier result, the latest of 10 Nov 2025',
    );
  });

  it('keeps no sync waiting, whatever it is at', async () => {
    const path = filledMirror({ daily_summary: only(daysOf('oura', 3), 'steps') });
    const other = new DatabaseSync(path, { timeout: 0 });
    const steps: Record<string, boolean> = {};
    const onStep = (what: string) => {
      try {
        other.exec('update daily_summary set steps = steps');
        steps[what] = true;
      } catch {
        steps[what] = false;
      }
    };
    const order = { days: 7, now: MORNING, timeZone: 'UTC', version: '0.1.0', onStep };
    await writeDoctorZip(path, join(temporaryFolder(), 'one.zip'), order);
    other.close();
    expect(steps).toMatchObject({
      'reading your data': true,
      'writing the FHIR file': true,
      'writing the tables': true,
      'drawing the report': true,
      'packing them': true,
    });
  });

  it('gives Ctrl-C a turn again and again, in each of its steps', async () => {
    const path = filledMirror({ daily_summary: only(daysOf('oura', 2_600), 'steps') });
    const folder = temporaryFolder();
    const facts = { from: null, now: MORNING, version: '0.1.0' };
    const rows = await turnsOf(() =>
      readMirrorCopy(path, (database) => writeBundle(database, join(folder, 'bundle'), facts)),
    );
    expect(rows).toBeGreaterThanOrEqual(Math.floor(2_600 / EXPORT_ROWS_AT_ONCE));
    const format = { ending: 'csv', open: openCsv };
    const tables = await turnsOf(() =>
      readMirrorCopy(path, (database) => writeTables(database, format, folder, null)),
    );
    // Days and their summary, and each table after another.
    expect(tables).toBeGreaterThanOrEqual(
      2 * Math.floor(2_600 / EXPORT_ROWS_AT_ONCE) + EXPORTED_TABLES.length,
    );
    writeFileSync(join(folder, 'large'), Buffer.alloc(5 * ZIP_PIECE_BYTES));
    const packed = await turnsOf(() => writeZip(join(folder, 'zip'), folder, ['large'], LAST_DAY));
    expect(packed).toBeGreaterThanOrEqual(5);
  });

  it('has words for every table', () => {
    expect(Object.keys(TABLES_IN_WORDS)).toEqual(EXPORTED_TABLES.map(({ name }) => name));
  });

  it('has a name of the day where none is given, overwrites nothing, and refuses days that no report has', async () => {
    const path = filledMirror({});
    const folder = temporaryFolder();
    vi.stubEnv('npm_lifecycle_event', 'amy');
    vi.stubEnv('INIT_CWD', folder);
    const out = join(folder, `amy-export-${LAST_DAY}.doctor.zip`);
    const answer = await runHere(['export', 'doctor', '--db', path], {});
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    expect(answer.stdout).toMatch(new RegExp(`^Saved as ${out}, from 2025-12-02 on: 13 files, \\d+ kB\\.`));
    writeFileSync(out, 'mine');
    const again = await runHere(['export', 'doctor', '--db', path], {});
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('name another file with --out') });
    expect(readFileSync(out, 'utf8')).toBe('mine');
    // In the words of the report, whose days these are.
    const wordsOf = async (...argv: string[]) => (await runHere([...argv, '--db', path], {})).stderr;
    for (const days of ['0', '6', '3651', 'x']) {
      const refused = await runHere(['export', 'doctor', '--db', path, '--days', days], {});
      const [asReport = ''] = (await wordsOf('report', '--days', days)).split('\n');
      expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining(asReport) });
      expect(refused.stderr).toContain(
        `argument '${days}' is invalid. It must be a whole number from 7 to 3650, such as --days 90.`,
      );
      expect(await wordsOf('export', 'csv', '--days', '0')).toContain('from 1 to 36500, such as');
    }
    expect(readdirSync(folder)).toEqual([`amy-export-${LAST_DAY}.doctor.zip`]);
  });
});

describe('a new file', () => {
  it('is not even begun where something is there already', async () => {
    const path = join(temporaryFolder(), 'one.zip');
    writeFileSync(path, 'mine');
    const write = vi.fn();
    await expect(writeNewFile(path, write)).rejects.toThrow('is there already');
    expect(write).not.toHaveBeenCalled();
  });

  it('gets its name where it can have but one, and takes that from nobody there either', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'name');
    const refuse = vi.fn();
    // No disk has a second name for a folder, and some have none for a file.
    const temporary = join(folder, 'temporary');
    mkdirSync(temporary);
    giveNewName(temporary, path, refuse);
    expect(refuse).toHaveBeenCalledWith(path);
    expect(readdirSync(folder)).toEqual(['name']);
    mkdirSync(temporary);
    refuse.mockImplementation(() => {
      throw new Error('somebody has it');
    });
    expect(() => giveNewName(temporary, path, refuse)).toThrow('somebody has it');
    expect(readdirSync(folder)).toEqual(['name', 'temporary']);
  });

  it('that another export wrote meanwhile stays as it is', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'one.zip');
    const lost = writeNewFile(path, async (temporary) => {
      writeFileSync(temporary, 'second');
      writeFileSync(path, 'first');
    });
    await expect(lost).rejects.toThrow('is there already, and an export overwrites nothing');
    expect(readFileSync(path, 'utf8')).toBe('first');
    expect(readdirSync(folder)).toEqual(['one.zip']);
  });

  it('that somebody put there meanwhile is overwritten only where that was asked for', () => {
    const folder = temporaryFolder();
    const path = join(folder, 'report.html');
    saveFile(path, Buffer.from('first'), '--out');
    expect(() => saveFile(path, Buffer.from('second'), '--out')).toThrow(
      'add --force, or name another --out',
    );
    expect(readFileSync(path, 'utf8')).toBe('first');
    saveFile(path, Buffer.from('third'), null);
    expect(readFileSync(path, 'utf8')).toBe('third');
    expect(readdirSync(folder)).toEqual(['report.html']);
  });

  it('is not there after Ctrl-C, nor what it was made of', async () => {
    const folder = temporaryFolder();
    const path = join(folder, 'one.zip');
    const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
    const told = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
    const { isTTY } = process.stderr;
    process.stderr.isTTY = true;
    const before = process.listeners('SIGINT');
    const unwatch = watchInterrupts(false);
    const [interrupt] = process.listeners('SIGINT').filter((one) => !before.includes(one));
    const cut = writeNewFile(path, async (temporary) => {
      writeFileSync(temporary, 'half');
      expect(readdirSync(folder)).toHaveLength(1);
      interrupt?.('SIGINT');
      process.stderr.isTTY = isTTY;
      expect(readdirSync(folder)).toEqual([]);
    });
    await expect(cut).rejects.toThrow('no such file');
    unwatch();
    expect(exit).toHaveBeenCalledWith(130);
    expect(told.mock.calls.join('')).toBe(`\r\u001b[2Kamy: interrupted; nothing was written to ${path}\n`);
    expect(existsSync(path)).toBe(false);
  });
});
