import { randomUUID } from 'node:crypto';
import { type Call, jsonBody, jsonReply, type Reply } from '../terra/api/http.ts';
import { type Person, personOf } from './person.ts';
import type { SessionTokens } from './session-tokens.ts';
import { signInPage } from './sign-in-page.ts';

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** What the issuer answers. Signed-in people are kept as long as the process lives. */
export function identityRoutes(tokens: SessionTokens): (call: Call) => Promise<Reply> {
  const sessions = new Map<string, Person>();
  return async (call) => {
    switch (`${call.method} ${call.url.pathname}`) {
      case 'GET /.well-known/jwks.json':
        return { ...jsonReply(200, null), body: JSON.stringify(tokens.keys) };
      case 'GET /sign-in':
        return askWho(call.url.searchParams.get('redirect_url') ?? '', null);
      case 'POST /sign-in':
        return signIn(new URLSearchParams(call.body.toString()), sessions);
      case 'POST /token':
        return issueToken(call, sessions, tokens);
      default:
        return jsonReply(404, { message: `${call.method} ${call.url.pathname}` });
    }
  };
}

function askWho(redirectUrl: string, problem: string | null): Reply {
  if (loopback(redirectUrl) === null) {
    return jsonReply(400, { message: 'redirect_url: must be http on this machine' });
  }
  return {
    status: problem === null ? 200 : 400,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    },
    body: signInPage(redirectUrl, problem),
  };
}

/** Sends the browser back with its session behind the `#`, which is sent to no server. */
function signIn(form: URLSearchParams, sessions: Map<string, Person>): Reply {
  const redirectUrl = form.get('redirect_url') ?? '';
  const target = loopback(redirectUrl);
  const person = personOf(form.get('person') ?? '');
  if (target === null || person === null) {
    return askWho(
      redirectUrl,
      'Type an email, or a user id of letters, digits, dots, dashes and underscores.',
    );
  }
  const session = `sess_${randomUUID()}`;
  sessions.set(session, person);
  target.hash = new URLSearchParams({ session }).toString();
  return { status: 303, headers: { location: target.href }, body: '' };
}

/** A token for the page that asks, told by its origin, as Clerk tells it. */
async function issueToken(
  call: Call,
  sessions: ReadonlyMap<string, Person>,
  tokens: SessionTokens,
): Promise<Reply> {
  const party = loopback(call.headers.origin ?? '')?.origin;
  if (party === undefined) return jsonReply(403, { message: 'only pages of this machine get tokens' });
  const session = jsonBody(call)?.session;
  const person = typeof session === 'string' ? sessions.get(session) : undefined;
  const reply =
    person === undefined
      ? jsonReply(401, { message: 'nobody is signed in under this session' })
      : jsonReply(200, {
          token: await tokens.sign(person, String(session), party),
          account: person.account,
        });
  return { ...reply, headers: { ...reply.headers, 'access-control-allow-origin': party, vary: 'Origin' } };
}

function loopback(text: string): URL | null {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname) ? url : null;
}
