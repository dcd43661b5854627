import { type Schema, Validator } from '@cfworker/json-schema';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { REPORT_STYLE } from '../../cli/src/report/page-style.ts';
import operating from '../../docs/operating.md?raw';
import { buildApp } from '../src/app.ts';
import { CONSOLE_STYLE } from '../src/console/console-style.ts';
import { CHART_LOOK, LOOK } from '../src/contract/look.ts';
import { SESSION_LIFE_S } from '../src/limits.ts';
import { PAGE_STYLE } from '../src/pages/style.ts';
import { answerSample } from '../src/reference/call-section.ts';
import { COMMON_REFUSALS, KEY_REFUSALS } from '../src/reference/document.ts';
import { EXAMPLES } from '../src/reference/examples.ts';
import { UNGROUPED } from '../src/reference/groups.ts';
import { REFERENCE_STYLE } from '../src/reference/style.ts';
import { pasted } from './support/curl-line.ts';
import { newUser, request, token } from './support/stack.ts';

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

/** The page, as a browser has it. */
async function docs(query = '') {
  const response = await request(`/docs${query}`);
  return { response, page: await response.text() };
}

/** What the page shows of a piece of markup. */
function textOf(markup: string): string {
  const text = markup.replace(/<[^>]*>/g, '');
  const names: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"' };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (_, code, name) =>
    code === undefined ? (names[name] ?? '') : String.fromCodePoint(Number(code)),
  );
}

/** Who calls these has no token yet. */
const OPEN: ReadonlySet<string> = new Set(['postAuthDevice', 'postAuthDeviceToken']);

describe('GET /docs', () => {
  it('shows every operation, and runs and loads nothing', async () => {
    const { response, page } = await docs();
    const policy = response.headers.get('content-security-policy') ?? '';
    const nonce = /style-src 'nonce-([\w+/]{22}==)'/.exec(policy)?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("form-action 'self'");
    expect(policy).not.toContain('unsafe');
    expect(page.match(/<style[^>]*>/g)).toEqual([`<style nonce="${nonce}">`]);
    for (const { method, path, operationId } of await operations()) {
      const [, told] = page.split(`<p class="address"><b>${method}</b> <code>${path}</code>`);
      expect([operationId, told?.split('</p>')[0]?.includes('open to everybody')]).toEqual([
        operationId,
        OPEN.has(operationId),
      ]);
      expect(page).toContain(`<section id="${operationId}" class="call">`);
    }
    expect(page).not.toContain(`id="${UNGROUPED.id}"`);
    expect(page).not.toMatch(/<script|<link|<img|src=|url\(|@import|style=|\son\w+=/i);
  });

  it('leads only to what is there', async () => {
    const all = (await docs()).page;
    for (const page of [all, (await docs('?q=upload')).page]) expectLinks(page, all);
  });

  function expectLinks(page: string, all: string): void {
    const links = [...new Set([...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link ?? ''))];
    const [inside, outside] = [
      links.filter((link) => link.startsWith('#')),
      links.filter((link) => !link.startsWith('#')),
    ];
    expect(inside.filter((link) => page.split(` id="${link.slice(1)}"`).length !== 2)).toEqual([]);
    expect(outside.toSorted()).toEqual([
      ...['/', '/activate', '/admin', '/docs', '/docs#sign-in', '/openapi.json'],
    ]);
    expect(all).toContain(' id="sign-in"');
  }

  it('lets who goes by the keyboard skip what stands before the calls', async () => {
    const [, first = ''] = /<body>\s*<a ([^>]*)>/.exec((await docs()).page) ?? [];
    expect(first).toContain('href="#calls"');
  });

  it('tells of a parameter its type, its range and what it is where nothing is said', async () => {
    const { page } = await docs('?q=/v1/sync');
    expect(textOf(page)).toContain('limit whole number, 1 to 5000, 1000 unless said');
    expect(textOf(page)).toContain('include only "raw"');
  });

  it('tells what every call can answer once, not with each', async () => {
    const { page } = await docs();
    for (const told of [...Object.values(COMMON_REFUSALS), ...Object.values(KEY_REFUSALS)])
      expect(page.split(shown(told)).length - 1, told).toBe(1);
  });
});

it('what is described once names each server by the address it was asked at', async () => {
  const app = buildApp();
  for (const origin of ['https://amy.example', 'http://127.0.0.1:8787']) {
    const page = textOf(await (await app.request(`${origin}/docs?q=/v1/me`)).text());
    expect(page).toContain(`curl '${origin}/v1/me'`);
    expect(page).toContain(`Amy on ${new URL(origin).host}`);
    const document: unknown = await (await app.request(`${origin}/openapi.json`)).json();
    expect(document).toMatchObject({ servers: [{ url: origin }] });
  }
});

it('a line to paste runs nothing that stands in the name of the server', async () => {
  const origin = "http://amy';id;'.example";
  const page = textOf(await (await buildApp().request(`${origin}/docs?q=/v1/me`)).text());
  const line = /curl 'http[\s\S]*?AMY_TOKEN"/.exec(page)?.[0] ?? '';
  expect(pasted(line, { AMY_TOKEN: 'a-token' }).url.href).toBe(`${origin}/v1/me`);
});

describe('the search of /docs', () => {
  const found = async (text: string) => {
    const { page } = await docs(`?q=${encodeURIComponent(text)}`);
    return [...page.matchAll(/<section id="(\w+)" class="call">/g)].map(([, id]) => id ?? '');
  };

  it('finds by address, sentence, field and group, every word of what is asked', async () => {
    expect(await found('/V1/SYNC')).toEqual(['getSync']);
    expect(await found('height_cm')).toEqual(['putProfile']);
    expect(await found('erase everything')).toContain('deleteMe');
    const labs = await found('lab reports upload');
    expect(labs).toContain('postLabsUpload');
    expect(labs).not.toContain('getSync');
    // A word begins so: what is `unavailable` is no lab.
    expect(await found('lab')).toEqual(expect.arrayContaining(['getLabs', 'postLabsUpload']));
    expect(await found('lab')).not.toContain('putProfile');
    expect(await found('vailable')).toEqual([]);
  });

  it('finds no call by what holds for all, nor by how the document is written', async () => {
    expect(await found('internal or misconfigured')).toEqual([]);
    expect(await found('additionalProperties')).toEqual([]);
  });

  it('says what was searched for as text, how much was found, and shows all for a blank', async () => {
    const asked = '"><script>alert(1)</script>';
    const { page } = await docs(`?q=${encodeURIComponent(asked)}`);
    expect(page).not.toContain('<script');
    expect(textOf(page)).toContain(`No call has ${asked} in`);
    expect(textOf((await docs('?q=/v1/sync')).page)).toContain('One call has /v1/sync in');
    expect((await found('  ')).length).toBe((await operations()).length);
    expect((await docs(`?q=${'x'.repeat(5_000)}`)).page).not.toContain('x'.repeat(101));
  });
});

const SHELL: Readonly<Record<string, string>> = { AMY_ADMIN_KEY: 'test-admin-key-of-at-least-32-bytes' };

/** Every line of the page by the call that it is of. */
async function curlLines(): Promise<ReadonlyMap<string, string>> {
  const { page } = await docs();
  const sections = page.split('<section id="').slice(1);
  return new Map(
    sections.flatMap((section) => {
      const line = /<pre><code>(curl [\s\S]*?)<\/code><\/pre>/.exec(section)?.[1];
      return line === undefined ? [] : [[section.slice(0, section.indexOf('"')), textOf(line)] as const];
    }),
  );
}

const calls = z.record(
  z.string(),
  z.record(
    z.string(),
    z.looseObject({
      operationId: z.string(),
      responses: z.unknown(),
      parameters: z
        .array(z.looseObject({ name: z.string(), in: z.string(), schema: z.unknown() }))
        .default([]),
      requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
    }),
  ),
);

async function documented() {
  const { paths } = (await (await request('/openapi.json')).json()) as { paths: unknown };
  return Object.entries(calls.parse(paths)).flatMap(([path, item]) =>
    Object.entries(item).map(([method, call]) => ({ path, method: method.toUpperCase(), ...call })),
  );
}

function problemsOf(schema: unknown, value: unknown) {
  return new Validator(schema as Schema, '2020-12').validate(value).errors;
}

/** Reads of one thing, which is named in the query. */
const OF_ONE: ReadonlySet<string> = new Set(['getExplain', 'getAdminRebuild']);

describe('a line of curl on /docs', () => {
  it('is of every call: its method, its address, a key that it takes, a body and a query that it takes', async () => {
    const lines = await curlLines();
    for (const { path, method, operationId, parameters, requestBody } of await documented()) {
      const line = lines.get(operationId) ?? '';
      const sent = pasted(line, { ...SHELL, AMY_TOKEN: 'a-token' });
      expect([sent.method, sent.url.origin]).toEqual([method, 'http://amy.test']);
      expect(sent.url.pathname, line).toMatch(new RegExp(`^${path.replace(/\{\w+\}/g, '[\\w-]+')}$`));
      const keys = { authorization: 'Bearer a-token', 'x-admin-key': SHELL.AMY_ADMIN_KEY };
      for (const [name, key] of Object.entries(keys)) {
        const isTaken = !OPEN.has(operationId) && (name === 'x-admin-key') === path.startsWith('/admin');
        expect([operationId, sent.headers.get(name)]).toEqual([operationId, isTaken ? key : null]);
      }
      const schema = requestBody?.content['application/json']?.schema;
      // A body without an example would leave the reader to guess.
      expect([operationId, sent.body !== undefined]).toEqual([operationId, schema !== undefined]);
      if (schema !== undefined && sent.body !== undefined)
        expect([operationId, problemsOf(schema, JSON.parse(sent.body))]).toEqual([operationId, []]);
      expect(sent.form !== undefined).toBe(requestBody?.content['multipart/form-data'] !== undefined);
      const known = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
      expect([...sent.url.searchParams.keys()].filter((name) => !known.includes(name))).toEqual([]);
    }
    expect(lines.size).toBe((await documented()).length);
  });

  it('is taken as it stands, where it only reads', async () => {
    const AMY_TOKEN = await token(newUser());
    const pathOf = new Map((await documented()).map(({ operationId, path }) => [operationId, path]));
    for (const [operationId, line] of await curlLines()) {
      const { method, url, headers } = pasted(line, { ...SHELL, AMY_TOKEN });
      if (method !== 'GET') continue;
      const response = await request(`${url.pathname}${url.search}`, { headers });
      await response.arrayBuffer();
      // Nobody has the ids that are made up, and a new person has no row and no rebuild.
      const isOfOne = OF_ONE.has(operationId) || (pathOf.get(operationId) ?? '').includes('{');
      expect([operationId, response.status]).toEqual([operationId, isOfOne ? 404 : 200]);
    }
  });

  it('has every example of a call that there is', async () => {
    const names = (await documented()).map(({ operationId }) => operationId);
    expect(Object.keys(EXAMPLES).filter((name) => !names.includes(name))).toEqual([]);
  });
});

describe('an answer that /docs shows', () => {
  it('is one that the call may give', async () => {
    const { page } = await docs();
    let shownAnswers = 0;
    for (const { operationId, responses } of await documented()) {
      const section = page.split(`<section id="${operationId}" `)[1]?.split('</section>')[0] ?? '';
      const [, sample] = /<figure>[\s\S]*?<code>([\s\S]*?)<\/code>/.exec(section) ?? [];
      const [schema] = jsonAnswers(responses);
      expect([operationId, sample !== undefined]).toEqual([operationId, schema !== undefined]);
      if (sample === undefined || schema === undefined) continue;
      expect([operationId, problemsOf(schema, JSON.parse(textOf(sample)))]).toEqual([operationId, []]);
      shownAnswers += 1;
    }
    expect(shownAnswers).toBeGreaterThan(40);
  });

  it('fits what was asked, and itself', async () => {
    const answered = z.record(z.string(), z.unknown()).optional();
    for (const { operationId, responses } of await documented()) {
      const answer = answered.parse(answerSample(operationId, responses));
      if (answer === undefined) continue;
      const asked = z.record(z.string(), z.unknown()).parse(EXAMPLES[operationId]?.body ?? {});
      const repeated = Object.entries(asked).filter(([name]) => name in answer);
      expect([operationId, answer]).toMatchObject([operationId, Object.fromEntries(repeated)]);
      if (answer.has_more !== undefined)
        expect([operationId, answer.has_more]).toEqual([operationId, answer.next_cursor !== null]);
      if (answer.token_type === 'Bearer') expect(answer.expires_in).toBe(SESSION_LIFE_S);
    }
  });
});

/** The schemas of JSON that a call answers with success. */
function jsonAnswers(responses: unknown): readonly unknown[] {
  const shape = z.record(
    z.string(),
    z.looseObject({
      content: z.record(z.string(), z.looseObject({ schema: z.unknown().optional() })).optional(),
    }),
  );
  return Object.entries(shape.parse(responses)).flatMap(([status, { content }]) => {
    const json = content?.['application/json'];
    return status.startsWith('2') && json !== undefined ? [json.schema] : [];
  });
}

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
    expect(links).toEqual([
      '/',
      '/activate',
      '/docs',
      '/admin',
      '/activate',
      '/docs',
      '/openapi.json',
      '/admin',
      '/healthz',
    ]);
    for (const link of links) expect((await request(link)).status).toBe(200);
  });

  it('signs in to the server that shows it, whatever its name', async () => {
    for (const origin of ['https://amy.example', 'http://127.0.0.1:8787', "http://amy';id;'.example"]) {
      const response = await buildApp().request(origin, { headers: { accept: 'text/html' } });
      const named = origin.replaceAll("'", "'\\''");
      expect(textOf(await response.text())).toContain(`amy login --url '${named}'`);
    }
  });

  it('leaves the other addresses of the webhook to monitors', async () => {
    const response = await request('/webhook/terra', { headers: { accept: 'text/html' } });
    expect(await response.text()).toBe('ok');
  });
});

it.each(['/', '/docs'])('%s is drawn by the nonce of its policy, another each time', async (path) => {
  const nonces = new Set<string | undefined>();
  for (let time = 0; time < 2; time += 1) {
    const response = await request(path, { headers: { accept: 'text/html' } });
    const [, nonce] = /<style nonce="([^"]*)">/.exec(await response.text()) ?? [];
    expect(response.headers.get('content-security-policy')).toContain(`style-src 'nonce-${nonce}';`);
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(2);
});

it.each(['/', '/activate', '/docs', '/admin'])('%s says whose it is', async (path) => {
  const page = await (await request(path, { headers: { accept: 'text/html' } })).text();
  expect(textOf(/<p class="brand">[\s\S]*?<\/p>/.exec(page)?.[0] ?? '')).toMatch(
    /^Amy( console)? on amy\.test$/,
  );
  expect(/<title>(.*)<\/title>/.exec(page)?.[1]).toMatch(/Amy .*on amy\.test$|Amy on amy\.test$/);
});

describe('the look', () => {
  it.each(Object.entries({ PAGE_STYLE, CONSOLE_STYLE, REFERENCE_STYLE, REPORT_STYLE }))(
    'of %s has its colours and fonts from the one list',
    (_, style) => {
      const own = style.replace(LOOK, '').replace(CHART_LOOK, '');
      expect(own.match(/#[0-9a-f]{3,8}\b(?=[^{]*[;}])|rgb|hsl|light-dark|system-ui|monospace|serif/gi)).toBe(
        null,
      );
      const named = [...own.matchAll(/var\((--[\w-]+)\)/g)].map(([, name]) => `${name}:`);
      expect(named.filter((name) => !`${LOOK}${CHART_LOOK}`.includes(name))).toEqual([]);
    },
  );
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
