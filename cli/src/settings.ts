import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AmyError } from './errors.ts';

export const DEFAULT_SERVER = 'https://api.amy.health';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * A server's address in the form it is compared and stored in: no query, no trailing slash.
 * Throws `invalid_url` for anything that is not http or https.
 */
export function normalizeServer(address: string): string {
  const url = URL.parse(address);
  if (url === null || !/^https?:$/.test(url.protocol)) {
    throw new AmyError('invalid_url', `"${address}" is not an http or https address of an Amy server`);
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** `--url`, else `AMY_API_URL`, else the public server. */
export function serverAddress(flag: string | undefined, environment: Environment): string {
  return normalizeServer(flag ?? (environment.AMY_API_URL || DEFAULT_SERVER));
}

/** `--db`, else `data/local/persona.sqlite` below `AMY_HOME`, else below `~/.amy`. */
export function databasePath(flag: string | undefined, environment: Environment): string {
  if (flag !== undefined) return resolve(flag);
  const home = environment.AMY_HOME || join(homedir(), '.amy');
  return resolve(home, 'data', 'local', 'persona.sqlite');
}

/** The token of `AMY_TOKEN`. Throws `token_missing` or, for what no header can carry, `token_malformed`. */
export function requireToken(environment: Environment): string {
  const token = environment.AMY_TOKEN?.trim();
  if (!token) {
    throw new AmyError('token_missing', 'no token: set the environment variable AMY_TOKEN to your Amy token');
  }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new AmyError('token_malformed', 'AMY_TOKEN holds characters no token has; copy it again');
  }
  return token;
}

/**
 * Whom a token speaks for: the `sub` of its JWT payload, unverified, since only the server can verify it.
 * Null for a token that is not a JWT. Used to keep two people's data out of one file.
 */
export function tokenSubject(token: string): string | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    const subject = typeof claims === 'object' && claims !== null && 'sub' in claims ? claims.sub : null;
    return typeof subject === 'string' ? subject : null;
  } catch {
    return null;
  }
}
