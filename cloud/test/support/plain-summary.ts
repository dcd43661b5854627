import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { Missing } from '../../dev/needs.ts';

/** How many tests were skipped for one reason, and in which files. */
type Skipped = { readonly missing: Missing | undefined; readonly files: Set<string>; tests: number };

/**
 * Closes a run with what was skipped and why, a line for each reason, and then with one plain line that people
 * and CI read alike: `tests: N passed, N failed, N skipped`.
 */
export class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    const skipped = new Map<string, Skipped>();
    for (const module of modules) {
      // A file that does not load runs no test, and is a failure all the same.
      if (module.state() === 'failed' && module.children.size === 0) count.failed += 1;
      for (const test of module.children.allTests()) {
        count[test.result().state] += 1;
        if (test.result().state === 'skipped') noteSkipped(skipped, test);
      }
    }
    // Vitest prints its own summary on stdout first.
    setImmediate(() => {
      for (const reason of skipped.values()) console.log(skippedLine(reason));
      console.log(`tests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    });
  }
}

function noteSkipped(skipped: Map<string, Skipped>, test: TestCase): void {
  const { missing } = test.meta();
  const key = JSON.stringify(missing ?? null);
  const reason = skipped.get(key) ?? { missing, files: new Set(), tests: 0 };
  reason.tests += 1;
  reason.files.add(test.module.relativeModuleId);
  skipped.set(key, reason);
}

/** `skipped: 4 tests that need Chromium, which this machine lacks (flow.test.ts); ...: apt-get install ...`. */
function skippedLine({ missing, files, tests }: Skipped): string {
  const howMany = `skipped: ${tests} ${tests === 1 ? 'test' : 'tests'}`;
  if (missing === undefined) {
    return `${howMany} in ${files.size} ${files.size === 1 ? 'file' : 'files'}, because a filter or a mark in the code leaves them out`;
  }
  const where = [...files].toSorted().join(', ');
  const install = missing.install === null ? '' : `; on Debian or Ubuntu: ${missing.install}`;
  return `${howMany} that ${tests === 1 ? 'needs' : 'need'} ${missing.what}, which this machine lacks (${where})${install}`;
}
