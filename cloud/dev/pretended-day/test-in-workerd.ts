import { env } from 'cloudflare:test';
import { expect } from 'vitest';
import { isCalendarTest } from './calendar-tests.ts';
import { clockOffsetMs } from './pretended-day.ts';
import { shiftDate } from './shifted-date.ts';

declare global {
  namespace Cloudflare {
    interface Env {
      /** The day that tests with a calendar begin on: vitest.config.ts passes it on. */
      AMY_TODAY: string;
    }
  }
}

/**
 * Before each test file: one with a calendar in it begins on the pretended day. The clock of D1 (`datetime('now')`),
 * R2 (`uploaded`), KV and the rate limits stays the real one.
 */
shiftDate(0);
const isPretended = isCalendarTest(expect.getState().testPath ?? '');
shiftDate(isPretended ? clockOffsetMs(env.AMY_TODAY, Date.now()) : 0);
