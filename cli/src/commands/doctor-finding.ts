import { AmyError } from '../errors.ts';

/** What is looked at, in the order it is told. */
export type Check =
  | 'sign-in file'
  | 'token'
  | 'line'
  | 'server'
  | 'clock'
  | 'file'
  | 'person'
  | 'soundness'
  | 'permissions'
  | 'disk'
  | 'last sync'
  | 'last verify';

export type Finding = {
  readonly check: Check;
  /** `skipped`: could not be looked at, because of what is wrong elsewhere. */
  readonly state: 'ok' | 'wrong' | 'mended' | 'skipped';
  readonly message: string;
  /** What a person can do about it. */
  readonly remedy: string | null;
  /** Mends it, and gives what was done. Null where that is not for a program to do. */
  readonly mend: (() => string | Promise<string>) | null;
};

export function well(check: Check, message: string): Finding {
  return { check, state: 'ok', message, remedy: null, mend: null };
}

export function wrong(
  check: Check,
  message: string,
  remedy: string | null,
  mend: Finding['mend'] = null,
): Finding {
  return { check, state: 'wrong', message, remedy, mend };
}

export function skipped(check: Check, why: string): Finding {
  return { check, state: 'skipped', message: why, remedy: null, mend: null };
}

/** An error that says itself what to do. */
export function wrongBy(check: Check, thrown: unknown): Finding {
  if (thrown instanceof AmyError) return wrong(check, thrown.message, null);
  throw thrown;
}

/** The finding of something that was mended; still wrong, and why, where that failed. */
export async function mended(finding: Finding): Promise<Finding> {
  if (finding.mend === null) return finding;
  try {
    return { ...finding, state: 'mended', message: await finding.mend(), remedy: null, mend: null };
  } catch (thrown) {
    if (thrown instanceof AmyError) return { ...finding, message: thrown.message, remedy: null, mend: null };
    throw thrown;
  }
}
