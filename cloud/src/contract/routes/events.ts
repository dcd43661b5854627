import { createRoute } from '@hono/zod-openapi';
import { NOT_AS_DOCUMENTED } from '../errors.ts';
import { ownEventPage } from '../events.ts';
import { listQuery } from '../parameters.ts';

export const eventsRoute = createRoute({
  method: 'get',
  path: '/events',
  summary: 'Your events, the newest first',
  description:
    'What came in about you, one by one, whatever became of it: with `GET /v1/payloads/{id}` all of it is yours, byte for byte.',
  request: { query: listQuery },
  responses: {
    200: { description: 'events', content: { 'application/json': { schema: ownEventPage } } },
    400: NOT_AS_DOCUMENTED,
  },
});
