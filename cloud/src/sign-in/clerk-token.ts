import { type JWTPayload, jwtVerify } from 'jose';
import type { UnixMs } from '../clock.ts';
import { ApiError } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { CLOCK_TOLERANCE_S } from '../limits.ts';
import { issuedAtMs, refusedToken, subjectOf } from './claims.ts';
import type { ClerkSettings } from './clerk-settings.ts';
import { issuerKeys } from './issuer-keys.ts';

const EMAIL_MAX_CHARS = 320;

/**
 * Verifies a Clerk session token (https://clerk.com/docs/guides/sessions/session-tokens): RS256 by a key of
 * the issuer's set, `iss`, `exp`, `nbf`, and `azp`, the origin of the app it was issued to: a token that
 * names none, or an app nobody listed, is another's. Its `sid` is Clerk's session, not one of ours.
 * Throws `unauthorized` with the reason, `unavailable` where the issuer's keys cannot be had.
 */
export async function verifyClerkToken(
  token: string,
  settings: ClerkSettings,
  nowMs: UnixMs,
): Promise<Identity> {
  const { payload } = await jwtVerify(token, issuerKeys(settings.jwksUrl), {
    algorithms: ['RS256'],
    issuer: settings.issuer,
    requiredClaims: ['sub', 'iat', 'exp', 'azp'],
    clockTolerance: CLOCK_TOLERANCE_S,
    currentDate: new Date(nowMs),
  }).catch((error: unknown) => {
    throw refusedToken(error);
  });
  if (typeof payload.azp !== 'string' || !settings.authorizedParties.includes(payload.azp)) {
    throw new ApiError('unauthorized', 'the token was issued to another app');
  }
  if (payload.sts === 'pending') {
    throw new ApiError('unauthorized', 'the sign-in is not finished; finish it and try again');
  }
  return {
    userId: subjectOf(payload),
    issuedAtMs: issuedAtMs(payload, nowMs),
    signedInBy: 'clerk',
    sessionId: null,
    email: emailOf(payload),
  };
}

/** Clerk adds the email only where the app's owner asks for it, so a token without one is as good. */
function emailOf({ email }: JWTPayload): string | null {
  return typeof email === 'string' && email !== '' && email.length <= EMAIL_MAX_CHARS ? email : null;
}
