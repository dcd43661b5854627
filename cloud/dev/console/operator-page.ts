import type { Browser, BrowserContext, Page } from 'playwright-core';

/** A tab in which an operator has the console open, and what it did behind their back. */
export type OperatorPage = {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page, dialogs, and requests elsewhere or with the key in an address. */
  readonly problems: readonly string[];
  /** The keys that went along as a header, one an address of `/admin/`. */
  readonly keysSent: () => ReadonlySet<string>;
};

/** Opens the console, without a key yet, in a tab of `beside` or of a window of its own. */
export async function openConsole(
  browser: Browser,
  url: string,
  key: string,
  beside?: BrowserContext,
): Promise<OperatorPage> {
  const context = beside ?? (await browser.newContext({ viewport: { width: 1_280, height: 800 } }));
  const page = await context.newPage();
  const problems: string[] = [];
  const keys = new Set<string>();
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('console', (message) => {
    // What the Content-Security-Policy refuses; answers that are no success are the page's to tell.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      problems.push(message.text());
  });
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !address.startsWith('blob:')) problems.push(`asked ${address}`);
    if (address.includes(key)) problems.push('the key stood in an address');
    const sent = request.headers()['x-admin-key'];
    if (sent !== undefined) keys.add(sent);
  });
  await page.goto(`${url}/admin`);
  return { context, page, problems, keysSent: () => keys };
}

/** Types the key. */
export async function giveKey(page: Page, key: string): Promise<void> {
  await page.getByLabel('Key of this deployment').fill(key);
  await page.getByRole('button', { name: 'Open' }).click();
}

/** Goes to an address of the console and waits until the view has what it asked for. */
export async function goTo(page: Page, hash: string): Promise<void> {
  await page.goto(new URL(hash, page.url()).href);
  await page.locator('#view > section:not([aria-busy])').waitFor();
}
