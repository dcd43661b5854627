import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { NOT_AS_DOCUMENTED, refusal } from '../contract/errors.ts';
import { personOverview } from '../contract/operator.ts';
import { personPath } from '../contract/parameters.ts';
import { ApiError } from '../errors.ts';
import { asUserId } from '../ids.ts';
import { OVERVIEW_EVENTS } from '../limits.ts';
import { isIdKnown, readPersonOverview } from '../store/person-overview.ts';
import { documentedRouter } from './documented-router.ts';
import { shownEvent } from './event-list.ts';

const route = createRoute({
  method: 'get',
  path: '/user/{userId}',
  summary: 'What is kept of a person',
  request: {
    params: personPath,
    query: z.object({
      force: z.enum(['true', 'false'], { error: 'must be true or false' }).default('false').meta({
        description: 'answer for an id, too, that nobody has and nothing names',
      }),
    }),
  },
  responses: {
    200: {
      description: 'counts by table, connections and the last events; of somebody erased they are empty',
      content: { 'application/json': { schema: personOverview } },
    },
    400: NOT_AS_DOCUMENTED,
    404: refusal('not_found: nobody has this id and nothing names it'),
  },
});

export const adminPerson = documentedRouter<App>().serve(route, async (c) => {
  const userId = asUserId(c.req.valid('param').userId);
  if (c.req.valid('query').force === 'false' && !(await isIdKnown(c.env.DB, userId)))
    throw new ApiError('not_found', 'nobody has this id and nothing names it');
  const nowMs = Date.now();
  const { connections, events, ...rest } = await readPersonOverview(c.env.DB, userId, OVERVIEW_EVENTS);
  return c.json(
    { ...rest, connections: [...connections], events: events.map((event) => shownEvent(event, nowMs)) },
    200,
  );
});
