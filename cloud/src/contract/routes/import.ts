import { createRoute } from '@hono/zod-openapi';
import { z } from 'zod';
import { NOT_AS_DOCUMENTED, refusal } from '../errors.ts';
import { importAccepted, importListed, importProgress, importRequest } from '../import.ts';
import { idFrom, listOf, listQuery } from '../parameters.ts';

export const importRoute = createRoute({
  method: 'post',
  path: '/import',
  summary: 'Ask every connected source for its history',
  request: { body: { content: { 'application/json': { schema: importRequest } } } },
  responses: {
    202: {
      description:
        'the requests are on their way: one import runs at a time, and asking again adds only what it does not ask for',
      content: { 'application/json': { schema: importAccepted } },
    },
    400: NOT_AS_DOCUMENTED,
    429: refusal('as many days as a person may ask for within 24 hours, or too many requests'),
  },
});

export const importProgressRoute = createRoute({
  method: 'get',
  path: '/imports/{id}',
  summary: 'How far an import is',
  request: { params: z.object({ id: idFrom('the `import_id` that `POST /v1/import` told') }) },
  responses: {
    200: { description: 'its progress', content: { 'application/json': { schema: importProgress } } },
    404: refusal('no import of yours has this id'),
  },
});

export const importsRoute = createRoute({
  method: 'get',
  path: '/imports',
  summary: 'Your imports, the latest first',
  request: { query: listQuery },
  responses: {
    200: { description: 'one page', content: { 'application/json': { schema: listOf(importListed) } } },
    400: NOT_AS_DOCUMENTED,
  },
});
