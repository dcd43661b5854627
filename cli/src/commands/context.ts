import type { Command } from 'commander';
import type { Access, Server } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import {
  credentialsPath,
  databasePath,
  environmentToken,
  isPrivateLine,
  serverAddress,
  workingFolder,
} from '../settings.ts';
import { readCredentials, type SignIn } from '../sign-in/credentials.ts';
import { lastingSignIn } from '../sign-in/renewal.ts';
import { tokenExpiry, tokenSubject } from '../sign-in/token-claims.ts';
import { noticeScreen, showNotice, writeNotice } from '../terminal/output.ts';
import { renderSilence } from '../terminal/silence.ts';
import { type ShowTime, timesFor } from '../terminal/times.ts';

type GlobalOptions = {
  readonly db?: string;
  readonly url?: string;
  readonly json?: boolean;
  readonly insecure?: boolean;
  readonly utc?: boolean;
};

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
  /** Where files that a person names are, and where those without a path go. */
  readonly folder: string;
  /** A time for people, on their own clock unless they asked for UTC. */
  readonly time: ShowTime;
  /** Whether AMY_TOKEN goes before what is stored. */
  readonly hasEnvironmentToken: boolean;
  /** Throws AmyError where the address is none. */
  server(): string;
  /** `server()` as it is asked without a token. */
  stranger(): Server;
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
  const stranger = (): Server => {
    const address = server();
    const insecure = options.insecure ?? false;
    if (insecure && !isPrivateLine(address)) warnOfOpenLine(json, address);
    const screen = noticeScreen();
    const onPause = (where: string, seconds: number) => {
      if (json) return () => {};
      screen.draw(`${renderSilence(where, seconds)} ...`);
      return () => screen.draw('');
    };
    // On a terminal the line above stands there for as long as it lasts.
    const onSilence = (where: string, seconds: number) => {
      if (!screen.isTerminal) notice(`amy: ${renderSilence(where, seconds)}`);
    };
    return { server: address, insecure, onSilence, onPause };
  };
  return {
    databasePath: databasePath(options.db, environment),
    credentialsPath: path,
    json,
    folder: workingFolder(environment),
    time: timesFor(options.utc ?? false),
    hasEnvironmentToken: Boolean(environment.AMY_TOKEN?.trim()),
    server,
    stranger,
    storedSignIn,
    notice,
    async access() {
      const asker = stranger();
      const address = asker.server;
      const token = environmentToken(environment);
      if (token !== null) return withEnvironmentToken(asker, token);
      // Without --url a login would go elsewhere, where another server is the one signed in to.
      const login = serverOf(undefined) === address ? 'amy login' : `amy login --url ${address}`;
      const signIn = storedSignIn();
      if (signIn === undefined) throw tokenMissing(address, login);
      return withSignIn(asker, await lastingSignIn(path, asker, signIn), login);
    },
  };
}

function withEnvironmentToken(asker: Server, token: string): PersonAccess {
  return {
    ...asker,
    token,
    remedy: 'check AMY_TOKEN',
    tokenSource: 'AMY_TOKEN',
    userId: tokenSubject(token),
    expiresAt: tokenExpiry(token),
    sessionId: null,
  };
}

function withSignIn(asker: Server, signIn: SignIn, login: string): PersonAccess {
  return {
    ...asker,
    token: signIn.token,
    remedy: `sign in again with \`${login}\``,
    tokenSource: 'login',
    userId: signIn.user_id,
    expiresAt: signIn.expires_at,
    sessionId: signIn.session_id,
  };
}

/** Said at every command, with `--json` too: what was right for one evening is not to stay by habit. */
function warnOfOpenLine(json: boolean, server: string): void {
  const message = `--insecure: your token and your data go to ${server} in the clear; anybody on the way can read them`;
  showNotice(json, { warning: { code: 'insecure_server', message } }, `amy: ${message}`);
}

function tokenMissing(server: string, login: string): AmyError {
  return new AmyError('token_missing', `not signed in to ${server}: run \`${login}\`, or set AMY_TOKEN`);
}
