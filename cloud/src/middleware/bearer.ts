import { createMiddleware } from 'hono/factory';
import { errors, jwtVerify } from 'jose';
import type { PersonApp } from '../app-env.ts';
import { ApiError } from '../errors.ts';
import { requireSecret } from '../settings.ts';
import { admitUser } from '../store/users.ts';

/** What an Amy JWT proves: who, and since when. */
export type TokenClaims = { readonly userId: string; readonly issuedAtMs: number };

const SUBJECT_MAX_CHARS = 200;

/**
 * Lets a person in by `Authorization: Bearer <Amy JWT>` (HS256, iss `amy`, aud `amy-api`) and makes their
 * user row on first sight. An erased person's older tokens stay refused.
 */
export const bearer = createMiddleware<PersonApp>(async (c, next) => {
  const [scheme, token] = (c.req.header('authorization') ?? '').split(' ', 2);
  if (scheme?.toLowerCase() !== 'bearer' || token === undefined || token === '') {
    throw new ApiError('unauthorized', 'send Authorization: Bearer <token>');
  }
  const claims = await verifyAmyToken(token, requireSecret(c.env, 'AMY_JWT_SECRET'));
  if (!(await admitUser(c.env.DB, claims))) {
    throw new ApiError('unauthorized', 'this account was erased after the token was issued; sign in again');
  }
  c.set('userId', claims.userId);
  await next();
});

/** Verifies an Amy JWT. Throws `unauthorized` with the reason. */
export async function verifyAmyToken(token: string, secret: string): Promise<TokenClaims> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS256'],
      issuer: 'amy',
      audience: 'amy-api',
      requiredClaims: ['sub', 'iat', 'exp'],
    });
    const userId = payload.sub ?? '';
    if (userId === '' || userId.length > SUBJECT_MAX_CHARS) {
      throw new ApiError('unauthorized', 'the token names no user');
    }
    return { userId, issuedAtMs: (payload.iat ?? 0) * 1_000 };
  } catch (error) {
    if (error instanceof errors.JWTExpired) {
      throw new ApiError('unauthorized', 'the token has expired; sign in again');
    }
    if (error instanceof errors.JOSEError) throw new ApiError('unauthorized', 'the token is not valid');
    throw error;
  }
}
