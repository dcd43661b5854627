import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The command line as one program, bundled for this test run: its tests start hundreds of processes. */
    bundledAmy: string;
  }
}

const CLI = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Bundles the command line once for all of its tests. Most of the time of a start is finding and reading two hundred
 * small files; from a bundle it takes a third. The tests of `npm start` run the files as they lie in the repository.
 */
export default async function bundleAmy(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-bundled-'));
  await build({
    entryPoints: [join(CLI, 'bin/amy.js')],
    // Two levels down, as in the repository: what the program keeps beside its packages stays inside the folder.
    outdir: join(folder, 'cli/bin'),
    bundle: true,
    // The check of the Node version stays in a file of its own, read before the rest.
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    outExtension: { '.js': '.mjs' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  project.provide('bundledAmy', join(folder, 'cli/bin/amy.mjs'));
  return () => rmSync(folder, { recursive: true, force: true });
}
