import { createMiddleware } from 'hono/factory';
import type { App } from '../app-env.ts';

/** Makes the request's id and answers with it. A caller's own id is not taken: it could be another's. */
export const requestId = createMiddleware<App>(async (c, next) => {
  c.set('requestId', crypto.randomUUID());
  await next();
  c.header('X-Request-Id', c.get('requestId'));
});
