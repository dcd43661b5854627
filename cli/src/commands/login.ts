import { hostname } from 'node:os';
import type { Command } from 'commander';
import type { DeviceLoginStarted } from '../../../cloud/src/contract/auth.ts';
import type { Server } from '../api/api.ts';
import type { AmyError } from '../errors.ts';
import { keepSignIn, prepareCredentials, type SignIn } from '../sign-in/credentials.ts';
import { awaitApproval, beginDeviceLogin } from '../sign-in/device-login.ts';
import { deviceName } from '../sign-in/device-name.ts';
import { signInOf } from '../sign-in/renewal.ts';
import { renderCounted } from '../terminal/counts.ts';
import { type Lines, showAnswer, showNotice } from '../terminal/output.ts';
import { endingWith } from '../under-way.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addLoginCommand(program: Command): void {
  program
    .command('login')
    .description('sign in: you approve it in a browser, on this device or another')
    .option('--name <name>', 'what to call this device in `amy sessions` (default: its host name)')
    .action(({ name }: { name?: string }, command: Command) => runLogin(contextOf(command), name));
}

async function runLogin(context: CommandContext, name: string | undefined): Promise<void> {
  const client = deviceName(hostname(), name);
  const asker = context.stranger();
  const { server } = asker;
  const earlier = context.storedSignIn();
  if (earlier !== undefined) {
    context.notice(
      `Signed in to ${server} as ${earlier.user_id} already; that ends only once this succeeds.`,
    );
  }
  prepareCredentials(context.credentialsPath);
  const signIn = await endingWith(
    () => 'interrupted; nothing has changed',
    () => signInByDevice(context, asker, client),
  );
  keepSignIn(context.credentialsPath, server, signIn);
  showAnswer(context.json, loginDocument(server, signIn), `Signed in to ${server} as ${signIn.user_id}.`);
  if (context.hasEnvironmentToken)
    context.notice('AMY_TOKEN is set and is used instead of this sign-in; unset it to use the sign-in.');
}

async function signInByDevice(context: CommandContext, asker: Server, client: string): Promise<SignIn> {
  const login = await beginDeviceLogin(asker, client);
  showNotice(context.json, promptDocument(login), renderPrompt(login));
  const onTrouble = (error: AmyError) => context.notice(`amy: ${error.message}; trying again`);
  return signInOf(await awaitApproval(asker, login, { onTrouble }), Date.now());
}

/** With `--json` what to show the person is a document too: one line on stderr, before the answer. */
function promptDocument(login: DeviceLoginStarted): Record<string, unknown> {
  const { verification_uri, verification_uri_complete, user_code, expires_in } = login;
  return { verification_uri, verification_uri_complete, user_code, expires_in };
}

function renderPrompt(login: DeviceLoginStarted): Lines {
  return [
    'To sign in, open this address in a browser:',
    `  ${login.verification_uri_complete}`,
    `and approve the code ${login.user_code}. (Or open ${login.verification_uri} anywhere and type it.)`,
    `Waiting for that, ${renderCounted(Math.ceil(login.expires_in / 60), 'minute')} at most; Ctrl-C gives up.`,
  ];
}

function loginDocument(server: string, signIn: SignIn): Record<string, unknown> {
  const { user_id, session_id, expires_at } = signIn;
  return { server, user_id, session_id, expires_at };
}
