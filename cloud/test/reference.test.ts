import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import operating from '../../docs/operating.md?raw';
import { request } from './support/stack.ts';

const shape = z.object({
  openapi: z.literal('3.1.0'),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        operationId: z.string().min(1),
        summary: z.string().min(1),
        security: z.array(z.record(z.string(), z.array(z.never()))),
        responses: z.record(z.string(), z.looseObject({ description: z.string().min(1) })),
      }),
    ),
  ),
});

async function operations() {
  const { paths } = shape.parse(await (await request('/openapi.json')).json());
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...operation })),
  );
}

describe('GET /openapi.json', () => {
  it('describes both sides, and names the server it was asked from', async () => {
    const response = await request('/openapi.json');
    expect(response.headers.get('content-type')).toContain('application/json');
    expect(await response.json()).toMatchObject({
      servers: [{ url: 'http://amy.test' }],
      components: { securitySchemes: { person: { scheme: 'bearer' }, operator: { name: 'x-admin-key' } } },
    });
    const paths = (await operations()).map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(['/v1/sync', '/v1/labs/upload', '/admin/dlq']));
    expect(paths.filter((path) => !/^\/(v1|admin)\//.test(path))).toEqual([]);
  });

  it('says of every operation who may call it, how it succeeds and how it refuses', async () => {
    const all = await operations();
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
    for (const { path, security, responses } of all) {
      const [scheme] = security.flatMap((one) => Object.keys(one));
      if (scheme !== undefined) expect(scheme).toBe(path.startsWith('/admin') ? 'operator' : 'person');
      const statuses = Object.keys(responses);
      expect(statuses.some((status) => status.startsWith('2'))).toBe(true);
      expect(statuses).toEqual(expect.arrayContaining(['429', '500', '503']));
      expect(statuses.includes('401')).toBe(scheme !== undefined);
    }
  });
});

describe('GET /docs', () => {
  it('shows every operation, and runs and loads nothing', async () => {
    const response = await request('/docs');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    const page = await response.text();
    for (const { method, path, operationId } of await operations()) {
      expect(page).toContain(`<h2><b>${method}</b> <code>${path}</code></h2>`);
      expect(page).toContain(`<section id="${operationId}">`);
    }
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|@import/i);
    expect(page.match(/href="[^"]*"/g)?.filter((link) => !/^href="(#|\/openapi\.json")/.test(link))).toEqual(
      [],
    );
  });
});

it('docs/operating.md names every route of the operator', async () => {
  const named = new Set(
    [...operating.matchAll(/`((?:GET|POST|PUT|DELETE) \/admin\/[^`?]+)`/g)].map(([, call]) => call),
  );
  const calls = (await operations())
    .filter(({ path }) => path.startsWith('/admin'))
    .map(({ method, path }) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`);
  expect(calls.filter((call) => !named.has(call))).toEqual([]);
});
