import { createRoute } from '@hono/zod-openapi';
import { refusal } from '../errors.ts';
import { importAccepted, importRequest } from '../import.ts';

export const importRoute = createRoute({
  method: 'post',
  path: '/import',
  summary: 'Ask every connected source for its history',
  request: { body: { content: { 'application/json': { schema: importRequest } } } },
  responses: {
    202: {
      description: 'the requests are on their way',
      content: { 'application/json': { schema: importAccepted } },
    },
    400: refusal('a bad number of days'),
  },
});
