import type { MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import type { App } from '../app-env.ts';
import { CORS_MAX_AGE_S } from '../limits.ts';
import { listSetting } from '../settings.ts';

const allow = cors({
  origin: (origin, c) => (listSetting(c.env.ALLOWED_ORIGINS).includes(origin) ? origin : null),
  allowMethods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
  allowHeaders: ['Authorization', 'Content-Type', 'Idempotency-Key'],
  exposeHeaders: ['X-Request-Id', 'Retry-After', 'Idempotency-Replayed'],
  maxAge: CORS_MAX_AGE_S,
});

/** Lets the pages of `ALLOWED_ORIGINS` call the API; without that variable no page of another origin may. */
export const allowedOrigins: MiddlewareHandler<App> = (c, next) =>
  listSetting(c.env.ALLOWED_ORIGINS).length === 0 ? next() : allow(c, next);
