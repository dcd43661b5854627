import { createHash, timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { App } from '../app-env.ts';
import { ApiError } from '../errors.ts';
import { requireSecret } from '../settings.ts';

/** Lets the operator in: header `x-admin-key` equals `AMY_ADMIN_KEY`. A wrong key costs the same time whatever it shares with the right one. */
export const adminKey = createMiddleware<App>(async (c, next) => {
  const expected = requireSecret(c.env, 'AMY_ADMIN_KEY');
  const given = c.req.header('x-admin-key') ?? '';
  if (!timingSafeEqual(digest(given), digest(expected))) {
    throw new ApiError('unauthorized', 'the header x-admin-key is missing or wrong');
  }
  await next();
});

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
