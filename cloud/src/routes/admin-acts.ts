import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { isoTime } from '../clock.ts';
import { settleOwner } from '../connections/settle-owner.ts';
import { NOT_AS_DOCUMENTED, refusal } from '../contract/errors.ts';
import { importAsked, outboundSet, ownerSettled } from '../contract/operator.ts';
import { idFrom, personPath } from '../contract/parameters.ts';
import { ApiError } from '../errors.ts';
import { asUserId } from '../ids.ts';
import { LOST_RACE_RETRY_AFTER_S } from '../limits.ts';
import { writeOutboundPause } from '../store/operator-switches.ts';
import { isPerson } from '../store/users.ts';
import { askedImport } from './asked-import.ts';
import { documentedRouter } from './documented-router.ts';
import { recordAction } from './record-action.ts';

const NOT_JSON = { error: 'the body must be a JSON object' };
const DAYS = 'must be a whole number, at least 1';

/** The request and the answers of an action that takes JSON. */
function taking<Body extends z.ZodType, Answer extends z.ZodType>(
  schema: Body,
  answer: Answer,
  description: string,
) {
  return {
    body: { content: { 'application/json': { schema } } },
    responses: {
      200: { description, content: { 'application/json': { schema: answer } } },
      400: NOT_AS_DOCUMENTED,
    },
  };
}

const importAction = taking(
  z.object({ days: z.int({ error: DAYS }).min(1, { error: DAYS }) }, NOT_JSON),
  importAsked,
  'as `POST /v1/import` answers the person; `requests` is 0 where nothing is connected',
);

const importRoute = createRoute({
  method: 'post',
  path: '/user/{userId}/import',
  summary: 'Ask Terra for a person’s history, on their behalf',
  request: { params: personPath, body: importAction.body },
  responses: {
    ...importAction.responses,
    404: refusal('not_found: there is nobody of this id'),
    429: refusal('rate_limited: of a person only so many days are asked for within 24 hours'),
    503: refusal('unavailable: others asked at the same time'),
  },
});

const ownerAction = taking(
  z.object({ user_id: z.string().min(1) }, NOT_JSON),
  ownerSettled,
  'the connection is theirs',
);

const ownerRoute = createRoute({
  method: 'post',
  path: '/connections/{id}/owner',
  summary: 'Say whose a connection is',
  description:
    'Settles an `owner_conflict`. What comes by the connection from now on, and what waited, is the named person’s unless it names somebody else; rows that came before stay where they are.',
  request: { params: z.object({ id: idFrom('the `id` of a connection') }), body: ownerAction.body },
  responses: {
    ...ownerAction.responses,
    404: refusal('not_found: there is no such connection, or nobody of this id'),
    503: refusal('unavailable: others changed the same people at the same time'),
  },
});

const outboundAction = taking(
  z.object({ paused: z.boolean({ error: 'must be true or false' }) }, NOT_JSON),
  outboundSet,
  'it is as said',
);

const outboundRoute = createRoute({
  method: 'post',
  path: '/outbound',
  summary: 'Ask nothing of Terra, or go on',
  description:
    'Requests for history wait without counting as tried; what a person asks of Terra is answered as if it were away. Deliveries are taken in as ever.',
  request: { body: outboundAction.body },
  responses: outboundAction.responses,
});

/** What an operator does for a person, and about Terra. */
export const adminActs = documentedRouter<App>()
  .serve(importRoute, async (c) => {
    const userId = asUserId(c.req.valid('param').userId);
    if (!(await isPerson(c.env.DB, userId))) throw new ApiError('not_found', 'there is nobody of this id');
    const { days } = c.req.valid('json');
    const requestId = c.get('requestId');
    const asked = await askedImport(c.env, { userId, requestId, days, nowMs: Date.now() });
    await recordAction(c, 'import', { days: asked.days, requests: asked.requests });
    return c.json({ ok: true as const, ...asked }, 200);
  })
  .serve(ownerRoute, async (c) => {
    const userId = asUserId(c.req.valid('json').user_id);
    const raced = await settleOwner(c.env, c.req.valid('param').id, userId, Date.now());
    if (raced.state === 'lost_race') {
      throw new ApiError('unavailable', 'others changed the same people at the same time; try again', {
        retryAfterSeconds: LOST_RACE_RETRY_AFTER_S,
      });
    }
    const settled = raced.value;
    if (settled.state !== 'settled') {
      const missing =
        settled.state === 'nobody' ? 'there is nobody of this id' : 'there is no such connection';
      throw new ApiError('not_found', missing);
    }
    const { moved, released } = settled;
    await recordAction(c, 'owner', { moved, released });
    return c.json({ ok: true as const, moved, released }, 200);
  })
  .serve(outboundRoute, async (c) => {
    const { paused } = c.req.valid('json');
    await writeOutboundPause(c.env.DB, paused, isoTime(Date.now()));
    await recordAction(c, paused ? 'pause_outbound' : 'resume_outbound', {});
    return c.json({ ok: true as const, paused }, 200);
  });
