import { hostname } from 'node:os';
import type { Command } from 'commander';
import { type DeviceLoginStarted, deviceLoginRequest } from '../../../cloud/src/contract/auth.ts';
import type { Server } from '../api/api.ts';
import { AmyError, EXIT_USAGE, interrupted } from '../errors.ts';
import { keepSignIn, prepareCredentials, type SignIn } from '../sign-in/credentials.ts';
import { awaitApproval, beginDeviceLogin } from '../sign-in/device-login.ts';
import { signInOf } from '../sign-in/renewal.ts';
import { renderCounted } from '../terminal/counts.ts';
import { endingWith } from '../terminal/interrupts.ts';
import { type Lines, showAnswer, showNotice } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addLoginCommand(program: Command): void {
  program
    .command('login')
    .description('sign in: you approve it in a browser, on this device or another')
    .option('--name <name>', 'what to call this device in `amy sessions` (default: its host name)')
    .action(({ name }: { name?: string }, command: Command) => runLogin(contextOf(command), name));
}

async function runLogin(context: CommandContext, name: string | undefined): Promise<void> {
  const client = clientName(hostname(), name);
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
    () => interrupted('interrupted; nothing has changed'),
    () => signInByDevice(context, asker, client),
  );
  keepSignIn(context.credentialsPath, server, signIn);
  showAnswer(context.json, loginDocument(server, signIn), `Signed in to ${server} as ${signIn.user_id}.`);
  if (context.hasEnvironmentToken)
    context.notice('AMY_TOKEN is set and goes before this sign-in; unset it to use this.');
}

async function signInByDevice(context: CommandContext, asker: Server, client: string): Promise<SignIn> {
  const login = await beginDeviceLogin(asker, client);
  showNotice(context.json, promptDocument(login), renderPrompt(login));
  const onTrouble = (error: AmyError) => context.notice(`amy: ${error.message}; trying on`);
  return signInOf(await awaitApproval(asker, login, { onTrouble }), Date.now());
}

/**
 * What the person is shown where they approve, and in their list of sessions; a machine's name that cannot be shown
 * is left out. Throws `usage` for a given name that cannot be.
 */
function clientName(machine: string, name: string | undefined): string {
  const { client } = deviceLoginRequest.shape;
  const ofMachine = client.safeParse(`amy CLI on ${machine}`);
  const program = ofMachine.success ? ofMachine.data : 'amy CLI';
  if (name === undefined) return program;
  const given = client.safeParse(name);
  if (!given.success) {
    throw new AmyError('usage', `--name ${given.error.issues[0]?.message ?? 'is not valid'}`, {
      exitCode: EXIT_USAGE,
    });
  }
  const both = client.safeParse(`${given.data} (${program})`);
  return both.success ? both.data : given.data;
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
