import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, openBrowser } from '../browser/browser.ts';
import { describeConsole, type Prepared, prepareConsole } from '../console/console-tests.ts';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { type LocalStack, startLocalStack } from '../local/stack.ts';
import { needs } from '../needs.ts';
import { dayNumber } from '../terra/calendar.ts';
import { today } from '../today.ts';
import { lookAtPages, searchReference } from './every-page.ts';
import { type Flow, runFlow } from './flow.ts';
import { lookUpTwice, signInOffered } from './pages.ts';

/** A person's whole way through Amy, and the operator's page, in a real browser. */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const chromium = chromiumPath();
const NEEDS_CHROMIUM = needs('Chromium', chromium !== null, 'apt-get install chromium');
const home = mkdtempSync(join(tmpdir(), 'amy-flow-test-'));

const state = join(home, 'state');
const lastDay = today();

describe('in a browser', NEEDS_CHROMIUM, () => {
  let lent: { readonly stack: LocalStack; readonly browser: Browser };
  let prepared: Prepared;

  beforeAll(async () => {
    const environment = FIXED_SECRETS;
    const stack = await startLocalStack({ root, state, port: 0, seed: 4, today: lastDay, environment });
    try {
      lent = { stack, browser: await openBrowser(chromium ?? '') };
    } catch (error) {
      await stack.stop();
      throw error;
    }
    prepared = await prepareConsole(lent);
  }, 240_000);

  afterAll(async () => {
    await lent?.browser.close();
    await lent?.stack.stop();
    rmSync(home, { recursive: true, force: true });
  });

  describe('a person’s way through Amy', () => {
    let flow: Flow;

    beforeAll(async () => {
      flow = await runFlow({ root, ...lent, state, home, tell: () => undefined });
    }, 480_000);

    it('leads over a device login that is approved on the page', () => {
      expect(flow.signedIn).toMatch(/^user_/);
    });

    it('brings a device’s history and a lab report into the mirror', () => {
      expect(flow.imported).toMatchObject({ state: 'done', requests: 4 });
      expect(flow.imported.rows).toBeGreaterThan(500);
      expect(flow.biomarkers).toBeGreaterThan(10);
      expect(flow.profile).toMatchObject({ profile: { age: 41, sex: 'female', height_cm: 168 } });
      // 121, or one less where midnight came between the start and the import: Terra has no day for that.
      const days = dayNumber(lastDay) - dayNumber(flow.imported.from) + 1;
      expect(flow.mirrored).toMatchObject({ daily_summary: days, lab_uploads: 1, profiles: 1 });
      expect([120, 121]).toContain(days);
      expect(flow.mirrored.sleep_sessions).toBeGreaterThan(100);
      expect(flow.mirrored.biomarkers_raw).toBeGreaterThan(100);
    });

    it('shows all of it as one page, on a phone and on a desk, in the light and in the dark', () => {
      const { parts, sideways, charts, colours, pointed, complaints } = flow.report;
      expect(complaints).toEqual([]);
      expect(pointed).toMatch(/^\d{4}-\d\d-\d\d · Heart rate variability \d+ ms · /);
      expect(parts).toEqual(
        expect.arrayContaining(['Sleep', 'Heart', 'Laboratory results', 'Around each blood draw']),
      );
      expect(sideways).toEqual({ 360: 0, 768: 0, 1280: 0 });
      expect(charts[360]).toBeGreaterThan(12);
      expect(charts[1_280]).toBe(charts[360]);
      expect(colours).toEqual([
        ['rgb(255, 255, 255)', 'rgb(26, 86, 196)'],
        ['rgb(21, 24, 28)', 'rgb(138, 180, 248)'],
      ]);
    });

    it('makes a zip for a doctor, whose first page tells what is there and opens the report', () => {
      const { parts, sideways, reportTitle, complaints } = flow.forDoctor;
      expect(complaints).toEqual([]);
      expect(parts).toEqual(expect.arrayContaining(['Whose data this is', 'What these numbers are not']));
      expect(sideways).toEqual({ 360: 0, 768: 0, 1280: 0 });
      expect(reportTitle).toMatch(/^Your data, /);
    });

    it('ends with everything erased, where the receipt says how much', () => {
      for (const [table, rows] of Object.entries(flow.mirrored)) expect(flow.erased[table]).toBe(rows);
      expect(flow.erased).toMatchObject({ users: 1, sessions: 1, terra_connections: 1, r2_lab_reports: 1 });
      expect(flow.leftBehind).toEqual([]);
      expect(flow.afterErasure).toBe(401);
    });

    it('may begin again, from nothing', () => {
      expect(flow.signedInAgain).toBe(flow.signedIn);
      expect(Object.values(flow.mirroredAgain).every((rows) => rows === 0)).toBe(true);
    });
  });

  it('every page says on whose server it is, and fits a phone and a desk, the light and the dark', async () => {
    const { host } = new URL(lent.stack.worker.url);
    for (const { path, ...seen } of await lookAtPages(lent.browser, lent.stack.worker.url)) {
      expect([path, seen]).toEqual([
        path,
        {
          sideways: 0,
          owner: `Amy ${path === '/admin' ? 'console ' : ''}on ${host}`,
          colours: ['rgb(255, 255, 255) rgb(27, 31, 36)', 'rgb(21, 24, 28) rgb(231, 234, 238)'],
          complaints: [],
        },
      ]);
    }
  });

  it('a look-up that fails leaves the code there, to go on with', async () => {
    const { first, again } = await lookUpTwice(lent.browser, lent.stack.worker.url, 'BCDF-GHJK');
    expect(first).toMatch(/^That did not work: .+\. Try again\.$/);
    expect(again).toMatch(/^No device waits under this code\./);
  });

  it('a sign-in that cannot be loaded is tried again with the code', async () => {
    expect(await signInOffered(lent.browser, lent.stack.worker.url, 'BCDF-GHJK')).toBe(true);
  });

  it('the reference is searched by the keyboard alone, without a script', async () => {
    const found = await searchReference(lent.browser, lent.stack.worker.url, 'upload lab report');
    expect(found).toContain('Upload a lab report (PDF, PNG or JPEG, at most 10 MiB)');
    expect(found.length).toBeLessThan(10);
  });

  describeConsole(() => prepared);
});
