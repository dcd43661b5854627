import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The bundle of a built Worker, first; and what is served to browsers as it stands. */
export function modulesOf(folder: string): { type: 'ESModule' | 'Text'; path: string }[] {
  const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const bundles = scripts.filter((name) => !name.endsWith('.browser.js'));
  const texts = scripts.filter((name) => name.endsWith('.browser.js'));
  return [
    ...bundles.map((name) => ({ type: 'ESModule' as const, path: join(folder, name) })),
    ...texts.map((name) => ({ type: 'Text' as const, path: join(folder, name) })),
  ];
}
