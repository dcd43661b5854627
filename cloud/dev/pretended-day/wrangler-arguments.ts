import { inheritedOffsetMs, OFFSET_VARIABLE } from './pretended-day.ts';

/** What `wrangler dev` is told so that the Worker has the clock of this process: nothing where nobody pretends. */
export function pretendedWorker(environment: NodeJS.ProcessEnv): readonly string[] {
  const offsetMs = inheritedOffsetMs(environment);
  if (offsetMs === 0) return [];
  return ['cloud/dev/pretended-day/worker.ts', '--var', `${OFFSET_VARIABLE}:${offsetMs}`];
}
