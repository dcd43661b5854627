/**
 * How long to wait before what failed is tried again: every schedule of the Worker, with one meaning of the
 * number of failures. It is how many attempts have failed, the one just made included, so it is 1 at least.
 */
import { sha256Hex } from '../digest.ts';
import { BACKFILL_ATTEMPTS_MAX, HOUR_MS, MINUTE_MS, SECOND_MS } from '../limits.ts';

/** The retries of `terra-events` after the first delivery: `max_retries` in wrangler.toml. */
const QUEUE_RETRIES = 5;

/** Doublings from 1 minute until 6 hours are passed. */
const ROW_WAITS = 10;

export type Schedule = {
  /** What is tried again. */
  readonly what: string;
  /** Nominal waits after the first failure, the second and so on; further failures wait as long as the last. */
  readonly waitsMs: readonly [number, ...number[]];
  /**
   * By up to this share a wait is shorter, so that what failed together does not come again together. It is
   * never longer: the nominal waits are the ones to rely on.
   */
  readonly spread: number;
  /** What comes after the last wait, or instead of further ones. */
  readonly atTheEnd: string;
};

export const SCHEDULES = {
  row: {
    what: 'an event that failed or was parked, by the drain',
    waitsMs: doublings(MINUTE_MS, ROW_WAITS, 6 * HOUR_MS),
    spread: 0.1,
    atTheEnd: 'the drain leaves it alone 24 hours after its receipt',
  },
  /** Half a row's waits, so that a message is back before the drain would send a second one. */
  message: {
    what: 'the message of an event, or of a request that met a database that was away',
    waitsMs: doublings(30 * SECOND_MS, QUEUE_RETRIES),
    spread: 0.2,
    atTheEnd: 'it is a dead letter, and its row waits for the drain',
  },
  /** Without spread: the sweep sends one a second. */
  outbox: {
    what: 'a request for history that Terra did not take, unless Terra says when',
    waitsMs: doublings(MINUTE_MS, BACKFILL_ATTEMPTS_MAX - 1),
    spread: 0,
    atTheEnd: 'it has failed, and its import says so',
  },
  /** Somebody waits for the answer. */
  lab_forward: {
    what: "recording Terra's answer to a lab report",
    waitsMs: [100, 400],
    spread: 0,
    atTheEnd: 'the upload is answered with an error; its file is kept',
  },
  /** The URL of a ping lives minutes, and pings are fetched one after another. */
  ping: {
    what: 'fetching what a ping points at, while its URL lives',
    waitsMs: [1 * SECOND_MS, 3 * SECOND_MS],
    spread: 0,
    atTheEnd: 'the message of the event is tried again',
  },
  /** Two days in all. */
  removal: {
    what: 'a deletion at Terra, after an erasure or of a lab report',
    waitsMs: [5 * MINUTE_MS, 30 * MINUTE_MS, 4 * HOUR_MS, 16 * HOUR_MS, 24 * HOUR_MS],
    spread: 0.1,
    atTheEnd: 'it is a dead letter: a trace `terra_removal_failed` tells the operator',
  },
} as const satisfies Record<string, Schedule>;

export type ScheduleName = keyof typeof SCHEDULES;

/**
 * The wait in ms after so many failures. What waits is named, so that its share of the spread is the same
 * whenever it is asked for; null, for many at once, gives the nominal wait.
 */
export function waitMs(schedule: ScheduleName, failures: number, who: string | number | null): number {
  const { waitsMs, spread }: Schedule = SCHEDULES[schedule];
  const nominal = waitsMs[Math.min(Math.max(failures, 1), waitsMs.length) - 1] ?? waitsMs[0];
  if (spread === 0 || who === null) return nominal;
  return Math.round(nominal * (1 - spread * shareOf(`${who}:${failures}`)));
}

/** The same in whole seconds, for a queue message's delay. */
export function waitSeconds(schedule: ScheduleName, failures: number, who: string | number | null): number {
  return Math.round(waitMs(schedule, failures, who) / SECOND_MS);
}

/** Between 0 and 1, evenly spread over names. */
function shareOf(name: string): number {
  return Number.parseInt(sha256Hex(name).slice(0, 8), 16) / 0xffff_ffff;
}

function doublings(firstMs: number, count: number, maxMs = Number.POSITIVE_INFINITY): [number, ...number[]] {
  const later = Array.from({ length: count - 1 }, (_, i) => Math.min(firstMs * 2 ** (i + 1), maxMs));
  return [firstMs, ...later];
}
