import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { named } from '../parameters.ts';

/** Also where Terra sent only a link: the body is what it led to, unless the delivery itself is asked for. */
export const payloadQuery = z.object({
  fetched: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('true')
    .meta({ description: 'false: of a delivery that only links to its data, the link instead of the data' }),
});

export const payloadRoute = createRoute({
  method: 'get',
  path: '/payloads/{id}',
  summary: 'The body of one of your events, byte for byte as it was received',
  request: {
    params: z.object({ id: named('the `id` of an event, as `GET /v1/events` tells it', '1') }),
    query: payloadQuery,
  },
  responses: {
    200: {
      description: 'the bytes',
      content: {
        'application/json': { schema: z.unknown() },
        'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
      },
    },
    400: NOT_AS_DOCUMENTED,
    404: refusal('no event of yours has this id'),
  },
});
