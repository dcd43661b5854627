import { createRoute } from '@hono/zod-openapi';
import { createMiddleware } from 'hono/factory';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { App } from '../app-env.ts';
import { JSON_BODY_BYTES_MAX } from '../limits.ts';
import { ask, smallApp } from '../middleware/small-app.fixture.ts';
import { documentedRouter, readWithin } from './documented-router.ts';

const answer = z.object({ told: z.unknown() });
const responses = { 200: { description: 'told', content: { 'application/json': { schema: answer } } } };
const thing = z.object(
  { size: z.number({ error: 'must be a number' }).default(1) },
  { error: 'send an object' },
);

const thingRoute = createRoute({
  method: 'post',
  path: '/things/{id}',
  request: {
    params: z.object({ id: z.coerce.number({ error: 'must be a number' }) }),
    query: z.object({ loud: z.literal('yes', { error: 'may only be yes' }).optional() }),
    body: { content: { 'application/json': { schema: thing } } },
  },
  responses,
});

const fileRoute = createRoute({
  method: 'put',
  path: '/file',
  request: { body: { content: { 'multipart/form-data': { schema: z.object({ file: z.string() }) } } } },
  responses,
});

const things = documentedRouter<App>()
  .serve(thingRoute, (c) => {
    const told = { ...c.req.valid('param'), ...c.req.valid('query'), ...c.req.valid('json') };
    return c.json({ told }, 200);
  })
  .serve(fileRoute, async (c) => c.json({ told: await c.req.text() }, 200));

const app = smallApp().route('/', things);

async function told(response: Response): Promise<unknown> {
  const { told, message } = await response.json<{ told?: unknown; message?: string }>();
  return message ?? told;
}

const post = (body: BodyInit | null, path = '/things/7', type = 'application/x-www-form-urlencoded') =>
  ask(app, path, { method: 'POST', body, headers: { 'content-type': type } });

describe('a body', () => {
  it.each(['application/json', 'application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data'])(
    'that is called %s is read as the JSON it is',
    async (type) => {
      expect(await told(await post('{"size": 3}', '/things/7', type))).toEqual({ id: 7, size: 3 });
    },
  );

  it.each([null, '', ' \r\n\t'])('of nothing (%j) is an object without fields', async (body) => {
    expect(await told(await post(body))).toEqual({ id: 7, size: 1 });
  });

  it.each([
    ['{"size": "3"}', 'size: must be a number'],
    ['[]', 'send an object'],
    ['{"size": 3, "sise": 4}', 'sise: is no field that can be said here'],
    ['{"size": ', 'send an object'],
    ['size=3', 'send an object'],
    ['\u00a0', 'send an object'],
  ])('of %j is refused by name', async (body, message) => {
    const response = await post(body);
    expect([response.status, await told(response)]).toEqual([400, message]);
  });

  it('is bounded', async () => {
    const fitting = `{"size": 3${' '.repeat(JSON_BODY_BYTES_MAX - 11)}}`;
    expect(await told(await post(fitting))).toEqual({ id: 7, size: 3 });
    const response = await post(`${fitting} `);
    expect([response.status, await told(response)]).toEqual([
      400,
      `the body must be at most ${JSON_BODY_BYTES_MAX} bytes`,
    ]);
  });

  it('of no JSON is left to the route', async () => {
    const body = new FormData();
    body.set('file', 'the bytes');
    expect(await told(await ask(app, '/file', { method: 'PUT', body }))).toContain('the bytes');
  });

  it('is what its own reader makes of it, where the route has one', async () => {
    const backwards = documentedRouter<App>().serve(
      thingRoute,
      (c) => c.json({ told: c.req.valid('json') }, 200),
      async (request) => ({ size: (await readWithin(request, 3)).byteLength }),
    );
    const sized = smallApp().route('/', backwards);
    const sent = (body: string) => ask(sized, '/things/7', { method: 'POST', body });
    expect(await told(await sent('abc'))).toEqual({ size: 3 });
    expect(await told(await sent('abcd'))).toBe('the body must be at most 3 bytes');
  });
});

it.each([
  ['/things/seven', 'id: must be a number'],
  ['/things/7?loud=no', 'loud: may only be yes'],
])('what an address says is held against the route: %s', async (path, message) => {
  const response = await post('{}', path);
  expect([response.status, await told(response)]).toEqual([400, message]);
});

it('the middleware of a route comes before its body is read', async () => {
  const middleware = createMiddleware<App>(async (c) => c.json({ told: await c.req.text() }, 200));
  const guarded = documentedRouter<App>().serve({ ...thingRoute, middleware }, (c) =>
    c.json({ told: 0 }, 200),
  );
  const response = await ask(smallApp().route('/', guarded), '/things/7', {
    method: 'POST',
    body: 'no JSON',
  });
  expect(await told(response)).toBe('no JSON');
});

it('documents a route once, as it was defined', () => {
  const middleware = createMiddleware<App>((_, next) => next());
  const document = documentedRouter<App>()
    .serve({ ...thingRoute, middleware }, (c) => c.json({ told: 0 }, 200))
    .serve(fileRoute, (c) => c.json({ told: 0 }, 200))
    .getOpenAPI31Document({ openapi: '3.1.0', info: { title: 'things', version: '1' } });
  const { post, ...others } = document.paths?.['/things/{id}'] ?? {};
  expect([others, Object.keys(post ?? {}).toSorted()]).toEqual([
    {},
    ['parameters', 'requestBody', 'responses'],
  ]);
  expect(post?.requestBody).toEqual({
    content: {
      'application/json': {
        schema: {
          type: 'object',
          properties: { size: { type: 'number', default: 1 } },
          additionalProperties: false,
        },
      },
    },
  });
  expect(document.paths?.['/file']?.put?.requestBody).toHaveProperty('content.multipart/form-data');
});

it('takes no handler that the route does not fit: the compiler refuses this file where it would', () => {
  const wrong = () => [
    // @ts-expect-error another status
    documentedRouter<App>().serve(thingRoute, (c) => c.json({ told: 0 }, 201)),
    // @ts-expect-error another shape
    documentedRouter<App>().serve(thingRoute, (c) => c.json({ say: 0 }, 200)),
    // @ts-expect-error a field that the body has not
    documentedRouter<App>().serve(thingRoute, (c) => c.json({ told: c.req.valid('json').weight }, 200)),
    // @ts-expect-error nobody validates a form
    documentedRouter<App>().serve(fileRoute, (c) => c.json({ told: c.req.valid('form') }, 200)),
  ];
  expect(wrong).not.toThrow();
});
