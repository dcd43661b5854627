import { afterEach, expect, vi } from 'vitest';
import { cleanUp } from '../after-each-test.ts';
import { isCalendarTest } from './calendar-tests.ts';
import { shiftClock } from './node-clock.ts';
import { clockOffsetMs, dayOfTests } from './pretended-day.ts';
import { shiftDate } from './shifted-date.ts';

/**
 * Before each test file: one with a calendar in it begins on the pretended day, with all that it starts; any other
 * runs today, whatever ran in this process before; what a file before it put into the environment is gone. After each
 * of its tests what the test used is cleaned up.
 */
vi.useRealTimers();
vi.unstubAllEnvs();
shiftDate(0);
const isPretended = isCalendarTest(expect.getState().testPath ?? '');
shiftClock(isPretended ? clockOffsetMs(dayOfTests(process.env, 0), Date.now()) : 0);

afterEach(cleanUp);
