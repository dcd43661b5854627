import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { isoTime } from '../clock.ts';
import { NOT_AS_DOCUMENTED } from '../contract/errors.ts';
import { ApiError } from '../errors.ts';
import { afterRestore } from '../operator/restore.ts';
import { holdSweeps } from '../operator/sweep-hold.ts';
import { documentedRouter } from './documented-router.ts';
import { recordAction } from './record-action.ts';
import { parseInstant } from './validation.ts';

const NOT_JSON = { error: 'the body must be a JSON object' };

const sweepsRoute = createRoute({
  method: 'post',
  path: '/sweeps',
  summary: 'Hold the sweeps of orphaned objects, or let them go on',
  request: {
    body: { content: { 'application/json': { schema: z.object({ held: z.boolean() }, NOT_JSON) } } },
  },
  responses: {
    200: {
      description: 'they are as said',
      content: { 'application/json': { schema: z.object({ ok: z.literal(true), held: z.boolean() }) } },
    },
    400: NOT_AS_DOCUMENTED,
  },
});

const restoredRoute = createRoute({
  method: 'post',
  path: '/restored',
  summary: 'After the database was restored to an earlier time: repeat erasures, tell mirrors',
  request: {
    body: {
      content: {
        'application/json': {
          schema: z.object({ to: z.string().meta({ description: 'the time restored to' }) }, NOT_JSON),
        },
      },
    },
  },
  responses: {
    200: {
      description: 'what was done; to be repeated while `erasures_waiting` is not 0',
      content: {
        'application/json': {
          schema: z.object({
            ok: z.literal(true),
            erasures_listed: z.number().int(),
            erasures_repeated: z.number().int(),
            erasures_waiting: z.number().int(),
            people_told: z.number().int(),
          }),
        },
      },
    },
    400: NOT_AS_DOCUMENTED,
  },
});

/** The steps of docs/operating.md around a restore. */
export const adminRestore = documentedRouter<App>()
  .serve(sweepsRoute, async (c) => {
    const { held } = c.req.valid('json');
    await holdSweeps(c.env, held);
    await recordAction(c, held ? 'hold_sweeps' : 'let_sweeps_go_on', {});
    return c.json({ ok: true as const, held }, 200);
  })
  .serve(restoredRoute, async (c) => {
    const toMs = parseInstant(c.req.valid('json').to);
    if (toMs === null) throw new ApiError('invalid_request', 'to: must be an ISO time');
    const done = await afterRestore(c.env, isoTime(toMs), c.get('requestId'), Date.now());
    await recordAction(c, 'restored', done);
    return c.json({ ok: true as const, ...done }, 200);
  });
