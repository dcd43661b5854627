import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { connectionRemoved, connectPage, connectRequest } from '../connections.ts';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { idFrom } from '../parameters.ts';

export const connectRoute = createRoute({
  method: 'post',
  path: '/connect',
  summary: 'Open a page on which a device is connected',
  request: { body: { content: { 'application/json': { schema: connectRequest } } } },
  responses: {
    200: { description: 'the page', content: { 'application/json': { schema: connectPage } } },
    400: NOT_AS_DOCUMENTED,
    502: refusal('terra_failed: nothing was opened'),
    503: refusal('Terra is busy; Retry-After says for how long'),
  },
});

export const removeConnectionRoute = createRoute({
  method: 'delete',
  path: '/connections/{id}',
  summary: 'End a connection; its data stays',
  request: { params: z.object({ id: idFrom('the `id` of a connection, as `GET /v1/me` tells it') }) },
  responses: {
    200: {
      description: 'ended, now or before',
      content: { 'application/json': { schema: connectionRemoved } },
    },
    404: refusal('no connection of yours has this id'),
    502: refusal('terra_failed: nothing was changed'),
    503: refusal('Terra is busy, or others kept changing the connection; Retry-After says for how long'),
  },
});
