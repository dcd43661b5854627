import type { Reporter, TestModule, TestSpecification } from 'vitest/node';
import { isCalendarTest } from './calendar-tests.ts';
import { TODAY_VARIABLE } from './pretended-day.ts';

/** Says at the start and near the end of a run which day was pretended, so that the same can be asked for again. */
export class PretendedDay implements Reporter {
  readonly #day: string;

  constructor(day: string) {
    this.#day = day;
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    if (specifications.some(({ moduleId }) => isCalendarTest(moduleId))) console.log(this.#line());
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    // Vitest prints its own summary on stdout first.
    if (modules.some(({ moduleId }) => isCalendarTest(moduleId)))
      setImmediate(() => console.log(this.#line()));
  }

  #line(): string {
    return `tests with a calendar: ${TODAY_VARIABLE}=${this.#day} (set it to repeat them; "real" pretends nothing)`;
  }
}
