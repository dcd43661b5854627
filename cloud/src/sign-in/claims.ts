import { errors, type JWTPayload } from 'jose';
import type { UnixMs } from '../clock.ts';
import { ApiError } from '../errors.ts';
import { asUserId, type UserId } from '../ids.ts';
import { TOKEN_AHEAD_MS } from '../limits.ts';

/** What an id of ours may be: it goes into keys, paths and logs. */
const SUBJECT = /^[A-Za-z0-9_.-]{1,255}$/;

/** The user a verified token names. Throws `unauthorized` where it names none. */
export function subjectOf(payload: JWTPayload): UserId {
  const { sub } = payload;
  if (typeof sub === 'string' && SUBJECT.test(sub)) return asUserId(sub);
  throw new ApiError('unauthorized', 'the token names no user that could be one');
}

/**
 * When a verified token was issued; `iat` is in seconds. Throws `unauthorized` where that can be no time of issue. One
 * that is still to come would let a token outlive an erasure, after which only tokens issued later are taken.
 */
export function issuedAtMs(payload: JWTPayload, nowMs: UnixMs): UnixMs {
  const issuedMs = (payload.iat ?? 0) * 1_000;
  if (issuedMs >= 0 && issuedMs <= nowMs + TOKEN_AHEAD_MS) return issuedMs;
  throw new ApiError(
    'unauthorized',
    'the token says that it was issued before 1970, or at a time that is still to come',
  );
}

/** What a failed verification means to the caller, who is told no more than what to do. */
export function refusedToken(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) {
    return new ApiError('unauthorized', 'the token has expired; sign in again');
  }
  if (error instanceof errors.JOSEError) return new ApiError('unauthorized', 'the token is not valid');
  return error;
}
