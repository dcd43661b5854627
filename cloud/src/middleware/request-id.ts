import { createMiddleware } from 'hono/factory';
import type { App } from '../app-env.ts';
import { timedId } from '../ids.ts';

/**
 * Makes the request's id, which tells when the request came, and answers with it. A caller's own id is not taken: it
 * could be another's.
 */
export const requestId = createMiddleware<App>(async (c, next) => {
  c.set('requestId', timedId(Date.now()));
  await next();
  c.header('X-Request-Id', c.get('requestId'));
});
