import { createRoute } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { sqliteTime } from '../clock.ts';
import { ApiError } from '../errors.ts';
import { sendMessages } from '../ingest/messages.ts';
import { readPayloadBytes } from '../ingest/payload.ts';
import { ADMIN_DRAIN_ROWS, DLQ_ERROR_TEXT_MAX, DLQ_ROWS, TRACE_ROWS_MAX } from '../limits.ts';
import { erasePerson } from '../store/erase.ts';
import {
  selectDeadLetterQueue,
  selectRawEvent,
  selectTraces,
  selectUnprocessed,
} from '../store/operator-queries.ts';
import { bindAll, type Statement } from '../store/statements.ts';
import { writeTraces } from '../store/traces.ts';
import { validatingRouter } from './validation.ts';

type Row = Record<string, string | number | null>;

const row = z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]));
const list = z.object({ rows: z.array(row), next_cursor: z.string().nullable() });
const action = z.looseObject({ ok: z.literal(true) });

function answers<Schema extends z.ZodType>(description: string, schema: Schema) {
  return { 200: { description, content: { 'application/json': { schema } } } };
}

const eventId = z.object({ id: z.coerce.number({ error: 'must be the id of a raw event' }).int().min(1) });

const wholeLimit = (most: number, preset: number) =>
  z.coerce
    .number({ error: `must be a whole number from 1 to ${most}` })
    .int()
    .min(1)
    .max(most, `must be at most ${most}`)
    .default(preset);

const drainFilter = z.object({
  event_type: z.string().optional(),
  user_id: z.string().optional(),
  error: z.string().optional(),
  limit: wholeLimit(ADMIN_DRAIN_ROWS, ADMIN_DRAIN_ROWS),
});

const traceQuery = z.object({
  request_id: z.string().optional(),
  user_id: z.string().optional(),
  raw_event_id: z.coerce.number({ error: 'must be the id of a raw event' }).int().optional(),
  level: z.enum(['info', 'warn', 'error']).optional(),
  since: z
    .string()
    .refine((text) => !Number.isNaN(Date.parse(text)), 'must be an ISO time')
    .optional(),
  cursor: z.string().optional(),
  limit: wholeLimit(TRACE_ROWS_MAX, 100),
});

/** What an operator does with curl. Lists answer `{rows, next_cursor}`, actions `{ok, ...counts}`. */
export const admin = validatingRouter<App>()
  .openapi(
    createRoute({
      method: 'get',
      path: '/dlq',
      summary: 'What needs an operator',
      responses: answers('newest first', list),
    }),
    async (c) =>
      c.json(
        { rows: await all(c, selectDeadLetterQueue(DLQ_ERROR_TEXT_MAX, DLQ_ROWS)), next_cursor: null },
        200,
      ),
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/drain',
      summary: 'Re-enqueue unprocessed events',
      request: {
        query: drainFilter.partial(),
        body: { required: false, content: { 'application/json': { schema: drainFilter.partial() } } },
      },
      responses: answers('how many and which', action),
    }),
    async (c) => {
      const filter = drainFilter.parse({ ...c.req.valid('query'), ...c.req.valid('json') });
      const found = await all(c, selectUnprocessed(filter));
      const ids = found.map(({ id }) => Number(id));
      await sendMessages(
        c.env.TERRA_EVENTS,
        found.map(({ id, payload_bytes }) => ({ rawEventId: Number(id), bytes: Number(payload_bytes ?? 0) })),
      );
      await recordAction(c, 'drain', { enqueued: ids.length });
      return c.json({ ok: true as const, enqueued: ids.length, ids }, 200);
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/raw-events/{id}',
      summary: 'One event, its body verbatim',
      request: { params: eventId },
      responses: answers('everything that is stored', row),
    }),
    async (c) => {
      const event = await findEvent(c, c.req.valid('param').id);
      return c.json({ ...event, ...(await shownPayload(c.env, event)) }, 200);
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/raw-events/{id}/replay',
      summary: 'Normalize one event again',
      request: { params: eventId },
      responses: answers('the event is in the queue', action),
    }),
    async (c) => {
      const event = await findEvent(c, c.req.valid('param').id);
      const rawEventId = Number(event.id);
      await sendMessages(c.env.TERRA_EVENTS, [
        { rawEventId, requestId: c.get('requestId'), bytes: Number(event.payload_bytes ?? 0), force: true },
      ]);
      await recordAction(c, 'replay', { raw_event_id: rawEventId });
      return c.json({ ok: true as const, enqueued: 1, raw_event_id: rawEventId }, 200);
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/traces',
      summary: 'What happened, newest first',
      request: { query: traceQuery },
      responses: answers('trace lines', list),
    }),
    async (c) => {
      const { cursor, since, ...filter } = c.req.valid('query');
      const rows = await all(
        c,
        selectTraces({
          ...filter,
          before: cursor,
          since: since === undefined ? undefined : sqliteTime(Date.parse(since)),
        }),
      );
      const isFull = rows.length === filter.limit;
      const next = isFull ? String(rows.at(-1)?.position) : null;
      return c.json(
        { rows: rows.map(({ position: _position, origin: _origin, ...line }) => line), next_cursor: next },
        200,
      );
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/user/{userId}/wipe',
      summary: 'Erase a person',
      request: { params: z.object({ userId: z.string().min(1) }) },
      responses: answers('a receipt: what was deleted, by table and store', action),
    }),
    async (c) => {
      const deleted = await erasePerson(c.env, c.req.valid('param').userId, Date.now());
      await recordAction(c, 'user_wiped', deleted);
      return c.json({ ok: true as const, deleted }, 200);
    },
  );

async function all(c: Context<App>, { sql, parameters }: Statement): Promise<Row[]> {
  const answer = await c.env.DB.prepare(sql)
    .bind(...parameters)
    .all<Row>();
  return answer.results;
}

async function findEvent(c: Context<App>, id: number): Promise<Row> {
  const [event] = await all(c, selectRawEvent(id));
  if (event === undefined) throw new ApiError('not_found', `there is no raw event ${id}`);
  return event;
}

/** The body as text where text gives the same bytes back, else in base64; null where R2 has none. */
async function shownPayload(env: Env, event: Row): Promise<Row> {
  const body = await readPayloadBytes(env.RAW_PAYLOADS, {
    payload: String(event.payload),
    payload_key: event.payload_key === null ? null : String(event.payload_key),
  });
  if (body === null) return { payload: null };
  const text = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(body);
  const isExact = Buffer.from(text).equals(body);
  return isExact
    ? { payload: text }
    : { payload: null, payload_base64: Buffer.from(body).toString('base64') };
}

/** An operator's act leaves a trace: what was done and how much, never to whom. */
async function recordAction(c: Context<App>, what: string, counts: Record<string, unknown>): Promise<void> {
  const event = what === 'user_wiped' ? what : 'admin_action';
  const trace = {
    level: 'info',
    event,
    message: what,
    requestId: c.get('requestId'),
    details: counts,
  } as const;
  await c.env.DB.batch(bindAll(c.env.DB, writeTraces([trace], sqliteTime(Date.now()))));
}
