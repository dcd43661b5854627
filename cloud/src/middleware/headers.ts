import { createMiddleware } from 'hono/factory';
import { secureHeaders } from 'hono/secure-headers';
import type { App } from '../app-env.ts';

/** An answer of the API is no page: nothing in it runs, loads or is framed. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

/** Headers that keep browsers from doing anything with an answer but show it to who asked. */
export const safeHeaders = secureHeaders({
  xFrameOptions: 'DENY',
  referrerPolicy: 'no-referrer',
  crossOriginResourcePolicy: 'same-origin',
  strictTransportSecurity: 'max-age=31536000; includeSubDomains',
});

/** Pages bring a Content-Security-Policy of their own; everything else gets the narrowest. */
export const narrowPolicy = createMiddleware<App>(async (c, next) => {
  await next();
  if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', NO_PAGE);
});

/** Health data stays in no cache on the way, nor in the browser's. */
export const notCached = createMiddleware<App>(async (c, next) => {
  await next();
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
});
