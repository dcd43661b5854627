/**
 * How raw_events tells what became of an event, as SQL conditions over its columns. They are made from
 * event-codes.ts. Partial indexes are found by the words of a condition: `HAS_ERROR` is that of
 * `idx_raw_attention` (migration 0004) and `idx_raw_failed` (0029), `IS_OPEN` that of `idx_raw_open` (0029), `IS_TRIED`
 * and `IS_LET_GO` those of `idx_raw_tried` and `idx_raw_let_go` (0037), word for word, and a test compares them.
 */
import {
  EVENT_CODES,
  type EventCode,
  type ParkedCode,
  SKIPPED_PREFIX,
  type SkippedReason,
  skippedError,
} from '../event-codes.ts';

const CODES: readonly (readonly [string, EventCode])[] = Object.entries(EVENT_CODES);

function listed(texts: readonly string[]): string {
  return texts.map((text) => `'${text}'`).join(', ');
}

function head(prefix: string): string {
  return `substr(process_error, 1, ${prefix.length})`;
}

const NOT_SKIPPED = `${head(SKIPPED_PREFIX)} <> '${SKIPPED_PREFIX}'`;

/** Skipped on purpose; null where there is no error. */
export const IS_SKIPPED = `${head(SKIPPED_PREFIX)} = '${SKIPPED_PREFIX}'`;

/** The reason of a skipped event. */
export const SKIPPED_REASON = `substr(process_error, ${SKIPPED_PREFIX.length + 1})`;

/** An error that was not on purpose, on a row that waits or of an item that was refused. */
export const HAS_ERROR = `process_error is not null and ${NOT_SKIPPED}`;

/** Needs an operator: an error that was not on purpose, or a dead letter that did not even leave one, not resolved. */
export const IS_OPEN = `resolved_at is null
  and (
    (${HAS_ERROR})
    or (dead_lettered_at is not null and processed_at is null)
  )`;

/** Processed, and not skipped: some of its items may have been refused. */
export const IS_NORMALIZED = `processed_at is not null and (${IS_SKIPPED}) is not true`;

/** Skipped for one of these reasons. */
export function isSkippedFor(reasons: readonly SkippedReason[]): string {
  return `process_error in (${listed(reasons.map(skippedError))})`;
}

/** Parked under this very code. The second line is for the index. */
export function isParkedAs(code: ParkedCode): string {
  return `process_error = '${code}'
  and ${NOT_SKIPPED}
  and processed_at is null`;
}

/** Unprocessed rows of which this is true are the drain's; the others wait for somebody. */
export const IS_DRAINED = isDrained(CODES.filter(([, { drained }]) => !drained));

/** Waits for its first try since it was let go, or set back by hand: it has what an outcome leaves. */
export const IS_LET_GO = `processed_at is null
  and attempts = 0
  and (released_at is not null or duration_ms is not null)`;

/** The drain's, and was tried before. */
export const IS_TRIED = `processed_at is null
  and attempts > 0
  and ${IS_DRAINED}`;

function isDrained(waiting: typeof CODES): string {
  const exact = waiting.filter(([, { form }]) => form === 'exact').map(([name]) => name);
  const prefixes = waiting.filter(([, { form }]) => form === 'prefix').map(([name]) => `${name}:`);
  return `(
    process_error is null
    or (
      process_error not in (${listed(exact)})
      and ${prefixes.map((prefix) => `${head(prefix)} <> '${prefix}'`).join('\n      and ')}
    )
  )`;
}

/** The name in event-codes.ts of what `process_error` says; any text that is none of them is an exception's. */
export const CODE_NAME = `case
    when process_error in (${listed(CODES.filter(([, { form }]) => form === 'exact').map(([name]) => name))})
    then process_error
    ${CODES.filter(([, { form }]) => form === 'prefix')
      .map(([name]) => `when ${head(`${name}:`)} = '${name}:' then '${name}'`)
      .join('\n    ')}
    else 'exception'
  end`;
