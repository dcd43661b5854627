import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { parseJson } from '../api/exchange.ts';
import { AmyError, systemReason } from '../errors.ts';
import { TOKEN_PATTERN } from '../settings.ts';
import { isFields } from '../shape.ts';

/** What a server gave to `amy login`, and until when. */
export type SignIn = {
  readonly token: string;
  readonly user_id: string;
  readonly session_id: string;
  readonly expires_at: string;
};

/** What a later version adds stays where it is. */
type Credentials = {
  /** One sign-in a server, under its address as `normalizeServer` gives it. */
  readonly servers: Readonly<Record<string, SignIn>>;
  /** The server signed in to last; it stays so after signing out, for the next `amy login`. */
  readonly current?: string;
};

function isCredentials(value: unknown): value is Credentials {
  if (!isFields(value) || !isFields(value.servers)) return false;
  const { servers, current } = value;
  return Object.values(servers).every(isSignIn) && (current === undefined || isServer(current));
}

function isSignIn(value: unknown): value is SignIn {
  if (!isFields(value)) return false;
  const { token, user_id, session_id, expires_at } = value;
  return (
    typeof token === 'string' &&
    TOKEN_PATTERN.test(token) &&
    typeof user_id === 'string' &&
    typeof session_id === 'string' &&
    typeof expires_at === 'string' &&
    ISO_TIME.test(expires_at) &&
    !Number.isNaN(Date.parse(expires_at))
  );
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z$/;

function isServer(value: unknown): boolean {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url !== null && /^https?:$/.test(url.protocol);
}

const SIGN_IN_BYTES = 2_000;

const OTHERS_MODE_BITS = 0o077;

/**
 * The stored sign-ins, none where there is no file. A file that others may read is made private, and
 * `onNarrowed` told. Throws `credentials_damaged`, `credentials_unreadable`.
 */
export function readCredentials(path: string, onNarrowed: () => void = () => {}): Credentials {
  const text = readPrivate(path, onNarrowed);
  if (text === null) return { servers: {} };
  const stored = parseJson(text);
  if (isCredentials(stored)) return stored;
  throw new AmyError('credentials_damaged', `${path} is damaged; delete it, then run \`amy login\``);
}

/** Throws `credentials_unwritable` where nothing could be stored: better now than when a token is there. */
export function prepareCredentials(path: string): void {
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // Permission alone does not tell: the disk may be full. What is written is about as much as a sign-in.
    const trial = `${path}.${randomUUID()}`;
    try {
      writeFileSync(trial, ' '.repeat(SIGN_IN_BYTES), { mode: 0o600, flush: true });
    } finally {
      rmSync(trial, { force: true });
    }
  });
}

/** Stores a sign-in in the place of the server's earlier one, and makes its server the one signed in to. */
export function keepSignIn(path: string, server: string, kept: SignIn): void {
  const stored = readCredentials(path);
  writeCredentials(path, { ...stored, servers: { ...stored.servers, [server]: kept }, current: server });
}

/** Stores a session's newer token, unless the person has signed out, or in again, since it was asked for. */
export function keepRenewedSignIn(path: string, server: string, renewed: SignIn): void {
  const stored = readCredentials(path);
  if (stored.servers[server]?.session_id !== renewed.session_id) return;
  writeCredentials(path, { ...stored, servers: { ...stored.servers, [server]: renewed } });
}

/** Deletes the sign-in of a session that ended; whether it was there. */
export function dropSignIn(path: string, server: string, sessionId: string): boolean {
  const stored = readCredentials(path);
  const { [server]: dropped, ...servers } = stored.servers;
  if (dropped?.session_id !== sessionId) return false;
  writeCredentials(path, { ...stored, servers });
  return true;
}

/** The file's text, null where there is no file. */
function readPrivate(path: string, onNarrowed: () => void): string | null {
  let file: number | undefined;
  try {
    file = openSync(path, 'r');
    const mode = fstatSync(file).mode & 0o777;
    if ((mode & OTHERS_MODE_BITS) !== 0) {
      fchmodSync(file, 0o600);
      onNarrowed();
    }
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return null;
    throw new AmyError('credentials_unreadable', `cannot read ${path}: ${systemReason(cause)}`, { cause });
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * Whatever happens, the file holds the earlier text or this one, and nobody else could read either: it is
 * written under a name of its own, private from the start, and renamed. Throws `credentials_unwritable`.
 */
function writeCredentials(path: string, written: Credentials): void {
  const temporary = `${path}.${randomUUID()}`;
  const text = `${JSON.stringify(written, null, 2)}\n`;
  writing(path, () => {
    try {
      writeFileSync(temporary, text, { mode: 0o600, flush: true });
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

function writing(path: string, work: () => void): void {
  try {
    work();
  } catch (cause) {
    throw new AmyError('credentials_unwritable', `cannot write ${path}: ${systemReason(cause)}`, { cause });
  }
}
