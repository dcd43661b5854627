import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { App, PersonApp } from '../app-env.ts';
import { sha256Hex } from '../digest.ts';
import { ApiError, errorText } from '../errors.ts';
import { RATE_LIMIT_PERIOD_S } from '../limits.ts';
import { log } from '../log.ts';

/**
 * The limits are counted by the platform (wrangler.toml), in each of its places on its own and in windows of
 * a minute: they stop floods and guessing, they are no meter.
 */
type Limiter = 'PERSON_LIMIT' | 'WRONG_KEY_LIMIT';

const TOO_MANY = 'too many requests; wait as long as Retry-After says';

/**
 * A person's own requests, counted under a hash, since an erasure cannot reach what a limiter remembers. A
 * limiter that fails lets them pass: their token has been verified.
 */
export const personLimit = createMiddleware<PersonApp>(async (c, next) => {
  const isWithin = await count(c.env, 'PERSON_LIMIT', sha256Hex(c.get('userId')));
  if (isWithin === false) throw rateLimited();
  await next();
});

/**
 * Counts the wrong tokens and admin keys of an address: past the limit they are told 429 instead of 401. Who
 * comes with the right one is let in whatever others at the address do. Where the limiter does not answer
 * the wrong key stays refused.
 */
export const wrongKeyLimit = createMiddleware<App>(async (c, next) => {
  await next();
  if (!isRefusedKey(c.error)) return;
  if ((await countStranger(c, 'WRONG_KEY_LIMIT', '')) === false) throw rateLimited();
});

/** Logins that an address begins. */
export const loginLimit = createMiddleware<App>(async (c, next) => {
  await admitStranger(c, 'WRONG_KEY_LIMIT', 'login ');
  await next();
});

/** Polls for a token from an address: several devices wait at one, each asking every five seconds. */
export const pollLimit = createMiddleware<App>(async (c, next) => {
  await admitStranger(c, 'PERSON_LIMIT', 'poll ');
  await next();
});

/** Nobody has proved anything yet, so a limiter that fails lets none pass. */
async function admitStranger(c: Context<App>, limiter: Limiter, what: string): Promise<void> {
  const isWithin = await countStranger(c, limiter, what);
  if (isWithin === null) {
    throw new ApiError('unavailable', 'logins are not taken right now; try again in a minute', {
      retryAfterSeconds: RATE_LIMIT_PERIOD_S,
    });
  }
  if (!isWithin) throw rateLimited();
}

/**
 * One more from an address: within the limit of what a household has, and of what a customer of a provider has. A
 * /48 holds 65,536 households' networks, and whoever has one could use each of them in turn. Null where the limiter
 * does not answer.
 */
async function countStranger(c: Context<App>, limiter: Limiter, what: string): Promise<boolean | null> {
  const given = connectingAddress(c);
  const household = await count(c.env, limiter, what + addressOf(c));
  if (household !== true || !given.includes(':')) return household;
  return count(c.env, 'PERSON_LIMIT', `${what}network ${networkOf(given, 3)}`);
}

/** Whom to count: an IPv4 address, or the /64 of an IPv6 one, since a household has all of that. */
export function addressOf(c: Context<App>): string {
  const given = connectingAddress(c);
  return given.includes(':') ? networkOf(given, 4) : given;
}

/** The header is the platform's own and cannot be sent by a caller; without it all are counted as one. */
function connectingAddress(c: Context<App>): string {
  return c.req.header('cf-connecting-ip') ?? '';
}

function isRefusedKey(error: Error | undefined): boolean {
  return error instanceof ApiError && error.code === 'unauthorized';
}

/** Whether one more is within the limit; null where the limiter does not answer. */
async function count(env: Env, limiter: Limiter, key: string): Promise<boolean | null> {
  try {
    return (await env[limiter].limit({ key })).success;
  } catch (error) {
    log('error', 'rate_limiter_failed', { limiter, message: errorText(error) });
    return null;
  }
}

function rateLimited(): ApiError {
  return new ApiError('rate_limited', TOO_MANY, { retryAfterSeconds: RATE_LIMIT_PERIOD_S });
}

/** So many groups of 16 bits of an address: `2001:db8::1` -> `2001:db8:0:0`, the /64. */
function networkOf(ipv6: string, groups: number): string {
  const [head = '', tail] = ipv6.split('::', 2);
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length);
  return [...left, ...Array.from({ length: gap }, () => '0'), ...right].slice(0, groups).join(':');
}
