import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { NOT_AS_DOCUMENTED, refusal } from '../contract/errors.ts';
import { drained, wiped } from '../contract/operator.ts';
import { personPath, wholeNumber } from '../contract/parameters.ts';
import { erasePerson } from '../erasure/erase-person.ts';
import { ApiError } from '../errors.ts';
import { asUserId } from '../ids.ts';
import { ADMIN_DRAIN_ROWS } from '../limits.ts';
import { sendMessages } from '../queue/messages.ts';
import { isIdKnown } from '../store/person-overview.ts';
import { readUnprocessedEvents } from '../store/unprocessed-events.ts';
import { documentedRouter } from './documented-router.ts';
import { eventMessage } from './event-list.ts';
import { recordAction } from './record-action.ts';

function answers<Schema extends z.ZodType>(description: string, schema: Schema) {
  return {
    200: { description, content: { 'application/json': { schema } } },
    400: NOT_AS_DOCUMENTED,
  };
}

/** The preset of `limit` is only told here: a query that says one is not overruled by a body that says none. */
const drainFilter = z.object(
  {
    event_type: z.string().optional(),
    user_id: z.string().optional(),
    error: z.string().optional().meta({ description: 'the error, or how it begins' }),
    limit: wholeNumber(1, ADMIN_DRAIN_ROWS).optional().meta({ default: ADMIN_DRAIN_ROWS }),
  },
  { error: 'the body must be a JSON object, or empty' },
);

const wipeRequest = z.object(
  {
    force: z.boolean({ error: 'must be true or false' }).default(false).meta({
      description:
        'erase an id that nobody has and nothing names: only its mark is made, a SHA-256 of the id',
    }),
  },
  { error: 'the body must be a JSON object, or empty' },
);

/** What an operator does with curl. Lists answer `{rows, next_cursor}`, actions `{ok, ...counts}`. */
export const admin = documentedRouter<App>().serve(
  createRoute({
    method: 'post',
    path: '/user/{userId}/wipe',
    summary: 'Erase a person',
    request: {
      params: personPath,
      body: { required: false, content: { 'application/json': { schema: wipeRequest } } },
    },
    responses: {
      ...answers(
        'a receipt: what was deleted, by table and store, and `remaining`: what the same ids still find, which is 0',
        wiped,
      ),
      404: refusal(
        'not_found: nobody has this id and nothing names it; `force` marks it as erased all the same',
      ),
    },
  }),
  async (c) => {
    const userId = asUserId(c.req.valid('param').userId);
    if (!c.req.valid('json').force && !(await isIdKnown(c.env.DB, userId))) throw nobodyToErase();
    const { deleted, terra, remaining } = await erasePerson(c.env, {
      userId,
      requestedMs: Date.now(),
      requestId: c.get('requestId'),
    });
    await recordAction(c, 'wipe', {});
    return c.json({ ok: true as const, ...deleted, ...terra, remaining }, 200);
  },
);

/** The filter may come in the query, in the body, or in both: of a field in both, what the body says counts. */
admin.serve(
  createRoute({
    method: 'post',
    path: '/drain',
    summary: 'Re-enqueue unprocessed events',
    request: {
      query: drainFilter,
      body: { required: false, content: { 'application/json': { schema: drainFilter } } },
    },
    responses: answers('how many and which', drained),
  }),
  async (c) => {
    const filter = { ...c.req.valid('query'), ...c.req.valid('json') };
    const limit = filter.limit ?? ADMIN_DRAIN_ROWS;
    const found = await readUnprocessedEvents(c.env.DB, { ...filter, limit });
    const ids = found.map(({ id }) => id);
    await sendMessages(c.env.TERRA_EVENTS, found.map(eventMessage));
    await recordAction(c, 'drain', { enqueued: ids.length });
    return c.json({ ok: true as const, enqueued: ids.length, ids }, 200);
  },
);

function nobodyToErase(): ApiError {
  return new ApiError(
    'not_found',
    'nobody has this id and nothing names it; {"force": true} marks it as erased all the same',
  );
}
