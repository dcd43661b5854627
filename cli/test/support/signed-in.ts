import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccessToken } from '../../../cloud/src/contract/auth.ts';
import type { SignIn } from '../../src/sign-in/credentials.ts';
import { tokenOf } from './pages.ts';
import { temporaryFolder } from './temporary.ts';

export const DAY_MS = 24 * 60 * 60 * 1_000;

/** What is stored of a person's session, which lasts so many days from now. */
export function signInOf(person: string, session = 's1', days = 20): SignIn {
  return {
    token: tokenOf(person),
    user_id: person,
    session_id: session,
    expires_at: new Date(Date.now() + days * DAY_MS).toISOString(),
  };
}

/** What the server sends with a token of 30 days. */
export function tokenReply(person: string, session = 's1', token = tokenOf(person)): { body: AccessToken } {
  return {
    body: {
      access_token: token,
      token_type: 'Bearer',
      expires_in: 30 * 86_400,
      user_id: person,
      session_id: session,
    },
  };
}

/** A home where these sign-ins are stored, and no other setting. */
export function homeOf(servers: Readonly<Record<string, SignIn>> = {}, current = Object.keys(servers)[0]) {
  const home = temporaryFolder();
  const path = join(home, 'credentials.json');
  if (current !== undefined) writeStored(path, JSON.stringify({ servers, current }));
  return { env: { AMY_HOME: home }, home, path };
}

export function writeStored(path: string, text: string, mode = 0o600): void {
  writeFileSync(path, text);
  chmodSync(path, mode);
}

export function readStored(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** As `ls -l` has it, in octal. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
