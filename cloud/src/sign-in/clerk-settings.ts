import { ApiError } from '../errors.ts';
import { listSetting } from '../settings.ts';

/** Who signs the session tokens we take besides our own, and for which apps. */
export type ClerkSettings = {
  /** `iss` of its tokens, without a slash at the end. */
  readonly issuer: string;
  readonly jwksUrl: URL;
  /** Origins of the apps whose tokens are taken (`azp`). None: no token is. */
  readonly authorizedParties: readonly string[];
};

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The settings of sign-in with Clerk; null where there is none. Throws `misconfigured` where its addresses
 * are neither https nor http on this machine: keys that travel in the clear could be anybody's.
 */
export function clerkSettings(env: Env): ClerkSettings | null {
  const issuer = withoutSlash((env.CLERK_ISSUER ?? '').trim());
  if (issuer === '') return null;
  const jwks = (env.CLERK_JWKS_URL ?? '').trim() || `${issuer}/.well-known/jwks.json`;
  safeUrl('CLERK_ISSUER', issuer);
  return {
    issuer,
    jwksUrl: safeUrl('CLERK_JWKS_URL', jwks),
    authorizedParties: listSetting(env.CLERK_AUTHORIZED_PARTIES).map(withoutSlash),
  };
}

/** Whether an address is http on this machine, as only the local stack's is. */
export function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && LOOPBACK_HOSTS.has(url.hostname);
}

function safeUrl(name: string, text: string): URL {
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'https:' || isLoopback(url))) return url;
  throw new ApiError('misconfigured', `the variable ${name} is not an https URL`);
}

function withoutSlash(text: string): string {
  return text.replace(/\/+$/, '');
}
