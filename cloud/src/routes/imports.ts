import { createRoute } from '@hono/zod-openapi';
import type { PersonApp } from '../app-env.ts';
import { errorBody } from '../contract/errors.ts';
import { IMPORT_DAYS_MAX, importAccepted, importRequest } from '../contract/import.ts';
import { requestImport } from '../ingest/request-import.ts';
import { validatingRouter } from './validation.ts';

const route = createRoute({
  method: 'post',
  path: '/import',
  summary: 'Ask every connected source for its history',
  request: { body: { content: { 'application/json': { schema: importRequest } } } },
  responses: {
    202: {
      description: 'the requests are on their way',
      content: { 'application/json': { schema: importAccepted } },
    },
    400: { description: 'a bad number of days', content: { 'application/json': { schema: errorBody } } },
  },
});

export const imports = validatingRouter<PersonApp>().openapi(route, async (c) => {
  const days = Math.min(c.req.valid('json').days, IMPORT_DAYS_MAX);
  const { importId, requests } = await requestImport(c.env, {
    userId: c.get('userId'),
    requestId: c.get('requestId'),
    days,
    nowMs: Date.now(),
  });
  return c.json({ import_id: importId, days, requests }, 202);
});
