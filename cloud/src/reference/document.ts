import type { OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { errorBody, NOT_AS_DOCUMENTED } from '../contract/errors.ts';
import { schemaOf } from './schema.ts';

export type ApiDocument = ReturnType<OpenAPIHono<App>['getOpenAPI31Document']>;
type PathItem = NonNullable<ApiDocument['paths']>[string];
export type Operation = NonNullable<PathItem['get']>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** What every operation of a side can answer besides what it declares itself. */
export const COMMON_REFUSALS = {
  '401': 'unauthorized: the key or token is missing, wrong, expired or revoked',
  '429': 'rate_limited: too many requests; `Retry-After` says when to ask again',
  '500': 'internal or misconfigured: the request id finds it in the log',
  '503': 'unavailable: something this needs does not answer; `Retry-After` says when to ask again',
} as const;

/** What `Idempotency-Key` can be answered with, on every POST that takes it. */
export const KEY_REFUSALS = {
  '400': NOT_AS_DOCUMENTED.description,
  '409': 'idempotency_key_mismatch: the key came with another request before; or idempotency_key_in_use',
} as const;

export const KEY_HEADER = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    '1 to 255 printable ASCII characters, drawn for this request: sent again with it within 24 h, the request takes effect once and gets the same answer, with `Idempotency-Replayed: true`',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
} as const;

const ERROR_REFERENCE = { $ref: '#/components/schemas/Error' };

/**
 * The OpenAPI 3.1 document of `/v1` and `/admin`, made from the routes themselves. What holds for a whole side
 * (who may call, how it refuses) is added here once. `origin` is where the asking reader reached the API.
 */
export function describeApi(app: OpenAPIHono<App>, origin: string): ApiDocument {
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Amy',
      version: '1',
      description:
        'A person’s wearable and lab data. Under `/v1` a program reads and changes what is its person’s, with their token; under `/admin` whoever runs the server looks and repairs, with the operator’s key.',
    },
    servers: [{ url: origin }],
  });
  const paths = Object.entries(document.paths ?? {}).map(([path, item]) => [path, completePath(path, item)]);
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, Error: errorSchema() },
      securitySchemes: {
        person: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        operator: { type: 'apiKey', in: 'header', name: 'x-admin-key' },
      },
    },
  };
}

/** Whether an answer is one that every call can give, and is told once for all. */
export function isOfEveryCall(status: string, response: unknown): boolean {
  const { description } = schemaOf(response);
  return Object.entries({ ...COMMON_REFUSALS, ...KEY_REFUSALS }).some(
    ([common, told]) => common === status && told === description,
  );
}

/** The JSON Schema of an error, without the dialect that the document names once for all. */
function errorSchema() {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(errorBody);
  return schema as NonNullable<NonNullable<ApiDocument['components']>['schemas']>[string];
}

/** The operations of a path, by method. */
export function operationsOf(item: PathItem): readonly (readonly [(typeof METHODS)[number], Operation])[] {
  return METHODS.flatMap((method) => {
    const operation = item[method];
    return operation === undefined ? [] : [[method, operation] as const];
  });
}

function completePath(path: string, item: PathItem): PathItem {
  const complete = operationsOf(item).map(([method, operation]) => [
    method,
    completeOperation(method, path, operation),
  ]);
  return { ...item, ...Object.fromEntries(complete) };
}

/** An operation that declares `security: []` is open to everybody, and refuses no key. */
function completeOperation(method: string, path: string, operation: Operation): Operation {
  const security = operation.security ?? [path.startsWith('/admin') ? { operator: [] } : { person: [] }];
  const takesKey = method === 'post' && path.startsWith('/v1/') && !path.startsWith('/v1/auth/');
  const refusals = Object.entries({ ...COMMON_REFUSALS, ...(takesKey ? KEY_REFUSALS : {}) })
    .filter(([status]) => status !== '401' || security.length > 0)
    .map(([status, description]) => [
      status,
      { description, content: { 'application/json': { schema: ERROR_REFERENCE } } },
    ]);
  return {
    operationId: operationName(method, path),
    ...operation,
    ...(takesKey ? { parameters: [...(operation.parameters ?? []), KEY_HEADER] } : {}),
    security,
    responses: { ...Object.fromEntries(refusals), ...operation.responses },
  };
}

/** `post`, `/v1/labs/{id}/retry` -> `postLabsIdRetry`, for programs that name their functions after it. */
function operationName(method: string, path: string): string {
  const words = path.replace(/^\/v1/, '').split(/[^A-Za-z0-9]+/);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}
