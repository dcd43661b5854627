import type { UnixMs } from '../clock.ts';
import type { AccessToken } from '../contract/auth.ts';
import type { UserId } from '../ids.ts';
import { issueAmyToken } from '../sign-in/amy-token.ts';

/**
 * What hands out the token of a session, when a device signs in and when it renews its sign-in. The token lasts
 * as long as the session.
 */
export async function tokenAnswer(
  {
    userId,
    sessionId,
    expiresMs,
  }: { readonly userId: UserId; readonly sessionId: string; readonly expiresMs: UnixMs },
  secret: string,
  nowMs: UnixMs,
): Promise<AccessToken> {
  const lifeSeconds = Math.floor((expiresMs - nowMs) / 1_000);
  const grant = { userId, sessionId, nowMs, lifeSeconds };
  return {
    access_token: await issueAmyToken(grant, secret),
    token_type: 'Bearer',
    expires_in: lifeSeconds,
    user_id: userId,
    session_id: sessionId,
  };
}
