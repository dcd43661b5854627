import { inheritedOffsetMs, OFFSET_VARIABLE } from './pretended-day.ts';

/** The Worker's first file, from the root, and a variable of its own. */
export type PretendedWorker = {
  readonly main: string;
  readonly variables: Readonly<Record<string, string>>;
};

/** What is served so that the Worker has the clock of this process: the Worker itself where nobody pretends. */
export function pretendedWorker(environment: NodeJS.ProcessEnv): PretendedWorker {
  const offsetMs = inheritedOffsetMs(environment);
  if (offsetMs === 0) return { main: 'cloud/src/index.ts', variables: {} };
  return { main: 'cloud/dev/pretended-day/worker.ts', variables: { [OFFSET_VARIABLE]: String(offsetMs) } };
}
