import { createHash, timingSafeEqual } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import type { App } from '../app-env.ts';
import { ApiError } from '../errors.ts';
import { adminKeys } from '../settings.ts';

/**
 * Lets the operator in: header `x-admin-key` equals one of `AMY_ADMIN_KEY`. A wrong key costs the same time whatever it
 * shares with the right one.
 */
export const adminKey = createMiddleware<App>(async (c, next) => {
  const given = digest(c.req.header('x-admin-key') ?? '');
  const matches = adminKeys(c.env).map((key) => timingSafeEqual(given, digest(key)));
  if (!matches.includes(true)) {
    throw new ApiError('unauthorized', 'the header x-admin-key is missing or wrong');
  }
  await next();
});

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
