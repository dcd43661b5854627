import { sep } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Tests that start whole stacks take half a minute to two and mostly wait: two of them beside each other leave a core
 * idle, one beside the many short files of the Worker costs hardly any time. So one follows the other, each where the
 * one before it has ended, and none is left when the short ones are done. The order is also the same on a fresh clone
 * and on a machine that remembers earlier runs.
 */
const WAITING: readonly { readonly file: RegExp; readonly afterShareOfOthers: number }[] = [
  { file: /\/cloud\/dev\/start\.test\.ts$/, afterShareOfOthers: 0 },
  { file: /\/cloud\/dev\/crash\.test\.ts$/, afterShareOfOthers: 0.45 },
  { file: /\/cloud\/dev\/flow\//, afterShareOfOthers: 0.55 },
  { file: /\/cloud\/dev\/local\/end-with-parent\.test\.ts$/, afterShareOfOthers: 0.65 },
  { file: /\/cloud\/dev\/local\/built-worker\.test\.ts$/, afterShareOfOthers: 0.75 },
];

/** Of the Worker first: its files share a runtime, which ends where another kind of file comes between. */
const OTHERS: readonly RegExp[] = [/\/cloud\/(src|test)\//, /./];

export class LongWaitsApart extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const others = files
      .filter((one) => waitingOf(one) === undefined)
      .toSorted((a, b) => rank(a) - rank(b) || (a.moduleId < b.moduleId ? -1 : 1));
    const placed = others.map((one, index) => ({ one, place: index / others.length }));
    const waiting = files.flatMap((one) => {
      const place = waitingOf(one)?.afterShareOfOthers;
      return place === undefined ? [] : [{ one, place }];
    });
    return [...waiting, ...placed].toSorted((a, b) => a.place - b.place).map(({ one }) => one);
  }
}

function waitingOf(one: TestSpecification) {
  return WAITING.find(({ file }) => file.test(pathOf(one)));
}

function rank(one: TestSpecification): number {
  const path = pathOf(one);
  return OTHERS.findIndex((files) => files.test(path));
}

function pathOf({ moduleId }: TestSpecification): string {
  return moduleId.split(sep).join('/');
}
