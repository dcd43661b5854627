import { type Context, Hono } from 'hono';
import type { App } from '../app-env.ts';
import { consolePage } from '../console/console-page.tsx';
import { activatePage, activateSources } from '../pages/activate-page.ts';
import { homePage } from '../pages/home-page.ts';
import { setPolicy } from '../pages/policy.ts';
import { signInOf } from '../pages/sign-in.ts';

/** Pages for people. They hold no data: what they show they ask the API for, under the reader's own token or key. */
export const pages = new Hono<App>({ strict: false });

/** Programs were answered "ok" before they came here: see the webhook's addresses. */
pages.get('/', (c) => {
  const nonce = setPolicy(c, { scripts: [], calls: [] });
  c.header('Vary', 'Accept');
  return c.html(homePage(new URL(c.req.url), nonce));
});

pages.get('/activate', (c) => {
  const signIn = signInOf(c.env);
  const nonce = setPolicy(c, activateSources(signIn));
  c.header('Cache-Control', 'no-store');
  return c.html(activatePage(signIn, c.req.query('user_code') ?? '', hostOf(c), nonce));
});

/** The only address of the operator's side that answers without the key. */
pages.get('/admin', (c) => {
  const nonce = setPolicy(c, { scripts: [], calls: [] });
  c.header('Cache-Control', 'no-store');
  return c.html(consolePage(hostOf(c), nonce));
});

/** By which name the reader came here. */
function hostOf(c: Context<App>): string {
  return new URL(c.req.url).host;
}
