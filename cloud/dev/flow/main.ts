import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromiumPath, openBrowser } from '../browser/browser.ts';
import { startLocalStack } from '../local/stack.ts';
import { today } from '../today.ts';
import { runFlow } from './flow.ts';

/** `npm run flow`: a person's whole way through Amy on this machine, from signing in to leaving. */

const SEED = 4;

const root = fileURLToPath(new URL('../../..', import.meta.url));

async function main(): Promise<void> {
  const chromium = chromiumPath();
  if (chromium === null) {
    throw new Error('there is no Chromium: install it, or name it in CHROMIUM_PATH');
  }
  const home = mkdtempSync(join(tmpdir(), 'amy-flow-'));
  const state = join(home, 'state');
  const stack = await startLocalStack({ root, state, port: 0, seed: SEED, today: today() });
  const browser = await openBrowser(chromium);
  try {
    const tell = (line: string) => process.stderr.write(`${line}\n`);
    const flow = await runFlow({ root, stack, state, browser, home, tell });
    process.stdout.write(`${JSON.stringify(flow, null, 2)}\n`);
  } finally {
    await browser.close();
    await stack.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

await main();
