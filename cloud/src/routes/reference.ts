import type { OpenAPIHono } from '@hono/zod-openapi';
import type { App } from '../app-env.ts';
import { REFERENCE_SEARCH_CHARS_MAX } from '../limits.ts';
import { setPolicy } from '../pages/policy.ts';
import { type ApiDocument, describeApi } from '../reference/document.ts';
import { renderReference } from '../reference/page.ts';

/** `GET /openapi.json` and, made from the same document, the page `GET /docs`. */
export function addReference(app: OpenAPIHono<App>): void {
  // The routes do not change while the Worker runs; only where it was reached differs.
  let described: ApiDocument | null = null;
  const documentFor = (origin: string): ApiDocument => {
    described ??= describeApi(app, origin);
    return { ...described, servers: [{ url: origin }] };
  };
  app.get('/openapi.json', (c) => c.json(documentFor(new URL(c.req.url).origin)));
  app.get('/docs', (c) => {
    const { origin } = new URL(c.req.url);
    const nonce = setPolicy(c, { scripts: [], calls: [], searches: true });
    const search = (c.req.query('q') ?? '').slice(0, REFERENCE_SEARCH_CHARS_MAX);
    return c.html(renderReference({ document: documentFor(origin), origin, nonce, search }));
  });
}
