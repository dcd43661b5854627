import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { needs } from '../../cloud/dev/needs.ts';
import type { SyncRow } from '../../cloud/src/contract/sync.ts';
import { DAILY_SUMMARY_COLUMNS } from '../../cloud/src/contract/tables.ts';
import { isDailyColumn } from '../src/mirror/chosen-source.ts';
import { readDayValues } from '../src/mirror/days-read.ts';
import { readPerson } from '../src/mirror/report-read.ts';
import { writeMetricOrder } from '../src/mirror/source-order.ts';
import { type MadeReport, makeReport } from '../src/report/make-report.ts';
import { debts } from '../src/report/sleep-debt.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { HOSTILE, RAW } from './support/hostile.ts';
import { runHere } from './support/in-process.ts';
import { daily, row } from './support/pages.ts';
import { daysOf, LAST_DAY, labResult, NOON, only } from './support/person-with-days.ts';
import { temporaryFolder } from './support/temporary.ts';

const report = (path: string, ...argv: string[]) => runHere(['report', '--db', path, ...argv], {});

const made = (path: string, days = 30) =>
  makeReport(path, '0.1.0', { days, now: NOON, timeZone: 'Europe/Berlin' });

/** What somebody reads, without what only a browser does. */
function textOf(html: string): string {
  return html
    .replace(/<(style|script)>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)))
    .replace(/\s+/g, ' ');
}

/** Every script of the page, and the text of the one that is ours: the last. */
function scriptOf(html: string): { readonly all: readonly string[]; readonly ours: string } {
  const all = [...html.matchAll(/<script>([\s\S]*?)<\/script>/gi)].map(([, text]) => text ?? '');
  return { all: html.match(/<script/gi) ?? [], ours: all.at(-1) ?? '' };
}

const PROFILE = row('profiles', { data: JSON.stringify({ age: 41, sex: 'female', timezone: 'Asia/Tokyo' }) });

const WORKOUT = row('activities', {
  source: 'garmin',
  start_time: '2026-02-20T17:00:00.000Z',
  end_time: '2026-02-20T17:45:00.000Z',
  utc_offset_minutes: 60,
  activity_name: 'Run',
  duration: 2_700,
  distance: 8_200,
});

const weight = (date: string, value: number) =>
  row('biomarkers_raw', { source: 'withings_body', draw_date: date, code: 'weight', value, unit: 'kg' });

/** Of everything something: 100 days of two devices, a profile, two blood draws, a scale, a workout. */
const FULL = {
  daily_summary: [
    ...daysOf('oura', 100, (back) => (back === 0 ? { sleep_minutes: 480 } : back < 5 ? { steps: null } : {})),
    ...daysOf('garmin', 20),
  ],
  profiles: [PROFILE],
  activities: [WORKOUT],
  biomarkers_raw: [
    labResult('glucose', { value: 90, draw_date: '2025-11-10' }),
    labResult('glucose', { value: 104 }),
    labResult('crp', { value: 8, operator: '<', unit: 'mg/L', ref_low: null, ref_high: 5 }),
    labResult('unmatched:Borrelia IgG', {
      value: null,
      value_text: 'not found',
      unit: null,
      ref_low: null,
      ref_high: null,
    }),
    weight('2026-02-14', 70.2),
    weight('2026-02-21', 69.8),
  ],
};

describe('amy report', () => {
  it('keeps one file that only its owner reads, and overwrites nothing unasked', async () => {
    const path = filledMirror({ daily_summary: daysOf('oura', 20) });
    const folder = temporaryFolder();
    vi.stubEnv('npm_lifecycle_event', 'amy');
    vi.stubEnv('INIT_CWD', folder);
    const answer = await report(path, '--json');
    expect(answer).toMatchObject({ code: 0, stderr: '' });
    const [name = 'nothing'] = readdirSync(folder);
    expect(name).toMatch(/^amy-report-\d{4}-\d\d-\d\d\.html$/);
    const out = join(folder, name);
    const bytes = statSync(out).size;
    expect(JSON.parse(answer.stdout)).toMatchObject({
      path: out,
      bytes,
      days: 90,
      sections: expect.any(Array),
    });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    const again = await report(path, '--out', out);
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('is there already; add --force, or name another --out');
    const forced = await report(path, '--out', out, '--force');
    expect(forced.stdout).toMatch(new RegExp(`^Saved as ${out}\\.\n`));
    expect(forced.stdout).toContain('Weight and body, Workouts, Laboratory results');
  });

  it('opens it when asked to', needs('Linux', process.platform === 'linux', null), async () => {
    const [folder, bin] = [temporaryFolder(), temporaryFolder()];
    const [out, told] = [join(folder, 'mine.html'), join(folder, 'told')];
    writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${told}'\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${bin}:${process.env.PATH}`);
    expect((await report(filledMirror({}), '--out', out, '--open')).code).toBe(0);
    await expect.poll(() => existsSync(told) && readFileSync(told, 'utf8')).toBe(pathToFileURL(out).href);
  });

  it.each(['6', '3651', '30.5', 'all'])('refuses --days %s and says what would do', async (days) => {
    const out = join(temporaryFolder(), 'none.html');
    const answer = await report(filledMirror({}), '--days', days, '--out', out);
    expect(answer.code).toBe(2);
    expect(answer.stderr).toContain('It must be a whole number from 7 to 3650, such as --days 90.');
    expect(existsSync(out)).toBe(false);
  });

  it('says what to do where nothing was synced yet', async () => {
    const answer = await report(join(temporaryFolder(), 'none.sqlite'));
    expect(answer).toMatchObject({ code: 1, stderr: expect.stringContaining('run `amy sync`') });
  });
});

describe('the report of a person of whom everything is known', () => {
  let full: MadeReport;

  beforeAll(async () => {
    full = await made(filledMirror(FULL));
  });

  it('shows every part, each figure with its distance, coverage, device and explanation', () => {
    const { html, sections, today } = full;
    const text = textOf(html);
    expect(sections.filter(({ shown }) => !shown)).toEqual([]);
    // At noon in Berlin it is the same date in Tokyo, where the person is.
    expect(today).toBe(LAST_DAY);
    expect(text).toContain('From 31 Jan 2026 to 1 Mar 2026, in the time zone Asia/Tokyo.');
    expect(text).toContain(
      '8 h 1 h above your median of 7 h. It lies above the middle half of your days, 6 h 40 min to 7 h 20 min.',
    );
    expect(text).toContain('1 Mar 2026 · oura · 60 of 60 days amy explain 2026-03-01 sleep_minutes');
    expect(text).toContain('Coverage 30 of 30 days Source oura');
    expect(text).toContain('Source oura (26 days), garmin (4 days)');
    expect(text).toContain('104 mg/dL ▲ 5 mg/dL above the laboratory’s range');
    // A bound is no number that lies outside of anything.
    expect(text).toContain('CRP < 8 mg/L reference range up to 5 mg/L');
    // A day that is not over yet is not compared.
    expect(text).toContain('Steps 7,800 steps No baseline yet: 3 comparable days of garmin');
    expect(text).toContain('not found');
    expect(text).toContain('amy explain lab glucose 2026-02-10');
    expect(text).toContain("amy explain lab 'unmatched:Borrelia IgG' 2026-02-10");
    expect(text).toContain('Blood draw of 10 Feb 2026');
    expect(text).toContain('60 beats/min (19 of 30 days)');
    expect(text).toContain('−0.4 kg');
    expect(text).toContain('Recorded 1 workout on 1 day');
    expect(text).toContain('Run 1 45 min 8.2 km');
  });

  it('judges nothing', () => {
    const { html } = full;
    expect(textOf(html)).not.toMatch(
      /\b(good|bad|poor|normal|abnormal|healthy|unhealthy|excellent|optimal|ideal|improv\w*|worse\w*|better|best|should see)\b/i,
    );
  });

  it('loads nothing, runs nothing but its own few lines, and has a word for every picture', () => {
    const { html } = full;
    const { all, ours } = scriptOf(html);
    expect(all).toHaveLength(1);
    const hash = createHash('sha256').update(ours).digest('base64');
    expect(html.includes(`default-src &#39;none&#39;; style-src &#39;sha256-`)).toBe(true);
    expect(html.includes(`; script-src &#39;sha256-${hash}&#39;; base-uri`)).toBe(true);
    expect(ours).not.toMatch(/fetch|import|innerHTML|XMLHttp|WebSocket|eval|localStorage|location/);
    expect(html).not.toMatch(/<link|<img|<iframe|@import|url\((?!#)|\son\w+=|\sstyle=/i);
    expect(html.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:\/\//);
    const pictures = html.match(/<svg [^>]*>/g) ?? [];
    expect(pictures.length).toBeGreaterThan(30);
    for (const picture of pictures) expect(picture).toMatch(/ role="img" aria-label="[^"]{20,}"/);
    const ids = (html.match(/ id="[^"]+"/g) ?? []).toSorted();
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^ id="(c\d+-\d+|[a-z]+|draw-[\d-]+)"$/);
    const plots = html.split('<figure ').length - 1;
    expect(html.split('</table></div></details></figure>').length - 1).toBe(plots);
  });

  it('compares with a study only what was measured in the same way, and names it', async () => {
    const rmssd = textOf(full.html);
    expect(rmssd).toContain('10-second resting electrocardiograms');
    const sdnn = daysOf('apple', 30, () => ({ hrv_method: 'sdnn' }));
    const text = textOf(
      (
        await made(
          filledMirror({
            daily_summary: only(sdnn, 'resting_heart_rate', 'heart_rate_variability', 'hrv_method'),
            profiles: [PROFILE],
          }),
        )
      ).html,
    );
    expect(text).not.toContain('electrocardiograms');
    expect(text).toContain('Method SDNN');
    expect(text).toContain('Resting Pulse Rate Reference Data');
  });

  it('makes no baseline of another device or another method', async () => {
    const days = [
      ...daysOf('oura', 40, (back) => (back < 5 ? { heart_rate_variability: null, hrv_method: null } : {})),
      ...daysOf('garmin', 5, () => ({ steps: null, heart_rate_variability: 80 })),
    ];
    const text = textOf(
      (await made(filledMirror({ daily_summary: only(days, 'heart_rate_variability', 'hrv_method') }))).html,
    );
    expect(text).toContain(
      'Heart rate variability 80 ms No baseline yet: 4 comparable days of garmin, and 14 are needed.',
    );
  });

  it('makes none of another method of one device', async () => {
    const days = daysOf('apple', 40, (back) => ({ hrv_method: back === 0 ? 'rmssd' : 'sdnn' }));
    const text = textOf(
      (await made(filledMirror({ daily_summary: only(days, 'heart_rate_variability', 'hrv_method') }))).html,
    );
    expect(text).toContain('47 ms No baseline yet: 0 comparable days of apple');
    expect(text).toContain('Method SDNN and RMSSD');
  });

  it('draws where another device begins', async () => {
    const days = [
      ...only(
        daysOf('oura', 40, (back) => (back < 10 ? { steps: null } : {})),
        'steps',
        'sleep_minutes',
      ),
      ...only(daysOf('garmin', 10), 'steps'),
    ];
    const path = filledMirror({ daily_summary: days });
    const { html } = await made(path);
    expect(textOf(html)).toContain(
      'From 20 Feb 2026 on the values are of garmin instead of oura: another source is shown',
    );
    expect(html.match(/>→ garmin<\/text>/g)).toHaveLength(2);
  });
});

describe('workouts', () => {
  it('that two devices recorded count once', async () => {
    const twin = { ...WORKOUT, source: 'oura', activity_name: 'running', distance: null };
    const path = filledMirror({ activities: [WORKOUT, twin] });
    const text = textOf((await made(path)).html);
    expect(text).toContain('Recorded 1 workout on 1 day');
    expect(text).toContain('Run 1 45 min 8.2 km');
    expect(text).toContain('A workout that several devices recorded counts once.');
  });
});

describe('a report of little', () => {
  it('says of an empty file what is missing and what to do', async () => {
    const { html, sections } = await made(filledMirror({}));
    expect(sections.every(({ shown }) => !shown)).toBe(true);
    const text = textOf(html);
    expect(text).toContain('The file has no day of any device yet. Connect one with amy connect');
    expect(text).toContain('There is no laboratory result in the file. amy labs upload report.pdf');
  });

  it('shows a few days without inventing the others', async () => {
    const days = [
      daily('oura', '2026-02-20', { steps: 9_000 }),
      daily('oura', '2026-02-27', { steps: 7_000 }),
    ];
    const { html, sections } = await made(filledMirror({ daily_summary: days }));
    expect(sections.filter(({ shown }) => shown).map(({ id }) => id)).toEqual(['today', 'activity']);
    const text = textOf(html);
    expect(text).toContain('Coverage 2 of 30 days');
    expect(text).toContain('No baseline yet: 1 comparable day of oura');
    expect(text).toContain('The file begins on 20 Feb 2026');
    expect(text).toContain('amy profile set --age 41 --sex female');
  });

  it('says of one what is said of one, and makes no median of so few', async () => {
    const [night = {}] = daysOf('oura', 1, () => ({ steps: 1, resting_heart_rate: 1 }));
    const { html } = await made(
      filledMirror({ daily_summary: [night, daily('oura', '2026-02-28', { steps: 1 })] }),
    );
    const text = textOf(html);
    expect(text).toContain('Latest 1 step on 1 Mar, so far');
    expect(text).toContain('Latest 1 beat/min on 1 Mar Where');
    expect(text).toContain('Median none of 1 night: 7 are needed');
    expect(text).toContain('Median night none of 1 night: 7 are needed');
    expect(html).toContain('Chart of when 1 night began and ended, by the clock on the wall. The table');
    expect(html).toContain('sleep stages of 1 night. The table');
    expect(html).toContain('from 1 step to 1 step. The table');
  });

  it('reaches for nothing that is older than its days, and says how to', async () => {
    const { html } = await made(
      filledMirror({ daily_summary: [daily('oura', '2025-12-01', { steps: 9_000 })] }),
    );
    expect(textOf(html)).toContain(
      'The newest day in the file is 1 Dec 2025, before the days of this report.',
    );
    expect(textOf(html)).toContain('amy report --days 91 reaches back to it');
  });

  it('draws weeks where there are too many days', async () => {
    const { html } = await made(filledMirror({ daily_summary: only(daysOf('oura', 410), 'steps') }), 410);
    expect(textOf(html)).toContain('Each point is the median of seven days.');
    expect(textOf(html)).toContain('Steps: every week as a table');
  });
});

describe('what is computed', () => {
  it('counts a debt of nights only where enough of them are known', () => {
    const nights = Array.from({ length: 14 }, () => 400);
    expect(debts([...nights, 430], 420)).toEqual([
      ...Array.from({ length: 9 }, () => null),
      ...[200, 220, 240, 260, 280, 13 * 20 - 10],
    ]);
    expect(debts([null, null, null, null, null, ...nights.slice(5)], 420).at(-1)).toBeNull();
  });

  it('compares the days before a blood draw with those after it by one device', async () => {
    const days = [
      ...daysOf('oura', 60, (back) => (back < 12 ? { resting_heart_rate: null } : {})),
      ...daysOf('garmin', 12, () => ({ resting_heart_rate: 90 })),
    ];
    const rows = {
      daily_summary: only(days, 'resting_heart_rate'),
      biomarkers_raw: [labResult('glucose', { value: 90 })],
    };
    const text = textOf((await made(filledMirror(rows))).html);
    expect(text).toContain(
      'Resting heart rate 60 beats/min (30 of 30 days) 60 beats/min (7 of 30 days) none',
    );
  });

  it('tells distances that agree with the numbers beside them', async () => {
    const usual = Array.from({ length: 60 }, (_, index) => ({ recovery_score: index % 2 === 0 ? 69 : 70 }));
    const days = daysOf('oura', 61, (back) => usual[back - 1] ?? { recovery_score: 74 });
    const { html } = await made(filledMirror({ daily_summary: only(days, 'recovery_score') }));
    // The median is 69.5, of which 74 is 4.5 away.
    expect(textOf(html)).toContain('74 4 above your median of 70.');
  });

  it('compares no few days around a blood draw', async () => {
    const days = daysOf('oura', 60, (back) => (back < 13 ? { resting_heart_rate: null } : {}));
    const rows = {
      daily_summary: only(days, 'resting_heart_rate'),
      biomarkers_raw: [labResult('glucose', { value: 90 })],
    };
    expect(textOf((await made(filledMirror(rows))).html)).toContain(
      '60 beats/min (30 of 30 days) 60 beats/min (6 of 30 days) too few days',
    );
  });

  it('names the device of a measurement that two devices make', async () => {
    const ring = row('biomarkers_raw', {
      source: 'oura_body',
      draw_date: '2026-02-14',
      code: 'weight',
      value: 70,
      unit: 'kg',
    });
    const titles = async (...measured: SyncRow[]) =>
      (await made(filledMirror({ biomarkers_raw: measured }))).html.match(/(?<=<h3>)Weight[^<]*/g);
    expect(await titles(weight('2026-02-14', 70.2), ring)).toEqual([
      'Weight, in kg, by oura',
      'Weight, in kg, by withings',
    ]);
    expect(await titles(weight('2026-02-14', 70.2))).toEqual(['Weight, in kg']);
  });

  it('tells by the clock of its time zone when the file was last brought up to date', async () => {
    const path = filledMirror({ profiles: [PROFILE] }, (database) =>
      database.exec(`update sync_state set last_sync_at = '2026-02-28T20:05:00.123Z'`),
    );
    expect(textOf((await made(path)).html)).toContain('last brought up to date on 1 Mar 2026, 05:05, by amy');
  });

  it('makes no line of numbers of two units', async () => {
    const results = [
      labResult('glucose', { value: 104 }),
      labResult('glucose', { value: 5, draw_date: '2026-01-10' }),
    ];
    const same = await made(filledMirror({ biomarkers_raw: results }));
    expect(same.html).toContain('class="chart small"');
    const [latest, earlier] = results;
    const two = [{ ...latest }, { ...earlier, unit: 'mmol/L' }];
    expect((await made(filledMirror({ biomarkers_raw: two }))).html).not.toContain('class="chart small"');
  });
});

describe('text that is not ours', () => {
  const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(2)>' \`{b}${HOSTILE}`;

  it('is shown and never run, wherever the file has it', async () => {
    const another = `another ${EVIL}`;
    const days = [
      ...only(
        daysOf(EVIL, 30, (back) => (back < 10 ? { steps: null } : {})),
        'steps',
        'deep_sleep_minutes',
      ),
      ...only(daysOf(another, 10), 'steps'),
    ];
    const path = filledMirror({
      daily_summary: days,
      activities: [{ ...WORKOUT, source: EVIL, activity_name: EVIL }],
      biomarkers_raw: [
        labResult(EVIL, { source: EVIL, value: 104, unit: EVIL }),
        labResult(EVIL, { source: EVIL, value: 90, unit: EVIL, draw_date: '2026-01-10' }),
        labResult(`${EVIL}2`, { value: null, value_text: EVIL, unit: EVIL }),
        { ...weight('2026-02-14', 70), source: `${EVIL}_body`, unit: EVIL },
      ],
    });
    const { html } = await made(path);
    expect(scriptOf(html).all).toHaveLength(1);
    expect(html).not.toMatch(/<img/i);
    expect(html).not.toMatch(RAW);
    expect(textOf(html)).toContain('<script>alert(1)</script>');
  });
});

describe('a profile', () => {
  it.each(['no JSON', 'null', '[]'])('that is no JSON object says nothing: %s', (data) => {
    const path = filledMirror({ profiles: [row('profiles', { data })] });
    const database = new DatabaseSync(path, { readOnly: true });
    expect(readPerson(database)).toEqual({ age: null, sex: null, timezone: null });
    database.close();
  });
});

describe('the values of days', () => {
  it('are those of `summary`, of every column and with any order of sources', () => {
    const path = filledMirror(FULL, (database) => writeMetricOrder(database, 'night', ['garmin', 'oura']));
    const database = new DatabaseSync(path, { readOnly: true });
    const range = { from: '2025-01-01', to: LAST_DAY };
    for (const column of Object.keys(DAILY_SUMMARY_COLUMNS).filter(isDailyColumn)) {
      if (['bed_time', 'wake_up_time', 'hrv_method', 'utc_offset_minutes'].includes(column)) continue;
      const shown = database
        .prepare(
          `select datetime, ${column} as value from summary where ${column} is not null order by datetime`,
        )
        .all()
        .map((found) => ({ ...found }));
      const read = readDayValues(database, column, range).map(({ datetime, value }) => ({ datetime, value }));
      expect([column, read]).toEqual([column, shown]);
    }
    database.close();
  });
});
