import { createRoute } from '@hono/zod-openapi';
import type { App } from '../app-env.ts';
import { type BodyPlace, bodyPlace, fetchedPlace, showBody, streamBodyOf } from '../body/stored-body.ts';
import { storedText, type UnixMs } from '../clock.ts';
import { NOT_AS_DOCUMENTED } from '../contract/errors.ts';
import { type EventExplanation, storedEvent } from '../contract/operator.ts';
import { ApiError } from '../errors.ts';
import { asRawEventId, type RawEventId } from '../ids.ts';
import { explainEvent } from '../operator/event-explanation.ts';
import type { AnyRow } from '../store/raw-events.ts';
import { documentedRouter } from './documented-router.ts';
import { eventId, findEvent, NO_EVENT } from './find-event.ts';

/** The two bodies an event may have: its own, and of a ping what it pointed at. */
const BODIES = {
  payload: { path: 'payload', title: 'The body of one event, byte for byte' },
  fetched_payload: { path: 'fetched-payload', title: 'What a ping pointed at, byte for byte' },
} as const;

const REFUSALS = { 400: NOT_AS_DOCUMENTED, ...NO_EVENT };

type BodyName = keyof typeof BODIES;

/** What came in, as it came. */
export const adminPayloads = documentedRouter<App>()
  .serve(
    createRoute({
      method: 'get',
      path: '/raw-events/{id}',
      summary: 'One event, its body verbatim',
      description:
        'A body that is no text comes as `payload_base64`; a large one is left out, and `payload_url` says where it is. What a ping pointed at comes as `fetched_payload`, in the same ways.',
      request: { params: eventId },
      responses: {
        200: {
          description: 'everything that is stored, and what keeps it',
          content: { 'application/json': { schema: storedEvent } },
        },
        ...REFUSALS,
      },
    }),
    async (c) => {
      const row = await findEvent(c.env.DB, asRawEventId(c.req.valid('param').id));
      const payload = await shown(c.env, row, 'payload');
      const fetched = await shown(c.env, row, 'fetched_payload');
      const { packed: _packed, ...columns } = row;
      return c.json({ ...columns, ...payload, ...fetched, explanation: explanationOf(row, Date.now()) }, 200);
    },
  )
  .serve(bodyRoute('payload'), async (c) => streamed(c.env, asRawEventId(c.req.valid('param').id), 'payload'))
  .serve(bodyRoute('fetched_payload'), async (c) =>
    streamed(c.env, asRawEventId(c.req.valid('param').id), 'fetched_payload'),
  );

function bodyRoute(name: BodyName) {
  const { path, title } = BODIES[name];
  return createRoute({
    method: 'get',
    path: `/raw-events/{id}/${path}`,
    summary: title,
    request: { params: eventId },
    responses: { 200: { description: 'the bytes', content: { '*/*': {} } }, ...REFUSALS },
  });
}

async function streamed(env: Env, id: RawEventId, name: BodyName): Promise<Response> {
  const place = placeOf(await findEvent(env.DB, id), name);
  const body = place === null ? null : await streamBodyOf(env.RAW_PAYLOADS, place);
  if (body === null) throw new ApiError('not_found', `there is no ${name} of event ${id}`);
  // Nothing but JSON is ever taken in.
  return new Response(body, { headers: { 'content-type': 'application/json' } });
}

/** The fields of an answer that show a body. */
async function shown(env: Env, row: AnyRow, name: BodyName): Promise<AnyRow> {
  const place = placeOf(row, name);
  if (place === null) return {};
  const body = await showBody(env.RAW_PAYLOADS, place);
  switch (body.state) {
    case 'text':
      return { [name]: body.text };
    case 'base64':
      return { [name]: null, [`${name}_base64`]: body.base64 };
    case 'too_large':
      return { [name]: null, [`${name}_url`]: `/admin/raw-events/${row.id}/${BODIES[name].path}` };
    case 'missing':
      return { [name]: null };
  }
}

function explanationOf(row: AnyRow, nowMs: UnixMs): EventExplanation {
  const time = (column: string) => (row[column] == null ? null : storedText(String(row[column])));
  return explainEvent(
    {
      received_at: storedText(String(row.received_at)),
      processed_at: time('processed_at'),
      process_error: row.process_error == null ? null : String(row.process_error),
      attempts: Number(row.attempts),
      next_attempt_at: time('next_attempt_at'),
    },
    nowMs,
  );
}

/** Null for what an event that fetched nothing has fetched. */
function placeOf(row: AnyRow, name: BodyName): BodyPlace | null {
  const text = (column: string) => (row[column] == null ? null : String(row[column]));
  if (name === 'fetched_payload') return fetchedPlace(text('fetched_key'));
  return bodyPlace({
    payload: String(row.payload),
    payload_key: text('payload_key'),
    packed: text('packed'),
    dedup_key: String(row.dedup_key),
  });
}
