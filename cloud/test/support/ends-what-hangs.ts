import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Reporter, TestCase, TestModule } from 'vitest/node';
import type { HangNews } from './hang-watch.ts';

/** Longer than any test may take by its own timeout (8 minutes), and far shorter than CI waits for a whole run. */
const HANGS_AFTER_MS = 10 * 60_000;
const LOOKED_AT_EVERY_MS = 5_000;

/**
 * A test's timeout ends what waits, and cannot end what computes for ever, nor a file whose runtime does not answer:
 * such a run would stand still until somebody kills it, without a word about where. When nothing began and nothing
 * ended for ten minutes, this says which files and which of their tests were under way, closes as a run closes
 * that failed, and ends the run. A thread watches (`hang-watch.ts`): the process itself may be what stands still.
 * `hangsAfterMs` and `lookEveryMs` are for the test of this.
 */
export class EndsWhatHangs implements Reporter {
  readonly #hangsAfterMs: number;
  readonly #lookEveryMs: number;
  #watch: Worker | undefined;

  constructor(hangsAfterMs = HANGS_AFTER_MS, lookEveryMs = LOOKED_AT_EVERY_MS) {
    this.#hangsAfterMs = hangsAfterMs;
    this.#lookEveryMs = lookEveryMs;
  }

  onTestRunStart(): void {
    this.#watch ??= new Worker(join(import.meta.dirname, 'hang-watch.ts'), {
      workerData: { hangsAfterMs: this.#hangsAfterMs, lookEveryMs: this.#lookEveryMs, pid: process.pid },
    });
    this.#watch.unref();
  }

  onTestModuleQueued(module: TestModule): void {
    this.#tell({ what: 'file begins', file: nameOf(module) });
  }

  onTestCaseReady(test: TestCase): void {
    this.#tell({ what: 'test begins', file: nameOf(test.module), test: test.fullName });
  }

  onTestCaseResult(test: TestCase): void {
    const { state } = test.result();
    this.#tell({ what: 'test ended', file: nameOf(test.module), test: test.fullName, state });
  }

  onTestModuleEnd(module: TestModule): void {
    this.#tell({ what: 'file ended', file: nameOf(module) });
  }

  async onTestRunEnd(): Promise<void> {
    await this.#watch?.terminate();
    this.#watch = undefined;
  }

  #tell(news: HangNews): void {
    this.#watch?.postMessage(news);
  }
}

function nameOf(module: TestModule): string {
  return `${module.project.name} ${module.relativeModuleId}`.trimStart();
}
