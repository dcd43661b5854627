import type { Command } from 'commander';
import type { Access } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { credentialsPath, databasePath, environmentToken, serverAddress } from '../settings.ts';
import { readCredentials, type SignIn } from '../sign-in/credentials.ts';
import { lastingSignIn } from '../sign-in/renewal.ts';
import { tokenExpiry, tokenSubject } from '../sign-in/token-claims.ts';
import { writeNotice } from '../terminal/output.ts';

type GlobalOptions = { readonly db?: string; readonly url?: string; readonly json?: boolean };

/** What opens the server, and what is known of the token without asking the server. */
type PersonAccess = Access & {
  readonly tokenSource: 'AMY_TOKEN' | 'login';
  readonly userId: string | null;
  readonly expiresAt: string | null;
  /** Of a stored token. */
  readonly sessionId: string | null;
};

/** What every command knows from its global options, the environment and the stored sign-ins. */
export type CommandContext = {
  readonly databasePath: string;
  readonly credentialsPath: string;
  readonly json: boolean;
  /** Whether AMY_TOKEN goes before what is stored. */
  readonly hasEnvironmentToken: boolean;
  /** Throws AmyError where the address is none. */
  server(): string;
  /** The stored sign-in of `server()`. Throws AmyError where the file cannot be read. */
  storedSignIn(): SignIn | undefined;
  /** With a token that lasts. Throws AmyError where the token is missing or the address is none. */
  access(): Promise<PersonAccess>;
  /** Tells people something on stderr, which with `--json` is for errors alone. */
  notice(text: string): void;
};

export function contextOf(command: Command, environment: NodeJS.ProcessEnv = process.env): CommandContext {
  const options = command.optsWithGlobals<GlobalOptions>();
  const json = options.json ?? false;
  const path = credentialsPath(environment);
  const notice = (text: string) => {
    if (!json) writeNotice(text);
  };
  const stored = () =>
    readCredentials(path, () => notice(`amy: others could read ${path}; now only you can`));
  const serverOf = (flag: string | undefined) => serverAddress(flag, environment, () => stored().current);
  const server = () => serverOf(options.url);
  const storedSignIn = () => stored().servers[server()];
  return {
    databasePath: databasePath(options.db, environment),
    credentialsPath: path,
    json,
    hasEnvironmentToken: Boolean(environment.AMY_TOKEN?.trim()),
    server,
    storedSignIn,
    notice,
    async access() {
      const address = server();
      const token = environmentToken(environment);
      if (token !== null) return withEnvironmentToken(address, token);
      // Without --url a login would go elsewhere, where another server is the one signed in to.
      const login = serverOf(undefined) === address ? 'amy login' : `amy login --url ${address}`;
      const signIn = storedSignIn();
      if (signIn === undefined) throw tokenMissing(address, login);
      return withSignIn(address, await lastingSignIn(path, address, signIn), login);
    },
  };
}

function withEnvironmentToken(server: string, token: string): PersonAccess {
  return {
    server,
    token,
    remedy: 'check AMY_TOKEN',
    tokenSource: 'AMY_TOKEN',
    userId: tokenSubject(token),
    expiresAt: tokenExpiry(token),
    sessionId: null,
  };
}

function withSignIn(server: string, signIn: SignIn, login: string): PersonAccess {
  return {
    server,
    token: signIn.token,
    remedy: `sign in again with \`${login}\``,
    tokenSource: 'login',
    userId: signIn.user_id,
    expiresAt: signIn.expires_at,
    sessionId: signIn.session_id,
  };
}

function tokenMissing(server: string, login: string): AmyError {
  return new AmyError('token_missing', `not signed in to ${server}: run \`${login}\`, or set AMY_TOKEN`);
}
