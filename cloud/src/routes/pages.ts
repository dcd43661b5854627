import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import type { App } from '../app-env.ts';
import { activatePage, activateSources } from '../pages/activate-page.ts';
import { pagePolicy } from '../pages/policy.ts';
import { signInOf } from '../pages/sign-in.ts';

/** Pages for people. They hold no data: what they show they ask the API for, under the person's own token. */
export const pages = new Hono<App>({ strict: false });

pages.get('/activate', (c) => {
  const signIn = signInOf(c.env);
  const nonce = randomBytes(16).toString('base64');
  c.header('Content-Security-Policy', pagePolicy(nonce, activateSources(signIn)));
  c.header('Cache-Control', 'no-store');
  return c.html(activatePage(signIn, c.req.query('user_code') ?? '', nonce));
});
