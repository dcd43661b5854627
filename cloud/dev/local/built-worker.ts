import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withoutPretence } from '../pretended-day/node-clock.ts';
import { type Child, startNode } from './child.ts';

/**
 * The Worker as it is deployed, bundled by wrangler, with its bindings as wrangler.toml names them. Kept below
 * `.amy/built` under a hash of all it is made of, so that it is made once: bundling takes wrangler some seconds of
 * CPU. What is there never changes: a stack that runs is not disturbed by somebody who saves a file.
 */

/** What the bundle is made from, besides the folder of `main`. */
const SOURCES = [
  'cloud/bundle',
  'cloud/src',
  'migrations',
  'cloud/dev/pretended-day',
  'wrangler.toml',
  'package.json',
  'package-lock.json',
];
/** Writes OPTIONS_FILE and MIGRATIONS_FILE: `worker-options.ts <wrangler.toml> <folder>`. */
export const WORKER_OPTIONS = fileURLToPath(new URL('./worker-options.ts', import.meta.url));
/** Bundles of earlier sources that are kept; a stack may still run on one. */
const KEPT = 4;

export const OPTIONS_FILE = 'worker-options.json';
export const MIGRATIONS_FILE = 'migrations.json';

/**
 * The folder of the bundle; made first where it is not there. `main` is the Worker's first file, from the root; `beside`
 * are the folders besides its own and the Worker's that it imports from. Throws with wrangler's own words.
 */
export async function builtWorker(
  root: string,
  main: string,
  signal?: AbortSignal,
  beside: readonly string[] = [],
): Promise<string> {
  const all = join(root, '.amy', 'built');
  const folder = join(all, hashOfSources(root, main, beside));
  if (existsSync(folder)) return folder;
  mkdirSync(all, { recursive: true });
  const making = mkdtempSync(join(all, 'making-'));
  try {
    await build(root, main, making, signal);
    moveInto(making, folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  forgetOld(all);
  return folder;
}

async function build(root: string, main: string, folder: string, signal?: AbortSignal): Promise<void> {
  const options = { cwd: root, env: wranglerEnvironment(process.env), isTied: true, signal };
  await Promise.all([
    ended(startNode([wranglerProgram(root), 'deploy', '--dry-run', main, `--outdir=${folder}`], options)),
    ended(startNode([WORKER_OPTIONS, join(root, 'wrangler.toml'), folder], options)),
  ]);
}

async function ended(child: Child): Promise<void> {
  const code = await child.ended;
  if (code !== 0) throw new Error(`the Worker could not be built:\n${child.output()}`);
}

export function wranglerProgram(root: string): string {
  return join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
}

/** Nothing asks a public host: no metrics, no look for updates, no sample request data. CI: no questions. */
export function wranglerEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...withoutPretence(environment),
    CI: 'true',
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  };
}

function hashOfSources(root: string, main: string, beside: readonly string[]): string {
  const hash = createHash('sha256').update(main);
  for (const file of new Set([...SOURCES, dirname(main), ...beside].flatMap((path) => filesOf(root, path))))
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 32);
}

function filesOf(root: string, path: string): readonly string[] {
  if (!existsSync(join(root, path))) return [];
  if (!statSync(join(root, path)).isDirectory()) return [path];
  return readdirSync(join(root, path), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .toSorted();
}

/** Somebody else may have made the same meanwhile. */
function moveInto(making: string, folder: string): void {
  try {
    renameSync(making, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

function forgetOld(all: string): void {
  const folders = readdirSync(all)
    .map((name) => join(all, name))
    .map((path) => ({ path, madeMs: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .toSorted((a, b) => b.madeMs - a.madeMs);
  for (const { path } of folders.slice(KEPT)) rmSync(path, { recursive: true, force: true });
}
