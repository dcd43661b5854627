import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { ENTRY } from '../../package/bundle.ts';
import { makePackage } from '../../package/make.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The command line as one program, bundled for this test run: its tests start hundreds of processes. */
    bundledAmy: string;
    /** What it was bundled from, as paths from the repository's root. */
    bundledSources: readonly string[];
  }
}

/**
 * Makes the package that people install, once for all tests of the command line, and gives its program. The tests of
 * `npm start` run the files as they lie in the repository.
 */
export default async function bundleAmy(project: TestProject): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-bundled-'));
  project.provide('bundledSources', await makePackage(folder));
  project.provide('bundledAmy', join(folder, ENTRY));
  return () => rmSync(folder, { recursive: true, force: true });
}
