import { PAGE_STYLE } from '../../../src/pages/style.ts';
import { loopbackUrl } from '../delivery/loopback.ts';
import { stringIn } from '../json.ts';
import { WIDGET_SESSION_SECONDS } from '../limits.ts';
import { deviceOf, PROVIDERS } from '../payloads/devices.ts';
import type { Terra } from '../terra.ts';
import { badRequest, jsonBody, jsonReply, notFound, type Reply, type Route } from './http.ts';

type WidgetSession = {
  readonly id: string;
  readonly referenceId: string | null;
  readonly providers: readonly string[];
  readonly successUrl: string | null;
  readonly failureUrl: string | null;
  readonly expiresMs: number;
};

const PAGE_PREFIX = '/widget/session/';

/** `POST /auth/generateWidgetSession` and the page its answer leads to. */
export function widgetRoute(terra: Terra, clock: () => number): Route {
  const sessions = new Map<string, WidgetSession>();
  return (call) => {
    if (call.method === 'POST' && call.url.pathname === '/v2/auth/generateWidgetSession') {
      const body = jsonBody(call);
      if (body === null) return badRequest('invalid JSON');
      const listed = body.providers;
      const names = Array.isArray(listed)
        ? listed.map(String)
        : (stringIn(body, 'providers') ?? '').split(',');
      const asked = names.map((name) => name.trim().toUpperCase()).filter((name) => name !== '');
      const unknown = asked.find((name) => deviceOf(name) === null);
      if (unknown !== undefined) return badRequest(`unknown provider: ${unknown}`);
      const session: WidgetSession = {
        id: terra.nextName('widget session'),
        referenceId: stringIn(body, 'reference_id'),
        providers: asked.length > 0 ? asked : PROVIDERS,
        successUrl: stringIn(body, 'auth_success_redirect_url'),
        failureUrl: stringIn(body, 'auth_failure_redirect_url'),
        expiresMs: clock() + WIDGET_SESSION_SECONDS * 1_000,
      };
      sessions.set(session.id, session);
      const url = new URL(`${PAGE_PREFIX}${session.id}`, call.url).href;
      return jsonReply(200, {
        status: 'success',
        session_id: session.id,
        url,
        expires_in: WIDGET_SESSION_SECONDS,
      });
    }
    if (call.method !== 'GET' || !call.url.pathname.startsWith(PAGE_PREFIX)) return null;
    const session = sessions.get(call.url.pathname.slice(PAGE_PREFIX.length));
    if (session === undefined || session.expiresMs <= clock())
      return notFound('widget session not found or expired');
    return widgetPage(terra, session, call.url.searchParams);
  };
}

function widgetPage(terra: Terra, session: WidgetSession, query: URLSearchParams): Reply {
  if (query.has('cancel')) {
    terra.cancelAuth(session.referenceId);
    return leave('Nothing was connected', session.failureUrl, { reason: 'access_denied' });
  }
  const provider = query.get('provider');
  if (provider === null) return page('Connect a device (simulator)', choices(session));
  if (!session.providers.includes(provider.toUpperCase())) return badRequest(`unknown provider: ${provider}`);
  const user = terra.connect(session.referenceId, provider, session.id);
  return leave(`${user.provider} is connected`, session.successUrl, {
    user_id: user.user_id,
    resource: user.provider,
    reference_id: session.referenceId ?? '',
  });
}

function choices(session: WidgetSession): string {
  const items = session.providers.map(
    (name) => `<li><a href="?provider=${escaped(name)}">${escaped(name)}</a></li>`,
  );
  return `<ul>${items.join('')}</ul><p><a href="?cancel=1">Cancel</a></p>`;
}

/** Back to the app by itself on this machine; elsewhere only by a link somebody clicks. */
function leave(title: string, target: string | null, query: { readonly [name: string]: string }): Reply {
  const url = target === null ? null : URL.parse(target);
  if (url === null) return page(title, '<p>You can close this window.</p>');
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  if (isLoopback(url)) return { status: 302, headers: { location: url.href }, body: '' };
  if (url.protocol !== 'https:') return page(title, '<p>You can close this window.</p>');
  return page(title, `<p><a href="${escaped(url.href)}">Back to the app</a></p>`);
}

function isLoopback(url: URL): boolean {
  try {
    loopbackUrl(url.href);
    return true;
  } catch {
    return false;
  }
}

function page(title: string, content: string): Reply {
  const heading = escaped(title);
  return {
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${heading}</title>
<style>${PAGE_STYLE}</style>
</head>
<body><main><h1>${heading}</h1>${content}</main></body>
</html>`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
