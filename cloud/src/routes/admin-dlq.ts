import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { isoTime } from '../clock.ts';
import { NOT_AS_DOCUMENTED } from '../contract/errors.ts';
import { eventList, eventReplayed, eventResolved } from '../contract/operator.ts';
import { wholeNumber } from '../contract/parameters.ts';
import { asRawEventId } from '../ids.ts';
import { DLQ_ERROR_TEXT_MAX, DLQ_ROWS, RESOLVE_NOTE_CHARS_MAX } from '../limits.ts';
import { sendMessages } from '../queue/messages.ts';
import { readDeadLetters, reopenEvents, resolveEvents } from '../store/dead-letters.ts';
import { decodeCursor } from './cursor.ts';
import { documentedRouter } from './documented-router.ts';
import { eventMessage, shownEvent } from './event-list.ts';
import { eventId, findEvent, NO_EVENT } from './find-event.ts';
import { listPage } from './list-page.ts';
import { recordAction } from './record-action.ts';

const position = z.tuple([z.number().int()]);

const listRoute = createRoute({
  method: 'get',
  path: '/dlq',
  summary: 'What needs an operator',
  description:
    'Events that an error keeps or that were given up, and those of which an item was refused, until somebody resolves them. `explanation` says what each waits for.',
  request: {
    query: z.object({
      limit: wholeNumber(1, DLQ_ROWS).default(DLQ_ROWS),
      cursor: z.string().optional().meta({ description: 'the `next_cursor` of the page before' }),
    }),
  },
  responses: {
    200: { description: 'newest first', content: { 'application/json': { schema: eventList } } },
    400: NOT_AS_DOCUMENTED,
  },
});

const acted = <Answer extends z.ZodType>(schema: Answer, description: string) => ({
  200: { description, content: { 'application/json': { schema } } },
  400: NOT_AS_DOCUMENTED,
  ...NO_EVENT,
});

const replayRoute = createRoute({
  method: 'post',
  path: '/raw-events/{id}/replay',
  summary: 'Normalize one event again',
  request: { params: eventId },
  responses: acted(eventReplayed, 'the event is in the queue'),
});

const resolveRoute = createRoute({
  method: 'post',
  path: '/raw-events/{id}/resolve',
  summary: 'Take an event off the list of what needs an operator',
  description:
    'Nothing else changes: an event that waits goes on waiting, and a replay puts it on the list again.',
  request: {
    params: eventId,
    body: {
      required: false,
      content: {
        'application/json': {
          schema: z.object(
            { note: z.string().max(RESOLVE_NOTE_CHARS_MAX).optional() },
            { error: 'the body must be a JSON object, or empty' },
          ),
        },
      },
    },
  },
  responses: acted(eventResolved, '`resolved` is 0 where the event was not on the list'),
});

/** The list of what needs an operator, and what is done about one of its events. */
export const adminDlq = documentedRouter<App>()
  .serve(listRoute, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const [beforeId] = decodeCursor(position, cursor) ?? [Number.MAX_SAFE_INTEGER];
    const found = await readDeadLetters(c.env.DB, {
      errorChars: DLQ_ERROR_TEXT_MAX,
      beforeId,
      limit: limit + 1,
    });
    const { rows, next_cursor } = listPage(found, limit, ({ id }) => [id]);
    const nowMs = Date.now();
    return c.json({ rows: rows.map((row) => shownEvent(row, nowMs)), next_cursor }, 200);
  })
  .serve(replayRoute, async (c) => {
    const event = await findEvent(c.env.DB, asRawEventId(c.req.valid('param').id));
    const id = asRawEventId(Number(event.id));
    const bytes = event.payload_bytes == null ? null : Number(event.payload_bytes);
    await reopenEvents(c.env.DB, [id], isoTime(Date.now()));
    await sendMessages(c.env.TERRA_EVENTS, [
      { ...eventMessage({ id, payload_bytes: bytes }), requestId: c.get('requestId'), force: true },
    ]);
    await recordAction(c, 'replay', { raw_event_id: id });
    return c.json({ ok: true as const, enqueued: 1, raw_event_id: id }, 200);
  })
  .serve(resolveRoute, async (c) => {
    const event = await findEvent(c.env.DB, asRawEventId(c.req.valid('param').id));
    const id = asRawEventId(Number(event.id));
    const { note = null } = c.req.valid('json');
    const resolved = await resolveEvents(c.env.DB, [id], note, isoTime(Date.now()));
    await recordAction(c, 'resolve', { raw_event_id: id, resolved });
    return c.json({ ok: true as const, resolved, raw_event_id: id }, 200);
  });
