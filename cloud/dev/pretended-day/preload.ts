import { inheritedOffsetMs } from './pretended-day.ts';
import { shiftDate } from './shifted-date.ts';

/** `node --import` of this file, by NODE_OPTIONS: a process, and all it starts, has the clock of who started it. */
shiftDate(inheritedOffsetMs(process.env));
