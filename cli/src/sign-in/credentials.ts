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
import { z } from 'zod';
import { parseJson } from '../api/exchange.ts';
import { AmyError, systemReason } from '../errors.ts';
import { TOKEN_PATTERN } from '../settings.ts';

const signIn = z.looseObject({
  token: z.string().regex(TOKEN_PATTERN),
  user_id: z.string(),
  session_id: z.string(),
  expires_at: z.iso.datetime(),
});

/** One sign-in a server, under its address as `normalizeServer` gives it. */
const credentials = z.looseObject({
  servers: z.record(z.string(), signIn),
  /** The server signed in to last; it stays so after signing out, for the next `amy login`. */
  current: z.url({ protocol: /^https?$/ }).optional(),
});

/** What a server gave to `amy login`, and until when. */
export type SignIn = z.infer<typeof signIn>;
type Credentials = z.infer<typeof credentials>;

const SIGN_IN_BYTES = 2_000;

const OTHERS_MODE_BITS = 0o077;

/**
 * The stored sign-ins, none where there is no file. A file that others may read is made private, and
 * `onNarrowed` told. Throws `credentials_damaged`, `credentials_unreadable`.
 */
export function readCredentials(path: string, onNarrowed: () => void = () => {}): Credentials {
  const text = readPrivate(path, onNarrowed);
  if (text === null) return { servers: {} };
  const parsed = credentials.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
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
