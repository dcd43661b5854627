import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { type SqliteTime, sqliteText, sqliteTime, unixMsOf } from '../clock.ts';
import { NOT_AS_DOCUMENTED } from '../contract/errors.ts';
import { wholeNumber } from '../contract/parameters.ts';
import { type TraceLine, traceList } from '../contract/traces.ts';
import { ApiError } from '../errors.ts';
import { TRACE_ROWS_MAX, TRACE_ROWS_PRESET } from '../limits.ts';
import { readEventsOfRequest } from '../store/request-events.ts';
import { readTraceLines, type StoredLine } from '../store/trace-lines.ts';
import { decodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { listPage } from './list-page.ts';
import { parseInstant } from './validation.ts';

const traceQuery = z.object({
  request_id: z.string().optional().meta({ description: 'the life of the event that this request stored' }),
  user_id: z.string().optional().meta({ description: 'what happened to a person and their newest events' }),
  raw_event_id: wholeNumber(1, Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: 'the life of this event' }),
  level: z.enum(['info', 'warn', 'error'], { error: 'must be info, warn or error' }).optional(),
  since: z.string().optional().meta({ description: 'any ISO time' }),
  order: z.enum(['newest', 'oldest'], { error: 'must be newest or oldest' }).default('newest').meta({
    description: 'which line comes first',
  }),
  cursor: z.string().optional().meta({ description: 'the `next_cursor` of the page before' }),
  limit: wholeNumber(1, TRACE_ROWS_MAX).default(TRACE_ROWS_PRESET),
});

const route = createRoute({
  method: 'get',
  path: '/traces',
  summary: 'What happened, newest first',
  description:
    'Of one request or event it is its whole life: received, fetched, parked, released, failed, given up, replayed, normalized, and the requests to Terra that it caused. That a delivery was a duplicate stands in the log alone.',
  request: { query: traceQuery },
  responses: {
    200: { description: 'trace lines', content: { 'application/json': { schema: traceList } } },
    400: NOT_AS_DOCUMENTED,
  },
});

/** What happened, to everybody, a person, a request or an event. */
export const adminTraces = documentedRouter<App>().serve(route, async (c) => {
  const { cursor, since, limit, request_id, order, ...filter } = c.req.valid('query');
  const after = decodeCursor(tracePosition, cursor) ?? undefined;
  const found = await readTraceLines(c.env.DB, {
    ...filter,
    request:
      request_id === undefined
        ? undefined
        : { id: request_id, events: await readEventsOfRequest(c.env.DB, request_id) },
    since: readSince(since),
    after,
    order,
    limit: limit + 1,
  });
  const { rows, next_cursor } = listPage(found, limit, ({ ts, rank, id }) => [ts, rank, id]);
  const isOneLife = request_id !== undefined || filter.raw_event_id !== undefined;
  // Of the last row the one before it in time may be the first of the next page, of the first row the last of the page before.
  const inTime =
    order === 'newest'
      ? [...found.map(({ ts }) => ts), undefined]
      : [after?.[0], ...found.map(({ ts }) => ts)];
  return c.json(
    {
      rows: rows.map((line, at) =>
        shownLine(line, isOneLife ? inTime[order === 'newest' ? at + 1 : at] : undefined),
      ),
      next_cursor,
    },
    200,
  );
});

function shownLine({ rank: _rank, id: _id, ...line }: StoredLine, before: SqliteTime | undefined): TraceLine {
  return { ...line, after_ms: before === undefined ? null : unixMsOf(line.ts) - unixMsOf(before) };
}

function readSince(since: string | undefined): SqliteTime | undefined {
  if (since === undefined) return undefined;
  const ms = parseInstant(since);
  if (ms === null) throw new ApiError('invalid_request', 'since: must be an ISO time');
  return sqliteTime(ms);
}

const tracePosition = z.tuple([z.string().transform(sqliteText), z.number(), z.number()]);
