import { errors, type JWTPayload } from 'jose';
import type { UnixMs } from '../clock.ts';
import { ApiError } from '../errors.ts';
import { asUserId, type UserId } from '../ids.ts';

const SUBJECT_MAX_CHARS = 200;

/** The user a verified token names. Throws `unauthorized` where it names none. */
export function subjectOf(payload: JWTPayload): UserId {
  const { sub } = payload;
  if (typeof sub === 'string' && sub !== '' && sub.length <= SUBJECT_MAX_CHARS) return asUserId(sub);
  throw new ApiError('unauthorized', 'the token names no user');
}

/** When a verified token was issued; `iat` is in seconds. */
export function issuedAtMs(payload: JWTPayload): UnixMs {
  return (payload.iat ?? 0) * 1_000;
}

/** What a failed verification means to the caller, who is told no more than what to do. */
export function refusedToken(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return new ApiError('unauthorized', 'the token has expired; sign in again');
  }
  if (error instanceof errors.JOSEError) return new ApiError('unauthorized', 'the token is not valid');
  return error;
}
