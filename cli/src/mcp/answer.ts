import { AmyError } from '../errors.ts';
import {
  MCP_ANSWER_BYTES_MAX,
  MCP_CELL_CHARS_MAX,
  MCP_NAMED_MAX,
  MCP_PAGE_WORDS_BYTES,
  SYNC_AGE_MAX_DAYS,
} from '../limits.ts';
import type { DateRange } from '../mirror/days-read.ts';
import { DAILY_ENTRIES } from '../mirror/dictionary/days.ts';
import { readOffsetRuns } from '../mirror/reading/extent.ts';
import { readSourceChanges } from '../mirror/reading/source-changes.ts';
import type { Found, Known, Row, Scene } from './found.ts';
import type { Page } from './tool.ts';

const HOUR_MS = 3_600_000;

/** Beside everything that a client is told of made-up numbers, refusals too. */
export const DEMO =
  'DEMO: every number here is made up by a program. None was measured, and none is of a real person; say so when you tell of them.';

/** What a client is sent, and what the log says of it. */
export type Answer = {
  readonly text: string;
  readonly rows: number;
  readonly bytes: number;
  readonly isInsufficient: boolean;
};

/** An answer with all that a client must know to repeat it honestly. Throws AmyError `answer_too_large`. */
export function answerOf(scene: Scene, tool: string, known: Known, found: Found, page: Page | null): Answer {
  const hull = hullOf(found.ranges);
  const before = {
    ...(scene.isDemo ? { demo: DEMO } : {}),
    tool,
    insufficient_data: found.insufficient,
    result: found.result,
  };
  const after = {
    coverage: found.coverage,
    freshness: freshnessOf(known, scene.now()),
    time: timeOf(known, hull),
    units: {
      ...Object.fromEntries(found.columns.map((column) => [column, DAILY_ENTRIES[column].unit])),
      ...found.units,
    },
    ...changesOf(known, found, hull),
    notes: [...found.notes, ...edgeNotes(known, hull)],
  };
  const { rows, told } = pageOf(found, page, bytesOf({ ...before, ...after, page: null, rows: [] }));
  const text = JSON.stringify({ ...before, ...told, ...after });
  return { text, rows, bytes: Buffer.byteLength(text), isInsufficient: found.insufficient !== null };
}

/** From the first day of all ranges to the last one: a change between two periods matters to a comparison. */
function hullOf(ranges: readonly DateRange[]): DateRange | null {
  const from = ranges.map((range) => range.from).toSorted()[0];
  const to = ranges
    .map((range) => range.to)
    .toSorted()
    .at(-1);
  return from === undefined || to === undefined ? null : { from, to };
}

export function freshnessOf({ extent }: Known, nowMs: number): Row {
  const { lastSyncAt, newestDay, oldestDay, spans } = extent;
  const hours = lastSyncAt === null ? null : Math.round((nowMs - Date.parse(lastSyncAt)) / HOUR_MS);
  const isStale = hours === null || hours > SYNC_AGE_MAX_DAYS * 24;
  return {
    last_sync_at: lastSyncAt,
    hours_since_last_sync: hours,
    is_stale: isStale,
    ...(isStale ? { remedy: 'Run `amy sync`: what happened since is not in the file.' } : {}),
    oldest_day: oldestDay,
    newest_day: newestDay,
    newest_by_source: Object.fromEntries(spans.map(({ source, newest }) => [source, newest])),
  };
}

/** A range that is known only in part. */
function edgeNotes({ extent, lastSyncDate }: Known, hull: DateRange | null): readonly string[] {
  if (hull === null) return [];
  const { oldestDay } = extent;
  return [
    ...(oldestDay !== null && hull.from < oldestDay
      ? [`Nothing is known of the days before ${oldestDay}: the file begins there.`]
      : []),
    ...(lastSyncDate !== null && hull.to > lastSyncDate
      ? [`Nothing is known of the days after ${lastSyncDate}, the day of the last sync.`]
      : []),
  ];
}

function timeOf({ database, extent }: Known, hull: DateRange | null): Row {
  const runs = hull === null ? [] : readOffsetRuns(database, hull);
  return {
    dates:
      'Dates are of the person’s own calendar: a night has the date of waking up, a workout that of its start.',
    times: 'A time with Z is UTC; one without Z is what the clock on the wall showed.',
    time_zone_of_profile: extent.timeZone,
    utc_offset_minutes_last_known: extent.utcOffsetMinutes,
    utc_offsets: runs.slice(0, MCP_NAMED_MAX),
    ...(runs.length > MCP_NAMED_MAX ? { utc_offsets_left_out: runs.length - MCP_NAMED_MAX } : {}),
  };
}

function changesOf({ database }: Known, { columns }: Found, hull: DateRange | null): Row {
  const changes = hull === null ? [] : readSourceChanges(database, columns, hull);
  const leftOut = changes.length - MCP_NAMED_MAX;
  return {
    source_changes: changes.slice(0, MCP_NAMED_MAX),
    ...(leftOut > 0
      ? { source_changes_left_out: `${leftOut} more; ask for a shorter range to see them` }
      : {}),
  };
}

/** The rows of a page that fit beside so many bytes, and what is said of those that do not. */
function pageOf(
  found: Found,
  asked: Page | null,
  others: number,
): { readonly rows: number; readonly told: Row } {
  if (others > MCP_ANSWER_BYTES_MAX) {
    throw new AmyError(
      'answer_too_large',
      `the answer would have ${others} bytes, and ${MCP_ANSWER_BYTES_MAX} are the most; ask for a shorter range or for less`,
    );
  }
  if (found.rows === undefined) return { rows: 0, told: {} };
  const page = asked ?? { offset: 0, limit: found.rows.length };
  const wanted = found.rows.slice(page.offset, page.offset + page.limit).map(shortened);
  const given: Row[] = [];
  let bytes = others;
  for (const row of wanted) {
    bytes += bytesOf(row) + 1;
    if (bytes > MCP_ANSWER_BYTES_MAX - MCP_PAGE_WORDS_BYTES) break;
    given.push(row);
  }
  const next = page.offset + given.length;
  const isCut = next < found.rows.length || found.hasMoreRows === true;
  const inAll = found.hasMoreRows === true ? `more than ${found.rows.length}` : found.rows.length;
  const rest =
    given.length === 0 && wanted.length > 0 ? TOO_LONG_ROW : restOf(inAll, given.length, next, found);
  return {
    rows: given.length,
    told: {
      rows: given,
      page: { rows_in_all: inAll, offset: page.offset, rows_given: given.length, cut: isCut ? rest : null },
    },
  };
}

const TOO_LONG_ROW = 'The next row alone is longer than an answer may be; ask for fewer columns.';

function restOf(
  inAll: number | string,
  given: number,
  next: number,
  { rows = [], wayToRest }: Found,
): string {
  const byOffset = next < rows.length ? `ask again with \`offset\` ${next}` : 'ask for a shorter range';
  return `${given} of ${inAll} rows; for the rest ${wayToRest ?? byOffset}.`;
}

function shortened(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) =>
      typeof value === 'string' && value.length > MCP_CELL_CHARS_MAX
        ? [name, { beginning: value.slice(0, MCP_CELL_CHARS_MAX), cut_of_characters: value.length }]
        : [name, value],
    ),
  );
}

function bytesOf(document: unknown): number {
  return Buffer.byteLength(JSON.stringify(document));
}
