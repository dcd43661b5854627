import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Bytes of a process in memory now, and at most since the peak was last forgotten. */
export type Memory = { readonly now: number; readonly peak: number };

/** The process the Worker runs in. */
export type WorkerProcess = {
  readonly pid: string;
  readonly memory: () => Memory;
  readonly forgetPeak: () => void;
  /** Milliseconds of processor time since it started, of all its threads. */
  readonly cpuMs: () => number;
  /** The same of its first thread alone, in which workerd runs all that is JavaScript. */
  readonly mainThreadCpuMs: () => number;
};

/** Whether this machine says how much memory a process has. */
export const CAN_MEASURE = process.platform === 'linux';

/**
 * Finds the Worker's process in the process group `group`: workerd, where the simulators of D1, R2, KV and queues run
 * as well. Throws where it is not exactly one.
 */
export function findWorkerProcess(group: number): WorkerProcess {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => isOfGroup(pid, group))
    .map((pid) => ({ pid, words: commandOf(pid) }))
    .filter(({ words }) => /workerd(\.exe)?$/.test(words[0] ?? '') && words[1] === 'serve');
  const [only, ...others] = found;
  if (only === undefined || others.length > 0)
    throw new Error(`${found.length} processes may be the Worker's, instead of one`);
  return watched(only.pid);
}

/** The runtimes that this process started itself. */
export function processesBelow(parent: number): readonly WorkerProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => statOf(pid)[1] === String(parent) && /workerd(\.exe)?$/.test(commandOf(pid)[0] ?? ''))
    .map(watched);
}

function watched(pid: string): WorkerProcess {
  return {
    pid,
    memory: () => memoryOf(pid),
    // `VmHWM` begins anew at what is there now (proc(5), clear_refs).
    forgetPeak: () => writeFileSync(`/proc/${pid}/clear_refs`, '5'),
    cpuMs: () => cpuOf(pid, readdirSync(`/proc/${pid}/task`)),
    // The first thread has the number of its process.
    mainThreadCpuMs: () => cpuOf(pid, [pid]),
  };
}

/** VmHWM:	  385120 kB */
function memoryOf(pid: string): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const bytes = (name: string) => {
    const line = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status);
    if (line === null) throw new Error(`/proc/${pid}/status has no ${name}`);
    return Number(line[1]) * 1_024;
  };
  return { now: bytes('VmRSS'), peak: bytes('VmHWM') };
}

const NS_IN_MS = 1_000_000;

/**
 * The first field of `/proc/<pid>/task/<tid>/schedstat` is a thread's time on a processor in ns. `/proc/<pid>/stat` has
 * the same of the process in steps of 10 ms, a fifth of what a batch of a hundred events takes. A thread that ended
 * takes its time along; workerd's stay.
 */
function cpuOf(pid: string, threads: readonly string[]): number {
  const ns = threads.map((thread) =>
    Number(readOrNothing(`/proc/${pid}/task/${thread}/schedstat`).split(' ')[0]),
  );
  return ns.reduce((sum, one) => sum + one, 0) / NS_IN_MS;
}

function isOfGroup(pid: string, group: number): boolean {
  return Number(statOf(pid)[2]) === group;
}

/** `/proc/<pid>/stat` is `pid (name) state parent group ...`, and the name may hold anything: from the state on. */
function statOf(pid: string): readonly string[] {
  const text = readOrNothing(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function commandOf(pid: string): readonly string[] {
  return readOrNothing(`/proc/${pid}/cmdline`).split('\0');
}

/** A process may be gone by the time it is looked at. */
function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
