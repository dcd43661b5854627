import { EXIT_FAILED } from '../errors.ts';
import { watchInterruptsFor } from '../terminal/interrupts.ts';

/** Set, in the environment, for a process that does the work of another one. */
export const APART = 'AMY_WORKS_APART';

/** Whether this process works for another one. What it starts itself does not. */
export function takeApart(): boolean {
  const isApart = process.env[APART] !== undefined && process.send !== undefined;
  delete process.env[APART];
  return isApart;
}

/** The other process hears what is to be said and removed where this one is ended; this one ends with it. */
export function workForAnother(): void {
  const end = watchInterruptsFor((left) => void process.send?.(left));
  process.once('disconnect', () => end(EXIT_FAILED));
  // Nothing is waited for: the process ends when its work is done.
  process.channel?.unref();
}
