import type { UnixMs } from '../clock.ts';
import type { AccessToken } from '../contract/auth.ts';
import type { UserId } from '../ids.ts';
import { SESSION_LIFE_S } from '../limits.ts';
import { issueAmyToken } from '../sign-in/amy-token.ts';

/** What hands out the token of a session, when a device signs in and when it renews its sign-in. */
export async function tokenAnswer(
  { userId, sessionId }: { readonly userId: UserId; readonly sessionId: string },
  secret: string,
  nowMs: UnixMs,
): Promise<AccessToken> {
  const grant = { userId, sessionId, nowMs, lifeSeconds: SESSION_LIFE_S };
  return {
    access_token: await issueAmyToken(grant, secret),
    token_type: 'Bearer',
    expires_in: SESSION_LIFE_S,
    user_id: userId,
    session_id: sessionId,
  };
}
