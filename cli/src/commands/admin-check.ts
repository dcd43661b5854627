import type { IngestStats } from '../../../cloud/src/contract/stats.ts';
import {
  ATTEMPTS_JUDGED,
  BACKLOG_AGE_MAX_MS,
  CRON_LATE_AFTER_MS,
  DATABASE_BYTES_PASSED,
  FAILED_SHARE_PASSED,
  REJECTED_SIGNATURES_PASSED,
  SILENT_CONNECTIONS_PASSED,
} from '../limits.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { isoOf, type ShowTime } from '../terminal/times.ts';

/** What is out of order, by the name that a monitor goes by, in a sentence that says what to look at. */
export type Failing = { readonly name: string; readonly message: string };

/** What waits for something that comes by itself, or never does, and is nobody's to mend. */
const WAITS_FOR_ITS_OWNER: ReadonlySet<string> = new Set([
  'no_connection_for_terra_user',
  'no_lab_upload_for_upload_id',
]);

/** Every check that fails, causes before what comes of them: without a signature nothing else arrives. */
export function failingChecks(stats: IngestStats, nowMs: number, time: ShowTime): readonly Failing[] {
  const checks: readonly (readonly [name: string, message: string | null])[] = [
    ['signing_secret', signingSecret(stats, time)],
    ['clock', clock(stats)],
    ['crons', crons(stats, nowMs, time)],
    ['backlog', backlog(stats, nowMs, time)],
    ['dead_letters', deadLetters(stats)],
    ['errors', errors(stats)],
    ['failures', failures(stats)],
    ['silences', silences(stats)],
    ['rebuilds', rebuilds(stats)],
    ['database_size', databaseSize(stats)],
  ];
  return checks.flatMap(([name, message]) => (message === null ? [] : [{ name, message }]));
}

function signingSecret(
  { rejected_signatures, last_received_at: last }: IngestStats,
  time: ShowTime,
): string | null {
  const { mismatch } = rejected_signatures.last_hour;
  if (mismatch <= REJECTED_SIGNATURES_PASSED) return null;
  const taken = last === null ? 'none was ever taken' : `the last that was taken came at ${time(last)}`;
  return `${renderCount(mismatch)} deliveries of the last hour had the signature of another secret, ${taken}: is TERRA_SIGNING_SECRET the one that Terra signs with?`;
}

function clock({ rejected_signatures }: IngestStats): string | null {
  const { stale, future } = rejected_signatures.last_hour;
  if (stale + future <= REJECTED_SIGNATURES_PASSED) return null;
  return `signatures of the last hour were refused for their time, ${renderCount(stale)} too old and ${renderCount(future)} ahead: a clock is wrong, or somebody repeats old deliveries`;
}

function backlog(
  { backlog: events, oldest_backlog: oldest }: IngestStats,
  nowMs: number,
  time: ShowTime,
): string | null {
  if (oldest === null || events === 0) return null;
  if (nowMs - Date.parse(isoOf(oldest)) <= BACKLOG_AGE_MAX_MS) return null;
  return `${renderCounted(events, 'event')} on the way, the oldest since ${time(oldest)}: does the queue have its consumer?`;
}

/** One that never came is not known of: a deployment is younger than its first cron. */
function crons({ crons: runs }: IngestStats, nowMs: number, time: ShowTime): string | null {
  const late = runs.filter(
    ({ cron, started_at }) => nowMs - Date.parse(isoOf(started_at)) > lateAfterMs(cron),
  );
  if (late.length === 0) return null;
  const told = late.map(({ cron, started_at }) => `${cron} came last at ${time(started_at)}`).join(', ');
  return `${told}: does the Worker have its triggers?`;
}

function lateAfterMs(cron: string): number {
  return CRON_LATE_AFTER_MS[cron] ?? Number.POSITIVE_INFINITY;
}

function deadLetters({ dead_lettered: events }: IngestStats): string | null {
  return events === 0 ? null : `${renderCounted(events, 'event')} given up: \`amy admin dlq\` lists them`;
}

function errors(stats: IngestStats): string | null {
  const some = Object.entries(stats.errors).filter(([code]) => !WAITS_FOR_ITS_OWNER.has(code));
  if (some.length === 0) return null;
  const counts = some.map(([code, events]) => `${code} ${renderCount(events)}`).join(', ');
  return `events that did not become rows: ${counts}; \`amy admin dlq\` lists them`;
}

/** Failures are tried again and mostly pass; many of them at once are a fault of the code, or of what it runs on. */
function failures({ rates: { last_hour: hour } }: IngestStats): string | null {
  const attempts = hour.normalized + hour.skipped + hour.parked + hour.failed;
  if (attempts < ATTEMPTS_JUDGED || hour.failed <= attempts * FAILED_SHARE_PASSED) return null;
  return `${renderCount(hour.failed)} of ${renderCounted(attempts, 'attempt')} of the last hour failed: \`amy admin traces --level error --since 1h\` tells why`;
}

/** One device that is put away is no incident; many that fall silent in one day are a provider, Terra, or the way from it. */
function silences({ silences: { connections_last_day: silent } }: IngestStats): string | null {
  if (silent <= SILENT_CONNECTIONS_PASSED) return null;
  return `${renderCounted(silent, 'connection')} fell silent within a day: \`amy admin silences\` lists them, by provider too`;
}

function rebuilds({ rebuilds_failed: people }: IngestStats): string | null {
  return people === 0
    ? null
    : `given up for ${renderCount(people)} of the people: \`amy admin traces --level error\` tells why`;
}

function databaseSize({ database_bytes: bytes }: IngestStats): string | null {
  if (bytes <= DATABASE_BYTES_PASSED) return null;
  return `${renderCount(Math.floor(bytes / 1_000_000))} MB of the 10,000 MB that a database may have`;
}
