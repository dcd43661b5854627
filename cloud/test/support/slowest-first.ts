import { sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Tests that start whole stacks and mostly wait for them, the longest first. */
const LONG_WAITS = ['cloud/dev/start.test.ts', 'cloud/dev/crash.test.ts', 'cloud/dev/flow/flow.test.ts'];

/**
 * A long file that begins last leaves a core idle at the end. The order is also the same on a fresh clone and on a
 * machine that remembers earlier runs.
 */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const path = moduleId.split(sep).join('/');
  const place = LONG_WAITS.findIndex((file) => path.endsWith(file));
  return place === -1 ? LONG_WAITS.length : place;
}
