import { createRoute } from '@hono/zod-openapi';
import { erasureReceipt } from '../erasure.ts';
import { refusal } from '../errors.ts';

export const erasureRoute = createRoute({
  method: 'delete',
  path: '/me',
  summary: 'Erase yourself: everything here, your connections and lab reports at Terra, every sign-in',
  responses: {
    200: {
      description: 'what was deleted; every token from before is refused from now on',
      content: { 'application/json': { schema: erasureReceipt } },
    },
    503: refusal('unavailable: the erasure has begun, and goes on by itself'),
  },
});
