import type { TestOptions } from 'vitest';

declare module 'vitest' {
  interface TaskMeta {
    /** Why a test is skipped on this machine. */
    missing?: Missing;
  }
}

/** What some tests need and this machine lacks; `install` is the command that brings it, where one can. */
export type Missing = { readonly what: string; readonly install: string | null };

/**
 * Options of a test or a suite that runs only where the machine has something that `npm ci` does not install.
 * What is skipped for want of it is said in the last lines of the run, with the reason and the command.
 */
export function needs(what: string, isThere: boolean, install: string | null): TestOptions {
  return isThere ? {} : { skip: true, meta: { missing: { what, install } } };
}
