import type { AccessToken } from '../../../cloud/src/contract/auth.ts';
import { ask, type Server } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { RENEWAL_TIMEOUT_MS, RENEWED_WITH_LEFT_MS } from '../limits.ts';
import { keepRenewedSignIn, type SignIn } from './credentials.ts';

/** What is stored of a token the server gave just now. */
export function signInOf(given: AccessToken, nowMs: number): SignIn {
  return {
    token: given.access_token,
    user_id: given.user_id,
    session_id: given.session_id,
    expires_at: new Date(nowMs + given.expires_in * 1_000).toISOString(),
  };
}

/**
 * A stored sign-in that lasts: one near its end is exchanged for a longer one of the same session, in the
 * file at `path` too. Where that fails, the one there is serves on: the command has its own say about it.
 */
export async function lastingSignIn(
  path: string,
  asker: Server,
  stored: SignIn,
  nowMs = Date.now(),
): Promise<SignIn> {
  if (Date.parse(stored.expires_at) - nowMs >= RENEWED_WITH_LEFT_MS) return stored;
  try {
    const given = await ask(
      { ...asker, token: stored.token },
      (api) => api.v1.auth.refresh.$post(),
      async () => (await import('../../../cloud/src/contract/auth.ts')).accessToken,
      {
        patient: false,
        timeoutMs: RENEWAL_TIMEOUT_MS,
      },
    );
    const fresh = signInOf(given, nowMs);
    keepRenewedSignIn(path, asker.server, fresh);
    return fresh;
  } catch (error) {
    if (error instanceof AmyError) return stored;
    throw error;
  }
}
