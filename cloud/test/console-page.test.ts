import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { CONSOLE_FILES, CONSOLE_SCRIPT } from '../src/console/console-script.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asOperator, newUser, request } from './support/stack.ts';

it('is served without the key, holds no data, and runs nothing but what carries its nonce', async () => {
  const user_id = newUser();
  await insertRaw({ user_id, process_error: 'owner_conflict' });
  const [one, other] = [await request('/admin'), await request('/admin')];
  expect([one.status, other.status]).toEqual([200, 200]);
  expect(Object.fromEntries(one.headers)).toMatchObject({
    'content-type': 'text/html; charset=UTF-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-frame-options': 'DENY',
  });
  const policy = one.headers.get('content-security-policy') ?? '';
  const nonce = /script-src 'nonce-([\w+/]{22}==)';/.exec(policy)?.[1];
  expect(policy).toBe(
    `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
  );
  const html = await one.text();
  expect((await other.text()).replaceAll(/nonce="[^"]*"/g, '')).toBe(html.replaceAll(/nonce="[^"]*"/g, ''));
  expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
  expect(html.match(/<(script|style)[^>]*>/g)).toEqual([
    `<style nonce="${nonce}">`,
    `<script type="module" nonce="${nonce}">`,
  ]);
  expect(html.match(/<\/script/g)).toHaveLength(1);
  expect(html).not.toMatch(/\son\w+=|javascript:|style=|src=|<link|url\(|@import/);
  expect(html).not.toContain(user_id);
  expect(html).not.toContain(env.AMY_ADMIN_KEY);
});

it('is the only address of the operator that answers without the key', async () => {
  expect((await request('/admin', { method: 'POST' })).status).toBe(401);
  expect((await request('/admin/dlq')).status).toBe(401);
  expect((await asOperator('/admin')).status).toBe(200);
});

it('has its files in an order in which none uses what stands behind it', () => {
  const files = Object.keys(CONSOLE_FILES);
  const behind = Object.entries(CONSOLE_FILES).flatMap(([name, text]) =>
    [...text.matchAll(/from '\.\/(\w+)\.browser\.js';/g)]
      .filter(([, used = '']) => files.indexOf(used) < 0 || files.indexOf(used) > files.indexOf(name))
      .map(([, used]) => `${name} uses ${used}`),
  );
  expect(behind).toEqual([]);
  expect(CONSOLE_SCRIPT).not.toMatch(/^(import|export) /m);
  const named = [...CONSOLE_SCRIPT.matchAll(/^(?:async )?(?:function|const|class) (\w+)/gm)].map(
    ([, name]) => name,
  );
  expect(named.length).toBeGreaterThan(50);
  expect(named.filter((name, i) => named.indexOf(name) !== i)).toEqual([]);
});

it('makes no markup of what it is told', () => {
  expect(CONSOLE_SCRIPT).not.toMatch(
    /innerHTML|outerHTML|insertAdjacentHTML|document\.write|setHTML|DOMParser|eval\(|localStorage|document\.cookie/,
  );
});
