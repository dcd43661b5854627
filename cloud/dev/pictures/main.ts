import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { REPORT_DAYS } from '../../../cli/src/limits.ts';
import { makeReport } from '../../../cli/src/report/make-report.ts';
import manifest from '../../../package.json' with { type: 'json' };
import { chromiumPath, openBrowser } from '../browser/browser.ts';
import { giveKey } from '../console/operator-page.ts';
import { syncDemoMirror } from '../local/demo-mirror.ts';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { settled } from '../local/settle.ts';
import { signIn } from '../local/sign-in.ts';
import { type LocalStack, startLocalStack } from '../local/stack.ts';
import { dayNumber } from '../terra/calendar.ts';
import { today } from '../today.ts';
import { openForPicture, PICTURE_BYTES_MAX, type PictureName, takePicture } from './picture.ts';

/**
 * `npm run pictures`: makes the pictures of the README from a local stack, with a person that the simulator made up. The
 * same day and the same name of the server each time, so that they change only where what they show has changed.
 */

const PERSON = 'user_demo';
const DEVICES = ['OURA', 'GARMIN'] as const;
const SEED = 17;
const TODAY = '2026-03-31';
const NOW = new Date(`${TODAY}T20:00:00Z`);
const TIME_ZONE = 'Europe/Berlin';
/** What the server is called in the pictures. */
const HOST = 'amy.example';
const PATIENCE_MS = 120_000;

const root = fileURLToPath(new URL('../../..', import.meta.url));
const folder = join(root, 'docs', 'pictures');

async function main(): Promise<void> {
  const chromium = chromiumPath();
  if (chromium === null) throw new Error('there is no Chromium: install it, or name it in CHROMIUM_PATH');
  const home = mkdtempSync(join(tmpdir(), 'amy-pictures-'));
  const options = { root, state: join(home, 'state'), port: 0, seed: SEED, today: TODAY };
  const stack = await startLocalStack({ ...options, environment: FIXED_SECRETS });
  const browser = await openBrowser(chromium, { [HOST]: new URL(stack.worker.url).host });
  try {
    const report = await fill(stack, home);
    mkdirSync(folder, { recursive: true });
    await keep(browser, 'report', (page) => page.goto(pathToFileURL(report).href));
    await keep(browser, 'reference', (page) => page.goto(`http://${HOST}/docs#getSync`));
    await keep(browser, 'console', (page) => openHealth(page, stack));
  } finally {
    await browser.close();
    await stack.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Brings the days of the report in; answers where it is. */
async function fill(stack: LocalStack, home: string): Promise<string> {
  const { terra, worker, secrets } = stack;
  const token = await signIn(stack, PERSON);
  for (const device of DEVICES) terra.connect(PERSON, device);
  await terra.settled();
  await send(worker.url, token, 'PUT', '/v1/profile', { age: 41, sex: 'female' });
  // What comes unasked are the days before the real today: these lie before them.
  const days = dayNumber(today()) - dayNumber(TODAY) + REPORT_DAYS;
  await send(worker.url, token, 'POST', '/v1/import', { days });
  await settled({
    ...{ worker, terra, adminKey: secrets.AMY_ADMIN_KEY, stuckMs: PATIENCE_MS, patienceMs: PATIENCE_MS },
    onProgress: () => undefined,
  });
  const databasePath = join(home, 'persona.sqlite');
  await syncDemoMirror({ url: worker.url, token, databasePath, person: PERSON });
  const asked = { days: REPORT_DAYS, now: NOW, timeZone: TIME_ZONE };
  const { html } = await makeReport(databasePath, manifest.version, asked);
  const path = join(home, 'report.html');
  writeFileSync(path, html);
  return path;
}

async function send(url: string, token: string, method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}${path}`, { method, headers, body: JSON.stringify(body) });
  if (!response.ok)
    throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`);
}

async function openHealth(page: Page, { secrets }: LocalStack): Promise<void> {
  await page.goto(`http://${HOST}/admin`);
  await giveKey(page, secrets.AMY_ADMIN_KEY);
  await page.locator('#view > section:not([aria-busy])').waitFor();
}

async function keep(
  browser: Browser,
  name: PictureName,
  open: (page: Page) => Promise<unknown>,
): Promise<void> {
  const page = await openForPicture(browser);
  await open(page);
  const picture = await takePicture(browser, page);
  const path = join(folder, `${name}.webp`);
  process.stdout.write(`${path}: ${picture.byteLength} bytes\n`);
  if (picture.byteLength > PICTURE_BYTES_MAX)
    throw new Error(`${name} is larger than ${PICTURE_BYTES_MAX} bytes`);
  writeFileSync(path, picture);
  await page.context().close();
}

await main();
