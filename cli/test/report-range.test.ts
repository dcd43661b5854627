import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser } from '../../cloud/dev/browser/browser.ts';
import { listenTo, SIDEWAYS, WIDTHS } from '../../cloud/dev/flow/report-page.ts';
import { needs } from '../../cloud/dev/needs.ts';
import type { SyncRow } from '../../cloud/src/contract/sync.ts';
import { addDays } from '../src/dates.ts';
import { makeReport } from '../src/report/make-report.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { daysOf, LAST_DAY, labResult, NOON } from './support/person-with-days.ts';
import { temporaryFolder } from './support/temporary.ts';

const chromium = chromiumPath();
const NEEDS_CHROMIUM = needs('Chromium', chromium !== null, 'apt-get install chromium');

describe('the days of the charts that a reader picks', NEEDS_CHROMIUM, () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await openBrowser(chromium ?? '');
  });

  afterAll(() => browser?.close());

  it('are the last ones, each at its date, in pictures and tables, and the whole again as it was', async () => {
    const { page, complaints } = await opened(90);
    const asMade = await page.locator('svg.chart').evaluateAll(OUTER);
    expect(await page.locator('#range').ariaSnapshot()).toContain('radio "all 90 days" [checked]');
    await page.getByLabel('all 90 days').focus();
    await page.keyboard.press('ArrowLeft');
    expect(await page.getByLabel('30 days').isChecked()).toBe(true);
    await page.keyboard.press('ArrowLeft');
    const first = addDays(LAST_DAY, -6);
    expect(await page.locator('#shown').textContent()).toBe(
      'The charts of your days and the tables behind them show the last 7 days, from 23 Feb on. What stands beside them is of all days.',
    );
    expect(await page.evaluate(SEEN)).toEqual({
      dates: ['23 Feb', '24 Feb', '25 Feb', '26 Feb', '27 Feb', '28 Feb', '1 Mar'],
      rows: Array.from({ length: 7 }, (_, back) => addDays(first, back)),
      // The dot of the latest day is the end of the line, and the bars stand above their dates.
      isAtItsDate: [true, true],
      told: 'Of it is shown what is from 23 Feb on.',
    });
    expect(await page.evaluate(SIDEWAYS)).toBe(0);
    await page.getByLabel('all 90 days').check();
    expect(await page.locator('svg.chart').evaluateAll(OUTER)).toEqual(asMade);
    expect(await page.locator('#shown').textContent()).toBe('');
    expect(await page.locator('#heart tbody tr:not([hidden])').count()).toBe(2 * 90);
    expect(complaints).toEqual([]);
  });

  it('show under the pointer the row of the day that is seen there', async () => {
    const { page } = await opened(90);
    await page.getByLabel('7 days').check();
    const chart = page.locator('#heart svg[data-rows]:visible').first();
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    const pointed = async (share: number) => {
      await chart.dispatchEvent('pointermove', {
        clientX: (box?.x ?? 0) + (box?.width ?? 0) * share,
        clientY: 0,
      });
      return ((await page.locator('#tip').textContent()) ?? '').slice(0, 10);
    };
    expect(await pointed(0.97)).toBe(LAST_DAY);
    expect(await pointed(0.08)).toBe(addDays(LAST_DAY, -6));
  });

  it('of weeks are no fewer than seven weeks, and of seven days there is no choice', async () => {
    const { page } = await opened(500);
    expect(await page.locator('#range label').allTextContents()).toEqual([
      ' 90 days',
      ' 365 days',
      ' all 500 days',
    ]);
    await page.getByLabel('90 days').check();
    expect(await page.locator('#heart tbody').first().locator('tr:not([hidden])').count()).toBe(14);
    const few = await opened(7);
    expect(await few.page.locator('#range').count()).toBe(0);
    expect(few.complaints).toEqual([]);
  });

  it('leave the earlier results of a laboratory on paper, where nobody can open a table', async () => {
    const { page } = await opened(7, false, [
      labResult('glucose', { value: 90, draw_date: '2025-11-10' }),
      labResult('glucose', { value: 5.2, unit: 'mmol/L', ref_low: 3.9, ref_high: 5.5 }),
    ]);
    const earlier = page.locator('#labs').getByText('range 70 to 99').first();
    expect(await earlier.isVisible()).toBe(false);
    await page.emulateMedia({ media: 'print' });
    expect(await earlier.isVisible()).toBe(true);
    expect(await page.locator('#heart details').first().isVisible()).toBe(false);
  });

  it('are all where no script runs, and nothing is to be picked', async () => {
    const { page } = await opened(90, false);
    expect(await page.locator('#range').isVisible()).toBe(false);
    expect(await page.locator('#heart tbody tr').count()).toBe(2 * 90);
  });

  async function opened(days: number, javaScriptEnabled = true, biomarkers_raw: SyncRow[] = []) {
    const path = filledMirror({ daily_summary: daysOf('oura', days + 10), biomarkers_raw });
    const report = join(temporaryFolder(), 'report.html');
    const made = await makeReport(path, '0.1.0', { days, now: NOON, timeZone: 'UTC' });
    writeFileSync(report, made.html);
    const address = pathToFileURL(report).href;
    const page: Page = await browser.newPage({
      viewport: { width: WIDTHS[2], height: 900 },
      javaScriptEnabled,
    });
    const complaints = listenTo(page, [address]);
    await page.goto(address);
    return { page, complaints };
  }
});

const OUTER = '(charts) => charts.map((chart) => chart.outerHTML)';
const SEEN = `(() => {
  const line = document.querySelector('#heart svg.wide');
  const bars = document.querySelector('#activity svg.wide');
  const seen = (one) => one.getAttribute('display') !== 'none';
  const named = (chart) => [...chart.querySelectorAll('text[text-anchor="middle"]')].filter(seen);
  const xOf = (one) => Number(one.getAttribute('transform').match(/-?[0-9.]+(?=[ ,][^ ,]*$)/)[0]);
  const lines = [...line.querySelectorAll('path[stroke="var(--three)"]')];
  const ends = lines.map((one) => Number(one.getAttribute('d').match(/[ML](-?[0-9.]+) [^ML]*$/)[1]));
  const dots = [...line.querySelectorAll('path[transform]')].filter(seen).map(xOf);
  const middles = [...bars.querySelector('path[fill="var(--one)"]').getAttribute('d').matchAll(/M(-?[0-9.]+) [0-9.]+l([0-9.]+)/g)]
    .map(([, x, width]) => Number(x) + width / 2).slice(-7);
  const near = (a, b) => Math.abs(a - b) <= 0.2;
  return {
    dates: named(line).toReversed().map((one) => one.textContent),
    rows: [...document.querySelector('#heart tbody').rows].filter((row) => !row.hidden).map((row) => row.cells[0].textContent),
    isAtItsDate: [
      near(Math.max(...ends), dots.at(-1)),
      named(bars).toReversed().every((one, index) => near(xOf(one), middles[index])),
    ],
    told: line.getAttribute('aria-label').split('every value. ')[1],
  };
})()`;
