import { parseJson } from '../api/exchange.ts';
import { type Fields, isFields } from '../shape.ts';

/** The last second that a Date can hold (ECMA-262, 21.4.1.1). */
const LAST_SECOND = 8.64e12;

/**
 * Whom a token speaks for: the `sub` of its JWT payload, unverified, since only the server can verify it.
 * Null for a token that is not a JWT. Used to keep two people's data out of one file.
 */
export function tokenSubject(token: string): string | null {
  const { sub } = claimsOf(token);
  return typeof sub === 'string' ? sub : null;
}

/** When a token ends by its own word, as an ISO time; null for one that does not tell. */
export function tokenExpiry(token: string): string | null {
  const { exp } = claimsOf(token);
  const isTime = typeof exp === 'number' && exp >= 0 && exp <= LAST_SECOND;
  return isTime ? new Date(exp * 1_000).toISOString() : null;
}

function claimsOf(token: string): Fields {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return isFields(claims) ? claims : {};
}
