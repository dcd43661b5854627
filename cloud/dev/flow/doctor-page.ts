import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { unzipSync } from 'fflate';
import type { Browser } from 'playwright-core';
import { listenTo, SIDEWAYS, WIDTHS } from './report-page.ts';

/** What the zip for a doctor is to a browser, once it is unpacked. */
export type SeenDoctorZip = {
  /** Headings of its first page. */
  readonly parts: readonly string[];
  /** How far, in pixels, that page is wider than the window, of each width. */
  readonly sideways: Readonly<Record<number, number>>;
  /** Of the page that its first link opens. */
  readonly reportTitle: string;
  readonly complaints: readonly string[];
};

export async function lookAtDoctorZip(browser: Browser, zip: string, folder: string): Promise<SeenDoctorZip> {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  const address = (name: string) => pathToFileURL(join(folder, name)).href;
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    const complaints = listenTo(page, [address('README.html'), address('report.html')]);
    await page.goto(address('README.html'));
    const parts = await page.locator('h2').allTextContents();
    const sideways: Record<number, number> = {};
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      sideways[width] = await page.evaluate<number>(SIDEWAYS);
    }
    await page.locator('a').first().click();
    await page.waitForURL(address('report.html'));
    return { parts, sideways, reportTitle: await page.title(), complaints };
  } finally {
    await context.close();
  }
}
