import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { readBody } from '../body/read-body.ts';
import { ApiError, errorText } from '../errors.ts';
import {
  JWKS_BYTES_MAX,
  JWKS_COOLDOWN_MS,
  JWKS_LIFE_MS,
  JWKS_RETRY_AFTER_S,
  JWKS_TIMEOUT_MS,
} from '../limits.ts';
import { log } from '../log.ts';

/**
 * The public keys of the issuer of session tokens: besides Terra the only thing the Worker calls out for.
 * They are kept per isolate. A key nobody knows is looked for again at most once a cooldown, so that made-up
 * tokens cause no calls.
 */
const keySets = new Map<string, JWTVerifyGetKey>();

/**
 * The key a token names, from the set at `url`. Throws jose's error where the set has no such key, and
 * `unavailable` where there is no set to be had: a token that could not be checked is neither good nor bad.
 */
export function issuerKeys(url: URL): JWTVerifyGetKey {
  const known = keySets.get(url.href);
  if (known !== undefined) return known;
  const remote = createRemoteJWKSet(url, {
    timeoutDuration: JWKS_TIMEOUT_MS,
    cooldownDuration: JWKS_COOLDOWN_MS,
    cacheMaxAge: JWKS_LIFE_MS,
    [customFetch]: fetchKeySet,
  });
  const keys: JWTVerifyGetKey = async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) throw error;
      log('error', 'issuer_keys_unavailable', { message: errorText(error) });
      throw new ApiError('unavailable', 'sign-in cannot be checked right now; try again shortly', {
        retryAfterSeconds: JWKS_RETRY_AFTER_S,
      });
    }
  };
  keySets.set(url.href, keys);
  return keys;
}

function isAboutTheToken(error: unknown): boolean {
  return error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys;
}

/** No redirect is followed: keys come from the configured address or from nowhere. */
async function fetchKeySet(url: string, init: RequestInit): Promise<Response> {
  const response = await fetch(url, { ...init, redirect: 'manual' });
  const body = await readBody(response, JWKS_BYTES_MAX);
  if (body.state === 'too_large') throw new Error(`the key set is larger than ${JWKS_BYTES_MAX} bytes`);
  return new Response(body.bytes, { status: response.status === 200 ? 200 : 502 });
}
