import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { isoTime, type SqliteTime, sqliteText, sqliteTime, type UnixMs } from '../clock.ts';
import { NOT_AS_DOCUMENTED } from '../contract/errors.ts';
import { type EventFilter, eventFilter } from '../contract/event-filter.ts';
import { bulkDone, eventsFound } from '../contract/operator.ts';
import { wholeNumber } from '../contract/parameters.ts';
import { ApiError } from '../errors.ts';
import {
  BULK_EVENTS_A_CALL,
  DLQ_ERROR_TEXT_MAX,
  DLQ_ROWS,
  RESOLVE_NOTE_CHARS_MAX,
  SEARCH_ROWS_MAX,
  SEARCH_STEPS,
  SEARCH_TEXT_MS,
} from '../limits.ts';
import { sendMessages } from '../queue/messages.ts';
import { reopenEvents, resolveEvents } from '../store/dead-letters.ts';
import type { EventRow } from '../store/event-rows.ts';
import {
  type EventSearch,
  readSearchedEvents,
  readSearchedRows,
  readSearchRange,
  type SearchRange,
} from '../store/event-search.ts';
import type { UnprocessedEvent } from '../store/unprocessed-events.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { eventMessage, shownEvent } from './event-list.ts';
import { recordAction } from './record-action.ts';
import { parseInstant } from './validation.ts';

const position = z.tuple([z.number().int()]);
const cursor = z.string().optional().meta({ description: 'the `next_cursor` of the answer before' });
const REFUSED = { 400: NOT_AS_DOCUMENTED };

const searchRoute = createRoute({
  method: 'get',
  path: '/events',
  summary: 'Search the events',
  description:
    'Newest first. One request looks at so many events and no more: a page may be short, or empty, and yet have a `next_cursor`.',
  request: {
    query: eventFilter.extend({ limit: wholeNumber(1, SEARCH_ROWS_MAX).default(DLQ_ROWS), cursor }),
  },
  responses: {
    200: {
      description: 'what the filters find',
      content: {
        'application/json': {
          schema: eventsFound,
        },
      },
    },
    ...REFUSED,
  },
});

const bulkBody = eventFilter.extend({
  dry_run: z.boolean({ error: 'must be true or false' }).default(false),
  cursor,
});

function bulkRoute<What extends string, Body extends z.ZodType>(what: What, summary: string, schema: Body) {
  return createRoute({
    method: 'post',
    path: `/events/${what}` as const,
    summary,
    description: `At least one filter has to be said. With \`dry_run\` it only counts. A call looks at so many events and ends soon after it found ${BULK_EVENTS_A_CALL}; repeat it with its \`next_cursor\` until that is null. A replay leaves out sign-ins that took effect, unless \`type\` names them: done again, they ask Terra for history.`,
    request: { body: { content: { 'application/json': { schema } } } },
    responses: {
      200: { description: 'counts', content: { 'application/json': { schema: bulkDone } } },
      ...REFUSED,
    },
  });
}

const replayRoute = bulkRoute('replay', 'Normalize again whatever a search finds', bulkBody);
const resolveRoute = bulkRoute(
  'resolve',
  'Take whatever a search finds off the list of what needs an operator',
  bulkBody.extend({ note: z.string().max(RESOLVE_NOTE_CHARS_MAX).optional() }),
);

/** Search over all events, and what is done about everything that a search finds. */
export const adminSearch = documentedRouter<App>()
  .serve(searchRoute, async (c) => {
    const { limit, cursor: from, ...filter } = c.req.valid('query');
    const nowMs = Date.now();
    const search = searchOf(filter, nowMs);
    const page = await searchPage(c.env.DB, search, await rangeOf(c.env.DB, search, from), limit);
    return c.json(
      {
        rows: page.rows.map((row) => shownEvent(row, nowMs)),
        next_cursor: page.nextBeforeId === null ? null : encodeCursor([page.nextBeforeId]),
        ...(filter.text === undefined ? {} : { bodies_not_searched: page.bodiesNotSearched }),
      },
      200,
    );
  })
  .serve(replayRoute, async (c) => {
    const { dry_run, cursor: from, ...filter } = c.req.valid('json');
    const search = { ...searchOf(named(filter), Date.now()), isReplay: true };
    const done = await bulkSteps(c.env.DB, search, from, dry_run, async (events) => {
      await reopenEvents(
        c.env.DB,
        events.map(({ id }) => id),
        isoTime(Date.now()),
      );
      const messages = events.map((event) => ({ ...eventMessage(event), force: true }));
      await sendMessages(c.env.TERRA_EVENTS, messages);
      return messages.length;
    });
    await recordAction(c, 'replay_found', { dry_run, matched: done.matched, done: done.done });
    return c.json({ ok: true as const, dry_run, ...done }, 200);
  })
  .serve(resolveRoute, async (c) => {
    const { dry_run, cursor: from, note = null, ...filter } = c.req.valid('json');
    const nowMs = Date.now();
    const { state = 'open', ...search } = searchOf(named(filter), nowMs);
    const done = await bulkSteps(c.env.DB, { ...search, state }, from, dry_run, (events) =>
      resolveEvents(
        c.env.DB,
        events.map(({ id }) => id),
        note,
        isoTime(nowMs),
      ),
    );
    await recordAction(c, 'resolve_found', { dry_run, matched: done.matched, done: done.done });
    return c.json({ ok: true as const, dry_run, ...done }, 200);
  });

/** A search for nothing in particular would find everything. */
function named(filter: EventFilter): EventFilter {
  if (Object.values(filter).some((value) => value !== undefined)) return filter;
  throw new ApiError('invalid_request', 'say at least one filter: without any, every event is meant');
}

function searchOf({ since, until, ...filter }: EventFilter, nowMs: UnixMs): EventSearch {
  const sinceMs = instantOf('since', since);
  const untilMs = instantOf('until', until);
  if (filter.text !== undefined && (sinceMs === null || sinceMs < nowMs - SEARCH_TEXT_MS))
    throw new ApiError(
      'invalid_request',
      'since: a text is searched for within the last 7 days; say since when',
    );
  return { ...filter, since: asTime(sinceMs), until: asTime(untilMs) };
}

/** Where it is a whole second without milliseconds, as the first version stored them: `10:00:00` sorts before `10:00:00.000`. */
function asTime(ms: UnixMs | null): SqliteTime | undefined {
  return ms === null ? undefined : sqliteText(sqliteTime(ms).replace(/\.000$/, ''));
}

function instantOf(name: string, text: string | undefined): UnixMs | null {
  const ms = text === undefined ? null : parseInstant(text);
  if (text !== undefined && ms === null)
    throw new ApiError('invalid_request', `${name}: must be an ISO time`);
  return ms;
}

async function rangeOf(db: D1Database, search: EventSearch, from: string | undefined): Promise<SearchRange> {
  const [beforeId] = decodeCursor(position, from) ?? [Number.MAX_SAFE_INTEGER];
  const { since = null, until = null } = search;
  if (since === null && until === null) return { lowId: 0, beforeId };
  const range = await readSearchRange(db, since, until);
  return { lowId: range.lowId, beforeId: Math.min(range.beforeId, beforeId) };
}

type Page = { rows: EventRow[]; nextBeforeId: number | null; bodiesNotSearched: number };

async function searchPage(
  db: D1Database,
  search: EventSearch,
  range: SearchRange,
  limit: number,
): Promise<Page> {
  const page: Page = { rows: [], nextBeforeId: range.beforeId, bodiesNotSearched: 0 };
  for (let step = 0; step < SEARCH_STEPS && page.nextBeforeId !== null; step += 1) {
    const left = limit - page.rows.length;
    const from = { lowId: range.lowId, beforeId: page.nextBeforeId };
    const wanted = { errorChars: DLQ_ERROR_TEXT_MAX, limit: left + 1 };
    const { found, ...rest } = await readSearchedRows(db, search, from, wanted);
    page.rows.push(...found.slice(0, left));
    page.bodiesNotSearched += rest.bodiesNotSearched;
    page.nextBeforeId = found.length > left ? (page.rows.at(-1)?.id ?? null) : rest.nextBeforeId;
    if (found.length > left) break;
  }
  return page;
}

/** Acts on what step after step finds, until enough was found for one call. */
async function bulkSteps(
  db: D1Database,
  search: EventSearch,
  from: string | undefined,
  isDryRun: boolean,
  act: (events: readonly UnprocessedEvent[]) => Promise<number>,
) {
  const { lowId, beforeId } = await rangeOf(db, search, from);
  const counts = { matched: 0, done: 0, bodies: 0 };
  let next: number | null = beforeId;
  for (let step = 0; step < SEARCH_STEPS && next !== null && counts.matched < BULK_EVENTS_A_CALL; step += 1) {
    const found = await readSearchedEvents(db, search, { lowId, beforeId: next });
    counts.matched += found.found.length;
    counts.bodies += found.bodiesNotSearched;
    if (!isDryRun && found.found.length > 0) counts.done += await act(found.found);
    next = found.nextBeforeId;
  }
  return {
    matched: counts.matched,
    done: counts.done,
    next_cursor: next === null ? null : encodeCursor([next]),
    ...(search.text === undefined ? {} : { bodies_not_searched: counts.bodies }),
  };
}
