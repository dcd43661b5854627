import { createRoute } from '@hono/zod-openapi';
import type { hc } from 'hono/client';
import { z } from 'zod';
import type { ApiOf } from '../../cloud/src/contract/api.ts';
import { refusal } from '../../cloud/src/contract/errors.ts';
import { importAccepted } from '../../cloud/src/contract/import.ts';
import { syncPage } from '../../cloud/src/contract/sync.ts';
import { type Access, type ApiClient, ask, askFile } from '../src/api/api.ts';

/** Nothing runs this: the compiler refuses the file where a wrong call of the API would pass. */
export const calls = {
  right: (api: ApiClient) => [
    api.v1.import.$post({ json: {} }),
    api.v1.import.$post({ json: { days: 30 } }),
    api.v1.imports.$get({ query: { limit: '10' } }),
    api.v1.sync.$get({ query: {} }),
    api.v1.sync.$get({ query: { limit: '10', since: undefined, include: 'raw' } }),
    api.v1.labs.upload.$post({ form: { file: new File([], 'report.pdf') } }),
  ],
  wrong: (api: ApiClient) => [
    // @ts-expect-error no such path
    api.v1.importing.$post({ json: {} }),
    // @ts-expect-error the list of them is only read
    api.v1.imports.$post({ json: {} }),
    // @ts-expect-error the paths are below /v1
    api.import.$post({ json: {} }),
    // @ts-expect-error another method
    api.v1.import.$get(),
    // @ts-expect-error no body
    api.v1.import.$post(),
    // @ts-expect-error a number as text
    api.v1.import.$post({ json: { days: '30' } }),
    // @ts-expect-error a field that does not exist
    api.v1.import.$post({ json: { weeks: 4 } }),
    // @ts-expect-error a body where a query belongs
    api.v1.sync.$get({ json: {} }),
    // @ts-expect-error a parameter that does not exist
    api.v1.sync.$get({ query: { after: 'x' } }),
    // @ts-expect-error a value that is not allowed
    api.v1.sync.$get({ query: { include: 'everything' } }),
    // @ts-expect-error an address holds text
    api.v1.sync.$get({ query: { limit: 10 } }),
    // @ts-expect-error no file
    api.v1.labs.upload.$post({ form: {} }),
    // @ts-expect-error a path is no file
    api.v1.labs.upload.$post({ form: { file: 'report.pdf' } }),
    // @ts-expect-error JSON where a form belongs
    api.v1.labs.upload.$post({ json: {} }),
  ],
};

const params = z.object({ id: z.string() });
const fileRoute = createRoute({
  method: 'get',
  path: '/things/{id}/file',
  request: { params },
  responses: {
    200: { description: 'the file', content: { 'application/pdf': { schema: z.string() } } },
    404: refusal('unknown'),
  },
});
const updateRoute = createRoute({
  method: 'put',
  path: '/things/{id}',
  request: {
    params,
    body: { content: { 'application/json': { schema: z.looseObject({ n: z.number() }) } } },
  },
  responses: {
    200: {
      description: 'kept',
      content: { 'application/json': { schema: z.record(z.string(), z.unknown()) } },
    },
  },
});
const deleteRoute = createRoute({
  method: 'delete',
  path: '/things/{id}',
  request: { params },
  responses: { 204: { description: 'gone' } },
});

type Things = ReturnType<typeof hc<ApiOf<[typeof fileRoute, typeof updateRoute, typeof deleteRoute]>>>;

/** Routes with a parameter in their path, several methods of one path, a file, no content. */
export const others = (api: Things) => [
  api.v1.things[':id'].file.$get({ param: { id: '1' } }),
  api.v1.things[':id'].$put({ param: { id: '1' }, json: { n: 1, more: true } }),
  api.v1.things[':id'].$delete({ param: { id: '1' } }),
  // @ts-expect-error which one
  api.v1.things[':id'].$delete(),
  // @ts-expect-error another parameter
  api.v1.things[':id'].$delete({ param: { name: '1' } }),
  // @ts-expect-error another method
  api.v1.things[':id'].$get({ param: { id: '1' } }),
];

export const answers = async (to: Access, api: Things) => [
  (await ask(to, (v) => v.v1.import.$post({ json: {} }), importAccepted)).import_id.length,
  await ask(
    to,
    () => api.v1.things[':id'].$put({ param: { id: '1' }, json: { n: 1 } }),
    z.record(z.string(), z.unknown()),
  ),
  await askFile(to, () => api.v1.things[':id'].file.$get({ param: { id: '1' } })),
  // @ts-expect-error the answer of another route
  await ask(to, (v) => v.v1.import.$post({ json: {} }), syncPage),
  // @ts-expect-error more than the route promises
  await ask(to, (v) => v.v1.import.$post({ json: {} }), importAccepted.extend({ more: z.string() })),
  // @ts-expect-error a file is no JSON
  await ask(to, () => api.v1.things[':id'].file.$get({ param: { id: '1' } }), importAccepted),
  // @ts-expect-error no request at all
  await ask(to, () => importAccepted, importAccepted),
];
