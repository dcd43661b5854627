import { createRoute } from '@hono/zod-openapi';
import { hc } from 'hono/client';
import { expect, it } from 'vitest';
import { z } from 'zod';
import type { ApiOf } from '../../../cloud/src/contract/api.ts';
import { farEnd } from '../../test/support/far-end.ts';
import { withSafeParameters } from './path-parameters.ts';

const route = createRoute({
  method: 'delete',
  path: '/things/{id}',
  request: { params: z.object({ id: z.string() }), query: z.object({ note: z.string() }) },
  responses: { 204: { description: 'gone' } },
});

const deleteThing = (url: string, id: string) =>
  withSafeParameters(hc<ApiOf<[typeof route]>>(url)).v1.things[':id'].$delete({
    param: { id },
    query: { note: 'a/b' },
  });

it.each(['a1', '../me', 'a/b', 'a?note=c', 'a#b', 'ö %2e', ':id', '$&', '...', 'index'])(
  'sends the id "%s" as one segment of the path',
  async (id) => {
    const server = await farEnd({ status: 204, body: '' });
    await deleteThing(server.url, id);
    expect(server.asked).toMatchObject([
      { method: 'DELETE', path: `/v1/things/${encodeURIComponent(id)}`, query: { note: 'a/b' } },
    ]);
  },
);

it.each(['', '.', '..'])('refuses "%s", which would name another route', async (id) => {
  const server = await farEnd();
  expect(() => deleteThing(server.url, id)).toThrow(expect.objectContaining({ code: 'invalid_id' }));
  expect(server.asked).toEqual([]);
});
