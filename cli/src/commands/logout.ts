import type { Command } from 'commander';
import { done } from '../../../cloud/src/contract/auth.ts';
import { ask, type Server } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { dropSignIn, type SignIn } from '../sign-in/credentials.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addLogoutCommand(program: Command): void {
  program
    .command('logout')
    .description('sign out, at the server and here')
    .action((_options: unknown, command: Command) => runLogout(contextOf(command)));
}

async function runLogout(context: CommandContext): Promise<void> {
  const asker = context.stranger();
  const { server } = asker;
  const signIn = context.storedSignIn();
  const refused = signIn === undefined ? null : await revoke(asker, signIn);
  if (signIn !== undefined) dropSignIn(context.credentialsPath, server, signIn.session_id);
  const revoked = signIn !== undefined && (refused === null || refused.code === 'unauthorized');
  const answer = { server, signed_out: signIn !== undefined, revoked };
  showAnswer(context.json, answer, renderLogout(server, signIn, refused, context.time));
  if (context.hasEnvironmentToken)
    context.notice('AMY_TOKEN is set and goes on being used; unset it to sign out.');
}

/** Null where the server ended the session; otherwise why it did not, which is no reason to stay signed in. */
async function revoke(asker: Server, { token }: SignIn): Promise<AmyError | null> {
  try {
    await ask({ ...asker, token }, (api) => api.v1.auth.logout.$post(), done);
    return null;
  } catch (error) {
    if (error instanceof AmyError) return error;
    throw error;
  }
}

function renderLogout(
  server: string,
  signIn: SignIn | undefined,
  refused: AmyError | null,
  time: ShowTime,
): Lines {
  if (signIn === undefined) return [`Not signed in to ${server}.`];
  if (refused === null) return [`Signed out of ${server}.`];
  if (refused.code === 'unauthorized') {
    return [`Signed out of ${server}, where the session had ended already (${refused.message}).`];
  }
  return [
    `Signed out here, but not at the server: ${refused.message}.`,
    `Session ${signIn.session_id} lasts there until ${time(signIn.expires_at)}; once signed in again, end it with`,
    `\`amy sessions revoke ${signIn.session_id}\`.`,
  ];
}
