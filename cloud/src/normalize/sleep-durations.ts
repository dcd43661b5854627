import type { Columns } from './types.ts';

/** Seconds of one session, by what they were spent in. */
export type SleepDurations = {
  readonly asleep_seconds: number | null;
  readonly deep_seconds: number | null;
  readonly rem_seconds: number | null;
  readonly light_seconds: number | null;
  readonly awake_seconds: number | null;
};

/**
 * The durations that say something. A device that cannot tell stages sends 0 for each of them beside the time
 * asleep: they are unknown, and so is an awake of 0 beside them. A time asleep of 0 beside stages is unknown too.
 */
export function knownDurations(said: SleepDurations): SleepDurations {
  const stages = [said.deep_seconds, said.rem_seconds, said.light_seconds].filter((stage) => stage !== null);
  const isStaged = stages.length > 0;
  const isEmpty = isStaged && said.asleep_seconds !== null && stages.every((stage) => stage === 0);
  return {
    asleep_seconds: isStaged && said.asleep_seconds === 0 ? null : said.asleep_seconds,
    deep_seconds: isEmpty ? null : said.deep_seconds,
    rem_seconds: isEmpty ? null : said.rem_seconds,
    light_seconds: isEmpty ? null : said.light_seconds,
    awake_seconds: isEmpty && said.awake_seconds === 0 ? null : said.awake_seconds,
  };
}

/** The durations of a session's columns, as far as they say something. */
export function durationsOf(session: Columns): SleepDurations {
  return knownDurations({
    asleep_seconds: numberOf(session.asleep_seconds),
    deep_seconds: numberOf(session.deep_seconds),
    rem_seconds: numberOf(session.rem_seconds),
    light_seconds: numberOf(session.light_seconds),
    awake_seconds: numberOf(session.awake_seconds),
  });
}

/** Seconds asleep as measured, else deep, REM and light together where all three are known. */
export function timeAsleep(durations: SleepDurations): number | null {
  const { asleep_seconds: asleep, deep_seconds: deep, rem_seconds: rem, light_seconds: light } = durations;
  if (asleep !== null) return asleep;
  return deep === null || rem === null || light === null ? null : deep + rem + light;
}

/** Whether any sleep was measured; without it the session is a stay in bed. Nobody sleeps for 0 seconds. */
export function isMeasured(durations: SleepDurations): boolean {
  const { asleep_seconds, deep_seconds, rem_seconds, light_seconds } = durations;
  return [asleep_seconds, deep_seconds, rem_seconds, light_seconds].some((seconds) => (seconds ?? 0) > 0);
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
