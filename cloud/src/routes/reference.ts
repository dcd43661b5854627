import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { App } from '../app-env.ts';
import { PAGE_STYLE } from '../pages/style.ts';
import { describeApi } from '../reference/document.ts';
import { renderReference } from '../reference/page.ts';

/** The page has no script and asks no other host for anything. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

/** `GET /openapi.json` and, made from the same document, the page `GET /docs`. */
export function addReference(app: OpenAPIHono<App>): void {
  const documentFor = (c: Context<App>) => describeApi(app, new URL(c.req.url).origin);
  app.get('/openapi.json', (c) => c.json(documentFor(c)));
  app.get('/docs', (c) => {
    c.header('Content-Security-Policy', POLICY);
    return c.html(renderReference(documentFor(c), PAGE_STYLE));
  });
}
