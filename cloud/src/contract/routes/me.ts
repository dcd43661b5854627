import { createRoute } from '@hono/zod-openapi';
import { me } from '../me.ts';

export const meRoute = createRoute({
  method: 'get',
  path: '/me',
  summary: 'Who you are, what is connected, and what is here',
  responses: { 200: { description: 'the person', content: { 'application/json': { schema: me } } } },
});
