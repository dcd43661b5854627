import { pathToFileURL } from 'node:url';
import type { Browser, Locator, Page } from 'playwright-core';

/** What a report is to a browser, on a phone and on a desk, in the light and in the dark. */
export type SeenReport = {
  /** Headings of the parts. */
  readonly parts: readonly string[];
  /** How far, in pixels, the page is wider than the window, of each width. */
  readonly sideways: Readonly<Record<number, number>>;
  /** Charts that are seen, of each width: each of them once. */
  readonly charts: Readonly<Record<number, number>>;
  /** The colours of paper and of a line of a chart, in the light and in the dark. */
  readonly colours: readonly (readonly [paper: string, line: string])[];
  /** What is told of the day under the pointer. */
  readonly pointed: string;
  /** What the page logged, threw or asked for beside itself. */
  readonly complaints: readonly string[];
};

export const WIDTHS = [360, 768, 1_280] as const;

export async function lookAtReport(browser: Browser, path: string): Promise<SeenReport> {
  const address = pathToFileURL(path).href;
  const context = await browser.newContext({ viewport: { width: WIDTHS[0], height: 800 } });
  try {
    const page = await context.newPage();
    const complaints = listenTo(page, [address]);
    await page.goto(address);
    const parts = await page.locator('h2').allTextContents();
    const pointed = await pointedAt(page, page.locator('#heart svg[data-ends]:visible').first());
    const sideways: Record<number, number> = {};
    const charts: Record<number, number> = {};
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 });
      sideways[width] = await page.evaluate<number>(SIDEWAYS);
      charts[width] = await page.locator('svg.chart:visible').count();
    }
    const colours: (readonly [string, string])[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      colours.push(await page.evaluate<[string, string]>(COLOURS));
    }
    return { parts, sideways, charts, colours, pointed, complaints };
  } finally {
    await context.close();
  }
}

/** What the page tells of a chart's middle. Scrolling hides it, and the scrolling to the chart may still go on. */
async function pointedAt(page: Page, chart: Locator): Promise<string> {
  const tip = page.locator('#tip');
  for (let attempt = 0; attempt < POINTED_ATTEMPTS; attempt += 1) {
    await chart.hover();
    await page.evaluate(TWO_FRAMES);
    if (await tip.isVisible()) return (await tip.textContent()) ?? '';
    await page.mouse.move(0, 0);
  }
  return '';
}

const POINTED_ATTEMPTS = 100;
const TWO_FRAMES = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';
export const SIDEWAYS = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
const COLOURS = `[document.body, document.querySelector('svg.chart path[stroke="var(--one)"]')].map((one, at) =>
  getComputedStyle(one)[at === 0 ? 'backgroundColor' : 'stroke'])`;

export function listenTo(page: Page, addresses: readonly string[]): readonly string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => {
    if (!addresses.includes(request.url())) complaints.push(`asked ${request.url()}`);
  });
  return complaints;
}
