import type { Browser, Page } from 'playwright-core';
import { SIDEWAYS } from './report-page.ts';

/** What a page is to a browser, on a phone and on a desk, in the light and in the dark. */
export type SeenPage = {
  readonly path: string;
  /** By how many pixels it is wider than the window, at its worst. */
  readonly sideways: number;
  /** What stands first on it. */
  readonly owner: string;
  /** The colours of paper and of letters, in the light and in the dark. */
  readonly colours: readonly string[];
  /** What the page logged or threw: what its policy refuses, too. */
  readonly complaints: readonly string[];
};

const PATHS = ['/', '/activate', '/docs', '/docs?q=lab', '/admin'] as const;
const WIDTHS = [360, 1_280] as const;

/** All fields of all answers: some of the longest names there are. */
const OPEN_ALL = "for (const part of document.querySelectorAll('details')) part.open = true";
const COLOURS =
  "(({ backgroundColor, color }) => [backgroundColor, color].join(' '))(getComputedStyle(document.body))";

export async function lookAtPages(browser: Browser, url: string): Promise<readonly SeenPage[]> {
  const context = await browser.newContext();
  try {
    const seen: SeenPage[] = [];
    for (const path of PATHS) seen.push(await lookAt(await context.newPage(), url, path));
    return seen;
  } finally {
    await context.close();
  }
}

async function lookAt(page: Page, url: string, path: string): Promise<SeenPage> {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Browsers ask for an icon by themselves; a page need not have one.
    if (!message.location().url.endsWith('/favicon.ico')) complaints.push(message.text());
  });
  await page.setViewportSize({ width: WIDTHS[0], height: 800 });
  await page.goto(`${url}${path}`);
  if (path.includes('?')) await page.evaluate(OPEN_ALL);
  let sideways = 0;
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    sideways = Math.max(sideways, await page.evaluate<number>(SIDEWAYS));
  }
  const colours: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    colours.push(await page.evaluate<string>(COLOURS));
  }
  const owner = await page.locator('header .brand').innerText();
  return { path, sideways, owner, colours, complaints };
}

/** Searches the reference by the keyboard alone; answers the titles of the calls that are found. */
export async function searchReference(
  browser: Browser,
  url: string,
  text: string,
): Promise<readonly string[]> {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`${url}/docs?q=nothing+has+this`);
    await page.getByLabel('Search the calls').fill(text);
    await page.keyboard.press('Enter');
    await page.waitForURL((address) => address.searchParams.get('q') === text);
    return await page.locator('.call h3').allInnerTexts();
  } finally {
    await context.close();
  }
}
