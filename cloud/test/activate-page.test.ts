import { env } from 'cloudflare:test';
import { describe, expect, inject, it } from 'vitest';
import { begin, polled } from './support/device-login.ts';
import { withToken } from './support/issuer.ts';
import { request } from './support/stack.ts';

const ORIGIN = 'http://127.0.0.1:8787';
const KEY = `pk_live_${btoa('clerk.app.example$')}`;

const LOCAL = {
  ...env,
  CLERK_ISSUER: inject('identityUrl'),
  CLERK_AUTHORIZED_PARTIES: ORIGIN,
  // Only ever Clerk's, wherever the issuer is another.
  CLERK_PUBLISHABLE_KEY: KEY,
};
const CLERK = { ...env, CLERK_ISSUER: 'https://clerk.app.example', CLERK_PUBLISHABLE_KEY: KEY };

type Page = { readonly response: Response; readonly html: string; readonly policy: Map<string, string> };

async function open(used: Env, query = ''): Promise<Page> {
  const response = await request(`/activate${query}`, { env: used });
  const directives = (response.headers.get('content-security-policy') ?? '').split('; ');
  const policy = new Map(
    directives.map((one) => [one.split(' ')[0] ?? '', one.split(' ').slice(1).join(' ')]),
  );
  return { response, html: await response.text(), policy };
}

/** What the page tells its script about signing in. */
function settingsOf({ html }: Page): Record<string, string> {
  const main = /<main id="activate" ([^>]*)>/.exec(html)?.[1] ?? '';
  return Object.fromEntries(
    [...main.matchAll(/data-(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}

describe('the page', () => {
  it('is kept nowhere, framed by nobody, and runs nothing but what carries its nonce', async () => {
    const [one, other] = [await open(LOCAL), await open(LOCAL)];
    expect(one.response.status).toBe(200);
    expect(Object.fromEntries(one.response.headers)).toMatchObject({
      'content-type': 'text/html; charset=UTF-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
    });
    expect(Object.fromEntries(one.policy)).toMatchObject({
      'default-src': "'none'",
      'frame-ancestors': "'none'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'script-src': expect.stringMatching(/^'nonce-[\w+/]{22}=='$/),
      'style-src': one.policy.get('script-src'),
    });
    expect(one.policy.get('script-src')).not.toBe(other.policy.get('script-src'));
    const nonce = /'nonce-(.+)'/.exec(one.policy.get('script-src') ?? '')?.[1];
    const tags = one.html.match(/<(script|style)[^>]*>/g);
    expect(tags).toEqual([`<style nonce="${nonce}">`, `<script type="module" nonce="${nonce}">`]);
    expect(one.html).not.toMatch(/\son\w+=|javascript:|style=/);
  });

  it('has a script that no part of it ends early', async () => {
    const { html } = await open(LOCAL);
    expect(html.match(/<\/script/g)).toHaveLength(1);
    expect(html).toContain('page.dataset');
  });

  it('shows the code it was opened with, whatever that is, as text', async () => {
    expect((await open(LOCAL, '?user_code=BCDF-GHJK')).html).toContain('value="BCDF-GHJK"');
    const { html } = await open(LOCAL, `?user_code=${encodeURIComponent('"><script>alert(1)</script>')}`);
    expect(html).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  });

  it.each(['user-code', 'continue', 'sign-in', 'sign-out', 'approve', 'deny', 'status'])(
    'has a %s to go by',
    async (id) => {
      expect((await open(LOCAL)).html.split(`id="${id}"`)).toHaveLength(2);
    },
  );
});

describe('signing in on the page', () => {
  it('is Clerk’s where the server has its key: its own script and calls, and nobody else’s', async () => {
    const page = await open(CLERK);
    expect(settingsOf(page)).toEqual({
      identity: 'clerk',
      origin: 'https://clerk.app.example',
      key: KEY,
      script: expect.stringMatching(/^https:\/\/clerk\.app\.example\/npm\/@clerk\/clerk-js@\d+\/dist\//),
    });
    expect(page.policy.get('script-src')).toMatch(/^'nonce-\S+' https:\/\/clerk\.app\.example$/);
    expect(page.policy.get('connect-src')).toBe("'self' https://clerk.app.example");
    expect(page.policy.get('worker-src')).toBe('blob:');
  });

  it('is the local issuer’s only where that is on this machine', async () => {
    const page = await open(LOCAL);
    expect(settingsOf(page)).toEqual({ identity: 'local', origin: inject('identityUrl') });
    expect(page.policy.get('connect-src')).toBe(`'self' ${inject('identityUrl')}`);
    expect(page.policy.has('worker-src')).toBe(false);
    const elsewhere = await open({ ...CLERK, CLERK_PUBLISHABLE_KEY: '' });
    expect(settingsOf(elsewhere)).toEqual({ identity: 'none' });
    expect(elsewhere.policy.get('connect-src')).toBe("'self'");
  });

  it('is nobody’s where nothing is set up', async () => {
    expect(settingsOf(await open(env))).toEqual({ identity: 'none' });
  });

  it.each([
    'pk_live_',
    'sk_live_x',
    `pk_live_${btoa('evil.example; script-src *$')}`,
    `pk_live_${btoa('clerk.example')}`,
  ])('is misconfigured with a key that names no host: %s', async (key) => {
    const { response, html } = await open({ ...CLERK, CLERK_PUBLISHABLE_KEY: key });
    expect(response.status).toBe(500);
    expect(html).toContain('"misconfigured"');
  });

  it('and approving goes from the local issuer to a token for the device', async () => {
    const login = await begin('a laptop');
    const issuer = inject('identityUrl');
    const back = await fetch(`${issuer}/sign-in`, {
      method: 'POST',
      body: new URLSearchParams({ person: 'ada@example.org', redirect_url: `${ORIGIN}/activate` }),
      redirect: 'manual',
    });
    const session = new URL(back.headers.get('location') ?? '').hash.slice('#session='.length);
    const answer = await fetch(`${issuer}/token`, {
      method: 'POST',
      headers: { origin: ORIGIN },
      body: JSON.stringify({ session }),
    });
    const { token } = await answer.json<{ token: string }>();
    const shown = await withToken(token, `/v1/auth/device/${login.user_code}`, { env: LOCAL });
    expect(await shown.json()).toMatchObject({ client: 'a laptop' });
    const body = JSON.stringify({ user_code: login.user_code });
    const approved = await withToken(token, '/v1/auth/device/approve', { method: 'POST', body, env: LOCAL });
    expect(approved.status).toBe(200);
    expect(await polled(login.device_code)).toBe('token');
    const user = await env.DB.prepare('select email from users where email = ?')
      .bind('ada@example.org')
      .first();
    expect(user).toEqual({ email: 'ada@example.org' });
  });
});
