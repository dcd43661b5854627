import type { Command } from 'commander';
import type { Connection } from '../api.ts';
import { databasePath, requireToken, serverAddress } from '../settings.ts';

type GlobalOptions = { readonly db?: string; readonly url?: string; readonly json?: boolean };

/** What every command knows from its global options and the environment. */
export type Session = {
  readonly databasePath: string;
  readonly json: boolean;
  /** Throws AmyError where the token is missing or the address is none. */
  connection(): Connection;
};

export function sessionOf(command: Command, environment: NodeJS.ProcessEnv = process.env): Session {
  const options = command.optsWithGlobals<GlobalOptions>();
  return {
    databasePath: databasePath(options.db, environment),
    json: options.json ?? false,
    connection: () => ({
      server: serverAddress(options.url, environment),
      token: requireToken(environment),
    }),
  };
}
