import type { Browser, BrowserContext, Page, Route } from 'playwright-core';

/** What a person does in a browser: sign in, approve a device, connect a device's maker. */
export type Pages = {
  /** Approves a device at the address the CLI told; answers what the page says in the end. */
  readonly approve: (address: string, account: string) => Promise<string>;
  /** Connects a provider on Terra's page. */
  readonly connect: (address: string, provider: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

const STEP_TIMEOUT_MS = 90_000;

/** Pages of one person's browser. A page that throws, or asks another host than this machine, fails the step. */
export async function openPages(browser: Browser): Promise<Pages> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  return {
    approve: (address, account) => onPage(context, (page) => approve(page, address, account)),
    connect: (address, provider) =>
      onPage(context, async (page) => {
        await page.goto(address);
        await page.getByRole('link', { name: provider, exact: true }).click();
        await page.getByRole('heading', { name: `${provider} is connected` }).waitFor();
      }),
    close: () => context.close(),
  };
}

async function onPage<Result>(
  context: BrowserContext,
  act: (page: Page) => Promise<Result>,
): Promise<Result> {
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // Browsers ask for an icon by themselves; a page need not have one.
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) {
      problems.push(message.text());
    }
  });
  page.on('request', (request) => {
    const { hostname, protocol } = new URL(request.url());
    if (protocol !== 'data:' && hostname !== '127.0.0.1') problems.push(`asked ${request.url()}`);
  });
  try {
    const result = await act(page);
    if (problems.length > 0) throw new Error('the page complained');
    return result;
  } catch (error) {
    const shown = await page.locator('body').innerText().catch(String);
    throw new Error(`${page.url()} complained of [${problems.join('; ')}] and shows: ${shown}`, {
      cause: error,
    });
  } finally {
    await page.close();
  }
}

async function signIn(page: Page, account: string): Promise<void> {
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Email or user id').fill(account);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** What the page says of a code when the network fails, and then when one goes on with the code that is left there. */
export async function lookUpTwice(
  browser: Browser,
  server: string,
  code: string,
): Promise<{ readonly first: string; readonly again: string }> {
  const page = await browser.newPage();
  try {
    await page.route('**/v1/auth/device/**', (route) => route.abort(), { times: 1 });
    await page.goto(`${server}/activate?user_code=${code}`);
    await signIn(page, 'looks-up@example.org');
    const said = page.locator('#status');
    const goOn = page.getByRole('button', { name: 'Continue' });
    await goOn.waitFor();
    const first = await said.innerText();
    await goOn.click();
    await said.filter({ hasNotText: first }).waitFor();
    return { first, again: await said.innerText() };
  } finally {
    await page.close();
  }
}

/** Whether the page offers the sign-in after going on with a code, where at first the sign-in's script could not be loaded. */
export async function signInOffered(browser: Browser, server: string, code: string): Promise<boolean> {
  const page = await browser.newPage();
  try {
    const withClerk = async (route: Route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(
        'data-identity="local"',
        'data-identity="clerk" data-script="/none.js"',
      );
      await route.fulfill({ response, body });
    };
    await page.route('**/activate*', withClerk, { times: 1 });
    await page.goto(`${server}/activate?user_code=${code}`);
    await page.getByText('That did not work').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    const offered = page.getByRole('button', { name: 'Sign in', exact: true });
    await offered.waitFor();
    return await offered.isVisible();
  } finally {
    await page.close();
  }
}

async function approve(page: Page, address: string, account: string): Promise<string> {
  await page.goto(address);
  const decision = page.getByRole('button', { name: 'Approve' });
  const asked = page.getByRole('button', { name: 'Sign in', exact: true });
  await asked.or(decision).waitFor();
  if (await asked.isVisible()) await signIn(page, account);
  await decision.click();
  await page.getByRole('heading', { name: 'Approved' }).waitFor();
  return (await page.locator('#done-text').textContent()) ?? '';
}
