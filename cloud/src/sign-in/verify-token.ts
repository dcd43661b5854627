import { decodeProtectedHeader } from 'jose';
import type { UnixMs } from '../clock.ts';
import { ApiError } from '../errors.ts';
import type { Identity } from '../identity.ts';
import { requireSecret } from '../settings.ts';
import { verifyAmyToken } from './amy-token.ts';
import { clerkSettings } from './clerk-settings.ts';
import { verifyClerkToken } from './clerk-token.ts';

/**
 * Who a bearer token is of. Its header only says which of two checks it goes through, each with one algorithm
 * and keys of its own: a public key is never taken for a secret. Throws `unauthorized` with the reason.
 */
export async function verifyToken(env: Env, token: string, nowMs: UnixMs): Promise<Identity> {
  switch (algorithmOf(token)) {
    case 'HS256':
      return verifyAmyToken(token, requireSecret(env, 'AMY_JWT_SECRET'), nowMs);
    case 'RS256': {
      const clerk = clerkSettings(env);
      if (clerk !== null) return verifyClerkToken(token, clerk, nowMs);
      throw new ApiError('unauthorized', 'this server takes only tokens of its own');
    }
    default:
      throw new ApiError('unauthorized', 'the token is not valid');
  }
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg;
  } catch {
    return undefined;
  }
}
