import { z } from 'zod';
import { parseJson } from '../api/exchange.ts';

/**
 * Whom a token speaks for: the `sub` of its JWT payload, unverified, since only the server can verify it.
 * Null for a token that is not a JWT. Used to keep two people's data out of one file.
 */
export function tokenSubject(token: string): string | null {
  return readClaim(token, z.object({ sub: z.string() }))?.sub ?? null;
}

/** When a token ends by its own word, as an ISO time; null for one that does not tell. */
export function tokenExpiry(token: string): string | null {
  // Seconds, and a time that a Date can hold (ECMA-262, 21.4.1.1).
  const claims = readClaim(token, z.object({ exp: z.number().min(0).max(8.64e12) }));
  return claims === null ? null : new Date(claims.exp * 1_000).toISOString();
}

function readClaim<Claims>(token: string, claims: z.ZodType<Claims>): Claims | null {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return claims.safeParse(parseJson(payload)).data ?? null;
}
