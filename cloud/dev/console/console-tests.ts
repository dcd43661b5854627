import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { LocalStack } from '../local/stack.ts';
import { type Deliveries, deliverForConsole, MARKUP } from './deliveries.ts';
import { giveKey, goTo, type OperatorPage, openConsole } from './operator-page.ts';

/** What a test file that has a browser and a stack lends. */
export type Lent = { readonly browser: Browser; readonly stack: LocalStack };

const VIEWS = ['', 'open', 'search?state=parked', 'request', 'person'];
const WAIT_MS = 90_000;

/** The operator's console, in a real browser. `lent` is there once tests run. */
export function describeConsole(lent: () => Lent): void {
  describe('the operator’s console', () => {
    let at: Deliveries;
    let rebuilding: OperatorPage;
    const key = () => lent().stack.secrets.AMY_ADMIN_KEY;

    /** A tab of its own, with the key; gone with the test. */
    async function opened(width?: number): Promise<OperatorPage> {
      const { context, ...opened } = await openConsole(lent().browser, lent().stack.worker.url, key(), width);
      onTestFinished(async () => {
        await context.close();
        expect(opened.problems).toEqual([]);
      });
      await giveKey(opened.page, key());
      await opened.page.getByRole('heading', { name: 'How it stands' }).waitFor();
      return opened;
    }

    beforeAll(async () => {
      const { stack, browser } = lent();
      at = await deliverForConsole(stack.worker.url, stack.secrets.TERRA_SIGNING_SECRET);
      await processed();
      // A rebuild goes through the queue, which takes its time: the last test looks at what came of it.
      rebuilding = await openConsole(browser, stack.worker.url, key());
      await giveKey(rebuilding.page, key());
      await goTo(rebuilding.page, `#/person/${at.person}`);
      await rebuilding.page.getByRole('button', { name: 'Dry run' }).click();
      await rebuilding.page.getByText('The dry run is under way').waitFor();
    }, WAIT_MS);

    afterAll(() => rebuilding.page.context().close());

    /** The queue has taken all that was delivered. */
    async function processed(): Promise<void> {
      const path = `${lent().stack.worker.url}/admin/events?state=backlog`;
      for (;;) {
        const answer = await fetch(path, { headers: { 'x-admin-key': key() } });
        if (!(await answer.text()).includes('"id"')) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }

    it('asks for the key once, says when it is wrong, keeps it for the tab and forgets it', async () => {
      const tab = await openConsole(lent().browser, lent().stack.worker.url, key());
      const { page } = tab;
      onTestFinished(() => tab.context.close());
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
      const other = await tab.context.newPage();
      await other.goto(page.url());
      expect(await other.getByLabel('Key of this deployment').isVisible()).toBe(true);
      await page.getByRole('button', { name: 'Forget the key' }).click();
      await asked.waitFor();
      expect(await page.locator('#view').innerHTML()).toBe('');
      expect(await page.evaluate('sessionStorage.length')).toBe(0);
      expect([tab.problems, [...tab.keysSent()].length]).toEqual([[], 2]);
    });

    it('shows what is kept and why, by codes and sentences', async () => {
      const { page } = await opened();
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
    });

    it('shows markup that came from outside as the text that it is', async () => {
      const { page } = await opened();
      await goTo(page, `#/event/${at.marked}`);
      expect(await page.getByLabel('Body, as it came').textContent()).toBe(at.markedBody);
      expect(await page.locator('#state').textContent()).toContain(MARKUP);
      await page.getByText('normalize_complete').waitFor();
      for (const view of [
        `#/person/${at.person}`,
        `#/search?user_id=${at.person}`,
        `#/search?provider=${MARKUP}`,
      ]) {
        await goTo(page, view);
        await page.getByText(MARKUP).first().waitFor();
      }
      expect(await page.locator('#view img, #view script').count()).toBe(0);
      expect(await page.title()).toBe('Search the events - Amy console');
    });

    it('is used by the keyboard alone, back included, and tells where one is', async () => {
      const { page } = await opened();
      const focused = async () => (await page.locator(':focus').textContent())?.trim();
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
      const { page } = await opened();
      await goTo(page, '#/search');
      await page.getByLabel('Terra id').fill('terra-of-nobody');
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByText('2 events, that is all.').waitFor();
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
      const { page } = await opened();
      await page.getByRole('button', { name: 'Pause all calls to Terra' }).click();
      await page.getByText('paused since').waitFor();
      await page.getByRole('button', { name: 'Go on asking Terra' }).click();
      await page.getByRole('status').filter({ hasText: 'Terra is asked again.' }).waitFor();
    });

    it('fits 320 pixels, every view of it', async () => {
      const { page } = await opened(320);
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
        await page.getByRole('heading', { name: 'Dry run: done' }).waitFor({ timeout: WAIT_MS });
        await page.getByText('Nothing would change.').waitFor();
        const erase = page.getByRole('button', { name: 'Erase' });
        const typed = page.getByLabel('Type the id to confirm');
        for (const wrong of ['', 'user', `${at.person} `, at.person.toUpperCase()]) {
          await typed.fill(wrong);
          expect(await erase.isDisabled()).toBe(true);
          await typed.press('Enter');
        }
        await typed.fill(at.person);
        await erase.click();
        await page.getByText('What the same ids still find was looked for afterwards: nothing.').waitFor();
        expect(await page.locator('#receipt-counts').innerText()).toMatch(/raw_events\s+4/);
        expect((await page.locator(':focus').textContent())?.trim()).toBe('Receipt');
        expect(rebuilding.problems).toEqual([]);
      },
      WAIT_MS,
    );
  });
}
