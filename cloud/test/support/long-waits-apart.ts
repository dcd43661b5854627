import { sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests that start whole stacks take a minute or two and mostly wait: beside each other they leave a core idle,
 * beside the many short files of the Worker they cost hardly any time. So two of them begin first, and the third begins when those
 * files are done, beside the tests of the command line. The order is also the same on a fresh clone and on a machine
 * that remembers earlier runs.
 */
const ORDER: readonly RegExp[] = [
  /\/cloud\/dev\/start\.test\.ts$/,
  /\/cloud\/dev\/crash\.test\.ts$/,
  /\/cloud\/(src|test)\//,
  /\/cloud\/dev\/flow\//,
  /./,
];

export class LongWaitsApart extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

function rank({ moduleId }: TestSpecification): number {
  const path = moduleId.split(sep).join('/');
  return ORDER.findIndex((files) => files.test(path));
}
