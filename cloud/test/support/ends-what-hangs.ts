import type { Reporter, TestCase, TestModule } from 'vitest/node';

/** Longer than any test may take by its own timeout (8 minutes), and far shorter than CI waits for a whole run. */
const HANGS_AFTER_MS = 10 * 60_000;
const LOOKED_AT_EVERY_MS = 5_000;

type UnderWay = { readonly sinceMs: number; readonly tests: Map<string, number> };

/**
 * A test's timeout ends what waits, and cannot end what computes for ever, nor a file whose runtime does not answer:
 * such a run would stand still until somebody kills it, without a word about where. When nothing began and nothing
 * ended for ten minutes, this says which files and which of their tests were under way, closes as a run closes
 * that failed, and ends the run. `hangsAfterMs` and `lookEveryMs` are for the test of this.
 */
export class EndsWhatHangs implements Reporter {
  readonly #hangsAfterMs: number;
  readonly #lookEveryMs: number;
  readonly #underWay = new Map<string, UnderWay>();
  readonly #counts = { passed: 0, failed: 0, skipped: 0 };
  #lastNewsMs = Date.now();
  #watch: NodeJS.Timeout | undefined;

  constructor(hangsAfterMs = HANGS_AFTER_MS, lookEveryMs = LOOKED_AT_EVERY_MS) {
    this.#hangsAfterMs = hangsAfterMs;
    this.#lookEveryMs = lookEveryMs;
  }

  onTestRunStart(): void {
    this.#news();
    this.#watch ??= setInterval(() => this.#look(), this.#lookEveryMs);
  }

  onTestModuleQueued(module: TestModule): void {
    this.#underWay.set(nameOf(module), { sinceMs: this.#news(), tests: new Map() });
  }

  onTestCaseReady(test: TestCase): void {
    this.#underWay.get(nameOf(test.module))?.tests.set(test.fullName, this.#news());
  }

  onTestCaseResult(test: TestCase): void {
    this.#news();
    this.#underWay.get(nameOf(test.module))?.tests.delete(test.fullName);
    const { state } = test.result();
    if (state !== 'pending') this.#counts[state] += 1;
  }

  onTestModuleEnd(module: TestModule): void {
    this.#news();
    this.#underWay.delete(nameOf(module));
  }

  onTestRunEnd(): void {
    clearInterval(this.#watch);
    this.#watch = undefined;
  }

  #news(): number {
    this.#lastNewsMs = Date.now();
    return this.#lastNewsMs;
  }

  #look(): void {
    const nowMs = Date.now();
    if (nowMs - this.#lastNewsMs < this.#hangsAfterMs) return;
    clearInterval(this.#watch);
    const { passed, failed, skipped } = this.#counts;
    const lines = [...this.#underWay].flatMap(([file, { sinceMs, tests }]) => [
      `hangs: ${file}, begun ${seconds(nowMs - sinceMs)} s ago${tests.size === 0 ? ', in none of its tests' : ''}`,
      ...[...tests].map(([test, ms]) => `hangs:   ${test}, begun ${seconds(nowMs - ms)} s ago`),
    ]);
    if (lines.length === 0) lines.push('hangs: the run itself, between its files');
    lines.push(`tests: ${passed} passed, ${failed + lines.length} failed, ${skipped} skipped`);
    // Vitest's own watchdog ends the processes that run files once this one is gone.
    process.stdout.write(`\n${lines.join('\n')}\n`, () => process.exit(1));
  }
}

function nameOf(module: TestModule): string {
  return `${module.project.name} ${module.relativeModuleId}`.trimStart();
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}
