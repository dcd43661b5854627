import { sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests that start whole stacks take half a minute to two and mostly wait: beside each other they leave a core idle,
 * beside the many short files of the Worker they cost hardly any time. So they begin first, the longest on a worker of
 * its own, and none is left when the short ones are done. The order is also the same on a fresh clone and on a machine
 * that remembers earlier runs.
 */
const ORDER: readonly RegExp[] = [
  /\/cloud\/dev\/start\.test\.ts$/,
  /\/cloud\/dev\/crash\.test\.ts$/,
  /\/cloud\/dev\/flow\//,
  /\/cloud\/dev\/local\/(end-with-parent|built-worker)\.test\.ts$/,
  /\/cloud\/(src|test)\//,
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
