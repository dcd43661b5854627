import { OFFSET_VARIABLE } from './pretended-day.ts';
import { shiftDate } from './shifted-date.ts';

const PRELOAD = `--import=${new URL('preload.ts', import.meta.url).href}`;

/** What a process needs of this one's environment to have its clock; nothing where nobody pretends. */
export function clockEnvironment(): Record<string, string> {
  const { NODE_OPTIONS, [OFFSET_VARIABLE]: offset } = process.env;
  return offset === undefined ? {} : { NODE_OPTIONS: NODE_OPTIONS ?? '', [OFFSET_VARIABLE]: offset };
}

/** What a process needs of an environment to have a clock that is so far ahead of the real one. */
export function shiftedEnvironment(offsetMs: number): Record<string, string> {
  return { NODE_OPTIONS: PRELOAD, [OFFSET_VARIABLE]: String(offsetMs) };
}

/**
 * An environment whose processes have the machine's own clock. wrangler needs it: on a day before the Worker's
 * compatibility date it would refuse that date as one in the future.
 */
export function withoutPretence(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS, [OFFSET_VARIABLE]: _offset, ...rest } = environment;
  const others = (NODE_OPTIONS ?? '').replace(PRELOAD, '').trim();
  return others === '' ? rest : { ...rest, NODE_OPTIONS: others };
}

/** Shifts the clock of this Node process and of all it starts from now on; 0 ends the pretending. */
export function shiftClock(offsetMs: number): void {
  shiftDate(offsetMs);
  const others = (process.env.NODE_OPTIONS ?? '').replace(PRELOAD, '').trim();
  const options = offsetMs === 0 ? others : `${others} ${PRELOAD}`.trim();
  delete process.env.NODE_OPTIONS;
  delete process.env[OFFSET_VARIABLE];
  if (options !== '') process.env.NODE_OPTIONS = options;
  if (offsetMs !== 0) process.env[OFFSET_VARIABLE] = String(offsetMs);
}
