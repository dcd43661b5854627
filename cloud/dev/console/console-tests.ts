import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { LocalStack } from '../local/stack.ts';
import { type Deliveries, deliverForConsole, MARKUP } from './deliveries.ts';
import { giveKey, goTo, type OperatorPage, openConsole } from './operator-page.ts';

/** What a test file that has a browser and a stack lends. */
export type Lent = { readonly browser: Browser; readonly stack: LocalStack };

/** A tab that has the key, another in which a dry run is under way, and what they look at. */
export type Prepared = Lent & {
  readonly at: Deliveries;
  readonly tab: OperatorPage;
  readonly rebuilding: OperatorPage;
};

/**
 * Delivers events and begins a rebuild, which goes through the queue and takes its time: the tests that come last look
 * at what came of it.
 */
export async function prepareConsole({ browser, stack }: Lent): Promise<Prepared> {
  const { url } = stack.worker;
  const key = stack.secrets.AMY_ADMIN_KEY;
  const at = await deliverForConsole(url, stack.secrets.TERRA_SIGNING_SECRET);
  const tab = await openConsole(browser, url, key);
  await giveKey(tab.page, key);
  await processed(stack);
  const rebuilding = await openConsole(browser, url, key, tab.context);
  await giveKey(rebuilding.page, key);
  await goTo(rebuilding.page, `#/person/${at.person}`);
  await rebuilding.page.getByRole('button', { name: 'Dry run' }).click();
  await rebuilding.page.getByText('The dry run is under way').waitFor();
  return { browser, stack, at, tab, rebuilding };
}

/** The queue has taken all that was delivered. */
async function processed({ worker, secrets }: LocalStack): Promise<void> {
  for (;;) {
    const answer = await fetch(`${worker.url}/admin/events?state=backlog`, {
      headers: { 'x-admin-key': secrets.AMY_ADMIN_KEY },
    });
    if (!(await answer.text()).includes('"id"')) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const VIEWS = ['', 'open', 'search?state=parked', 'request', 'person'];
const WAIT_MS = 90_000;

/** The words of what has the focus; none where nothing has it. */
function focusedText(page: Page): Promise<string> {
  return page.evaluate<string>("document.activeElement?.textContent?.trim() ?? ''");
}

/** The operator's console, in a real browser. `prepared` is there once tests run. */
export function describeConsole(prepared: () => Prepared): void {
  describe('the operator’s console', () => {
    let at: Deliveries;
    let tab: OperatorPage;
    let rebuilding: OperatorPage;
    const key = () => prepared().stack.secrets.AMY_ADMIN_KEY;

    beforeAll(async () => {
      ({ at, tab, rebuilding } = prepared());
      // What lies behind another tab is drawn once a second.
      await tab.page.bringToFront();
    });

    afterAll(() => expect([...tab.problems, ...rebuilding.problems]).toEqual([]));

    it('asks for the key once, says when it is wrong, keeps it for the tab and forgets it', async () => {
      const other = await openConsole(prepared().browser, prepared().stack.worker.url, key(), tab.context);
      const { page } = other;
      onTestFinished(async () => {
        await page.close();
        await tab.page.bringToFront();
      });
      const asked = page.getByLabel('Key of this deployment');
      expect(await page.locator(':focus').getAttribute('id')).toBe('key');
      await giveKey(page, 'a-wrong-key-of-more-than-32-bytes-length');
      await page.getByRole('alert').filter({ hasText: 'That key is wrong' }).waitFor();
      expect(await asked.getAttribute('aria-invalid')).toBe('true');
      await giveKey(page, key());
      await page.getByRole('heading', { name: 'How it stands' }).waitFor();
      expect(await asked.isVisible()).toBe(false);
      await page.reload();
      await page.getByText('Received in the last 24 hours').waitFor();
      expect(await page.evaluate('[localStorage.length, document.cookie]')).toEqual([0, '']);
      await page.getByRole('button', { name: 'Forget the key' }).click();
      await asked.waitFor();
      expect(await page.locator('#view').innerHTML()).toBe('');
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
      expect([other.problems, other.keysSent().size]).toEqual([[], 2]);
    });

    it('shows what is kept and why, by codes and sentences', async () => {
      const { page } = tab;
      await goTo(page, '#/');
      const codes = page.locator('#codes > li:visible');
      await codes.first().waitFor();
      expect((await codes.allInnerTexts()).join(' ')).toMatch(
        /no_connection_for_terra_user\s+2 events\s+Nobody is known under its Terra id.*payload_invalid\s+1 event/is,
      );
      await page.getByRole('link', { name: 'look at them' }).first().click();
      await page.getByRole('heading', { name: 'What needs you' }).waitFor();
      const item = page
        .getByRole('listitem')
        .filter({ has: page.getByRole('link', { name: `Event ${at.invalid}` }) });
      await item.getByText('No item was usable').waitFor();
      expect(await item.innerText()).toContain('Waits for you.');
      await goTo(page, `#/event/${at.skipped}`);
      await page.getByText('It was skipped on purpose: meals are not kept.').waitFor();
    });

    it('shows markup that came from outside as the text that it is', async () => {
      const { page } = tab;
      await goTo(page, `#/event/${at.marked}`);
      expect(await page.getByLabel('Body, as it came').textContent()).toBe(at.markedBody);
      expect(await page.locator('#state').textContent()).toContain(MARKUP);
      await page.getByText('normalize_complete').waitFor();
      expect(await page.locator('#view img, #view script').count()).toBe(0);
      for (const view of [
        `#/person/${at.person}`,
        `#/search?user_id=${at.person}`,
        `#/search?provider=${MARKUP}`,
      ]) {
        await goTo(page, view);
        await page.getByText(MARKUP).first().waitFor();
        expect(await page.locator('#view img, #view script').count()).toBe(0);
      }
      expect(await page.title()).toBe(`Search the events - Amy console on ${new URL(page.url()).host}`);
    });

    it('is used by the keyboard alone, back included, and tells where one is', async () => {
      const { page } = tab;
      await goTo(page, '#/');
      const focused = () => focusedText(page);
      const tabTo = async (name: string) => {
        for (let presses = 0; (await focused()) !== name; presses += 1) {
          if (presses > 40) throw new Error(`the tab key does not come to ${name}`);
          await page.keyboard.press('Tab');
        }
      };
      expect(await focused()).toBe('How it stands');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      expect(await focused()).toBe('Person');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Shift+Tab');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'What needs you' }).waitFor();
      expect(await focused()).toBe('What needs you');
      expect(await page.locator('nav a[aria-current=page]').textContent()).toBe('Needs you');
      await page.locator('#events > li').first().waitFor();
      await tabTo(`Event ${at.invalid}`);
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: `Event ${at.invalid}` }).waitFor();
      await page.getByText('Waits for you.').waitFor();
      await tabTo('Replay');
      await page.keyboard.press('Enter');
      await page
        .getByRole('status')
        .filter({ hasText: `Event ${at.invalid} is in the queue.` })
        .waitFor();
      await page.goBack();
      await page.getByRole('heading', { name: 'What needs you' }).waitFor();
      expect(await focused()).toBe('What needs you');
    });

    it('counts what a search finds before it acts on it, and an act is announced', async () => {
      const { page } = tab;
      await goTo(page, '#/search');
      await page.getByLabel('Terra id').fill('terra-of-nobody');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByText('2 events, that is all.').waitFor();
      const asked = page.waitForRequest((request) => request.url().includes('/admin/events?terra_user_id='));
      await page.getByRole('button', { name: 'Search' }).click();
      await asked;
      expect(page.url()).toMatch(/#\/search\?terra_user_id=terra-of-nobody$/);
      await page.getByRole('radio', { name: 'Resolve' }).check();
      await page.getByLabel('Note, for resolving').fill('nobody of ours');
      await page.getByRole('button', { name: 'Count first' }).click();
      await page.getByRole('status').filter({ hasText: '2 events would be resolved.' }).waitFor();
      await page.getByRole('button', { name: 'Resolve 2 events' }).click();
      await page.getByRole('status').filter({ hasText: '2 events resolved.' }).waitFor();
      await goTo(page, `#/event/${at.parked[0]}`);
      expect(await page.locator('#columns').innerText()).toContain('nobody of ours');
    });

    it('pauses calls to Terra and goes on', async () => {
      const { page } = tab;
      await goTo(page, '#/');
      await page.getByRole('button', { name: 'Pause all calls to Terra' }).click();
      await page.getByText('paused since').waitFor();
      await page.getByRole('button', { name: 'Go on asking Terra' }).click();
      await page.getByRole('status').filter({ hasText: 'Terra is asked again.' }).waitFor();
    });

    it('fits 320 pixels, every view of it', async () => {
      const { page } = tab;
      await page.setViewportSize({ width: 320, height: 800 });
      onTestFinished(() => page.setViewportSize({ width: 1_280, height: 800 }));
      for (const view of [...VIEWS, `event/${at.marked}`, `person/${at.person}`]) {
        await goTo(page, `#/${view}`);
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        expect([view, wide]).toEqual([view, 320]);
      }
    });

    it(
      'erases somebody only once their id is typed, and shows the receipt',
      async () => {
        const { page } = rebuilding;
        await page.bringToFront();
        await page.getByRole('heading', { name: 'Dry run: done' }).waitFor({ timeout: WAIT_MS });
        await page.getByText('Nothing would change.').waitFor();
        const wipes: string[] = [];
        page.on('request', (request) => {
          if (request.url().endsWith('/wipe')) wipes.push(request.method());
        });
        const erase = page.getByRole('button', { name: 'Erase' });
        const typed = page.getByLabel('Type the id to confirm');
        for (const wrong of ['', 'user', `${at.person} `, at.person.toUpperCase()]) {
          await typed.fill(wrong);
          await typed.press('Enter');
          await page.getByRole('alert').filter({ hasText: 'nothing was erased' }).waitFor();
        }
        // Another dry run is looked after until it is over: that of nobody is no news beside the receipt.
        const erased = Promise.withResolvers<void>();
        await page.route(/\/admin\/rebuild\?user_id=[^&]*$/, async (route) => {
          await erased.promise;
          await route.continue();
        });
        await page.getByRole('button', { name: 'Dry run' }).click();
        await page.getByText('The dry run is under way').waitFor();
        const looked = page.waitForResponse(/\/admin\/rebuild\?user_id=[^&]*$/);
        await typed.fill(at.person);
        await erase.click();
        await page.getByText('What the same ids still find was looked for afterwards: nothing.').waitFor();
        erased.resolve();
        expect((await looked).status()).toBe(404);
        await page.locator('#dry-run:not([aria-busy])').waitFor({ state: 'attached' });
        expect(await page.getByRole('alert').count()).toBe(0);
        expect(wipes).toHaveLength(1);
        expect(await page.locator('#receipt-counts').innerText()).toMatch(/raw_events\s+5/);
        expect(await focusedText(page)).toBe('Receipt');
        expect(rebuilding.problems).toEqual([]);
      },
      2 * WAIT_MS,
    );
  });
}
