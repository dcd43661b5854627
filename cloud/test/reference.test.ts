import { type Schema, Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import operating from '../../docs/operating.md?raw';
import { COMMON_REFUSALS } from '../src/reference/document.ts';
import { EXAMPLES } from '../src/reference/examples.ts';
import { UNGROUPED } from '../src/reference/groups.ts';
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
      expect(page).toContain(`<p class="address"><b>${method}</b> <code>${path}</code>`);
      expect(page).toContain(`<section id="${operationId}" class="call">`);
    }
    expect(page).not.toContain(`id="${UNGROUPED.id}"`);
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|@import/i);
    expect(page.match(/href="[^"]*"/g)?.filter((link) => !/^href="(#|\/openapi\.json")/.test(link))).toEqual(
      [],
    );
  });
});

describe('the examples of /docs', () => {
  it('say what the call takes, each of a call that there is', async () => {
    const bodies = z.record(
      z.string(),
      z.record(
        z.string(),
        z.looseObject({
          operationId: z.string(),
          requestBody: z
            .object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) })
            .optional(),
        }),
      ),
    );
    const { paths } = (await (await request('/openapi.json')).json()) as { paths: unknown };
    const calls = Object.values(bodies.parse(paths)).flatMap((item) => Object.values(item));
    const names = calls.map(({ operationId }) => operationId);
    expect(Object.keys(EXAMPLES).filter((name) => !names.includes(name))).toEqual([]);
    for (const { operationId, requestBody } of calls) {
      const schema = requestBody?.content['application/json']?.schema;
      const example = EXAMPLES[operationId]?.body;
      // A body without an example would leave the reader to guess.
      expect([operationId, example !== undefined]).toEqual([operationId, schema !== undefined]);
      if (schema === undefined) continue;
      const checked = new Validator(schema as Schema, '2020-12').validate(example);
      expect([operationId, checked.errors]).toEqual([operationId, []]);
    }
  });

  it('tell what every call can answer once, not with each', async () => {
    const page = await (await request('/docs')).text();
    for (const told of Object.values(COMMON_REFUSALS))
      expect(page.split(shown(told)).length - 1, told).toBe(1);
  });
});

/** As the page shows a text of these. */
function shown(text: string): string {
  return text.replace(/`([^`]*)`/g, '<code>$1</code>');
}

describe('GET /', () => {
  const asks = (accept: string | null, method = 'GET') =>
    request('/', { method, headers: accept === null ? {} : { accept } });

  it.each([null, '*/*', 'application/json', 'text/plain'])(
    'tells a program that accepts %s ok',
    async (accept) => {
      const response = await asks(accept);
      expect([response.status, await response.text()]).toEqual([200, 'ok']);
      expect((await asks(accept, 'HEAD')).status).toBe(200);
    },
  );

  it('tells a browser where it is, in a page that runs and loads nothing', async () => {
    const response = await asks('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8');
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'nonce-/);
    expect(response.headers.get('vary')).toContain('Accept');
    const page = await response.text();
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|@import/i);
    const links = [...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? '');
    expect(links).toEqual(['/activate', '/docs', '/openapi.json', '/healthz']);
    for (const link of links) expect((await request(link)).status).toBe(200);
  });

  it('leaves the other addresses of the webhook to monitors', async () => {
    const response = await request('/webhook/terra', { headers: { accept: 'text/html' } });
    expect(await response.text()).toBe('ok');
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
