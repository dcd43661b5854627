import { sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * The order of the files. Tests that start whole stacks take half a minute to two and mostly wait: beside the many
 * short files they cost hardly any time, and none is left when the short ones are done. All files of the Worker follow
 * each other, and so do those of Node: a runtime serves one file after another, but it ends as soon as the next file
 * in the order is of the other kind, and starting one costs seconds of CPU. The order is also the same on a fresh clone and
 * on a machine that remembers earlier runs.
 */
const IN_ORDER: readonly RegExp[] = [
  /\/cloud\/dev\/start\.test\.ts$/,
  /\/cloud\/(src|test)\//,
  /\/cloud\/dev\/crash\.test\.ts$/,
  /\/cloud\/dev\/flow\//,
  /\/cloud\/dev\/local\//,
  /./,
];

export class FilesInOrder extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

function placeOf({ moduleId }: TestSpecification): number {
  const path = moduleId.split(sep).join('/');
  return IN_ORDER.findIndex((files) => files.test(path));
}
