import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { AmyError } from './errors.ts';

const DEFAULT_SERVER = 'https://api.amy.health';

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

/**
 * Whether nobody on the way can read what is sent to an address: https, or this very machine. A name that only looks
 * like it, or another machine of the house, is neither.
 */
export function isPrivateLine(server: string): boolean {
  const url = URL.parse(server);
  if (url === null) return false;
  // A URL has every spelling of an IPv4 address in its four decimal parts.
  return (
    url.protocol === 'https:' ||
    url.hostname === 'localhost' ||
    url.hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(url.hostname)
  );
}

/** `--url`, else `AMY_API_URL`, else the server signed in to (asked for only then), else the public one. */
export function serverAddress(
  flag: string | undefined,
  environment: Environment,
  signedInTo: () => string | undefined,
): string {
  return normalizeServer(flag ?? (environment.AMY_API_URL || (signedInTo() ?? DEFAULT_SERVER)));
}

/** `--db`, else `data/local/persona.sqlite` below `AMY_HOME`, else below `~/.amy`. */
export function databasePath(flag: string | undefined, environment: Environment): string {
  if (flag !== undefined) return resolve(workingFolder(environment), flag);
  return resolve(amyHome(environment), 'data', 'local', 'persona.sqlite');
}

/**
 * The folder one is in. `npm run amy`, with `--prefix` or from below the repository, starts in the repository's own folder
 * and tells in INIT_CWD where it was called.
 */
export function workingFolder(environment: Environment, folder = process.cwd()): string {
  const isByNpm = environment.npm_lifecycle_event === 'amy' && Boolean(environment.INIT_CWD);
  return isByNpm ? resolve(environment.INIT_CWD ?? folder) : folder;
}

/** Where `amy login` keeps the tokens it got. */
export function credentialsPath(environment: Environment): string {
  return resolve(amyHome(environment), 'credentials.json');
}

/** Where `amy mcp` notes what its clients read. */
export function accessLogFolder(environment: Environment): string {
  return resolve(amyHome(environment), 'mcp-log');
}

function amyHome(environment: Environment): string {
  return environment.AMY_HOME || join(homedir(), '.amy');
}

/** What a header can carry of a token. */
export const TOKEN_PATTERN = /^[\x21-\x7e]+$/;

/** The token of `AMY_TOKEN`, null where it is not set. Throws `token_malformed` for what no header can carry. */
export function environmentToken(environment: Environment): string | null {
  const token = environment.AMY_TOKEN?.trim();
  if (!token) return null;
  if (!TOKEN_PATTERN.test(token)) {
    throw new AmyError('token_malformed', 'AMY_TOKEN holds characters no token has; copy it again');
  }
  return token;
}
