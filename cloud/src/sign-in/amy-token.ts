import { jwtVerify, SignJWT } from 'jose';
import type { UnixMs } from '../clock.ts';
import { ApiError } from '../errors.ts';
import type { Identity } from '../identity.ts';
import type { UserId } from '../ids.ts';
import { issuedAtMs, refusedToken, subjectOf } from './claims.ts';

const ISSUER = 'amy';
const AUDIENCE = 'amy-api';

/** What an Amy JWT is issued for. */
export type TokenGrant = {
  readonly userId: UserId;
  readonly sessionId: string;
  readonly nowMs: UnixMs;
  readonly lifeSeconds: number;
};

/**
 * Verifies an Amy JWT: HS256, `iss` amy, `aud` amy-api. Its `sid` is the session it belongs to; a token the
 * operator or the earlier version made has none. Throws `unauthorized` with the reason.
 */
export async function verifyAmyToken(token: string, secret: string, nowMs: UnixMs): Promise<Identity> {
  const { payload } = await jwtVerify(token, secretKey(secret), {
    algorithms: ['HS256'],
    issuer: ISSUER,
    audience: AUDIENCE,
    requiredClaims: ['sub', 'iat', 'exp'],
    currentDate: new Date(nowMs),
  }).catch((error: unknown) => {
    throw refusedToken(error);
  });
  const { sid = null } = payload;
  if (sid !== null && typeof sid !== 'string') throw new ApiError('unauthorized', 'the token is not valid');
  return {
    userId: subjectOf(payload),
    issuedAtMs: issuedAtMs(payload, nowMs),
    signedInBy: 'amy',
    sessionId: sid,
    email: null,
  };
}

/** Issues an Amy JWT under a session. */
export async function issueAmyToken(grant: TokenGrant, secret: string): Promise<string> {
  const issuedAt = Math.floor(grant.nowMs / 1_000);
  return new SignJWT({ sid: grant.sessionId })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(grant.userId)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + grant.lifeSeconds)
    .sign(secretKey(secret));
}

function secretKey(secret: string): Uint8Array {
  return new TextEncoder().encode(secret);
}
