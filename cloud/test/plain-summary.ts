import type { Reporter, TestModule } from 'vitest/node';

/** Closes a run with one plain line that people and CI read alike: `N passed, N failed, N skipped`. */
export class PlainSummary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const count = { passed: 0, failed: 0, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A file that does not load runs no test, and is a failure all the same.
      if (module.state() === 'failed' && module.children.size === 0) count.failed += 1;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
    }
    // Vitest prints its own summary on stdout first.
    setImmediate(() => {
      console.log(`tests: ${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
    });
  }
}
