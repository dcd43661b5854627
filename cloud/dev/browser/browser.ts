import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** What Chromium is called on the systems that package it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;

/**
 * The Chromium of this machine: `CHROMIUM_PATH`, else the first of its usual names on the PATH; null where there is
 * none.
 */
export function chromiumPath(environment: NodeJS.ProcessEnv = process.env): string | null {
  if (environment.CHROMIUM_PATH) return environment.CHROMIUM_PATH;
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Starts a Chromium without a window that knows no address but this machine's own: every other name resolves
 * to nothing, but for `names`, which lead to where it says. The caller closes it.
 */
export function openBrowser(
  executablePath: string,
  names: Readonly<Record<string, string>> = {},
): Promise<Browser> {
  const rules = [
    ...Object.entries(names).map(([name, place]) => `MAP ${name} ${place}`),
    'MAP * ~NOTFOUND',
    'EXCLUDE 127.0.0.1',
  ];
  return chromium.launch({
    executablePath,
    headless: true,
    // Chromium's own sandbox refuses to run as root, as tests in a container do.
    chromiumSandbox: process.getuid?.() !== 0,
    args: ['--disable-background-networking', `--host-resolver-rules=${rules.join(', ')}`],
  });
}
