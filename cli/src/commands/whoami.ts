import type { Command } from 'commander';
import { fetchSessions } from '../sign-in/sessions.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addWhoamiCommand(program: Command): void {
  program
    .command('whoami')
    .description('who you are signed in as, asked of the server')
    .action((_options: unknown, command: Command) => showWhoami(contextOf(command)));
}

type Whoami = {
  readonly server: string;
  /** Null where the token does not tell. */
  readonly user_id: string | null;
  /** Null for a token that belongs to no session of the server's. */
  readonly session: { readonly id: string; readonly client: string } | null;
  /** Of the token. */
  readonly expires_at: string | null;
  readonly token_source: 'AMY_TOKEN' | 'login';
};

async function showWhoami(context: CommandContext): Promise<void> {
  const access = await context.access();
  // The server answers only a token that it takes.
  const current = (await fetchSessions(access)).find((one) => one.current);
  const whoami = {
    server: access.server,
    user_id: access.userId,
    session: current === undefined ? null : { id: current.id, client: current.client },
    expires_at: access.expiresAt,
    token_source: access.tokenSource,
  };
  showAnswer(context.json, whoami, renderWhoami(whoami, context.time));
}

function renderWhoami(whoami: Whoami, time: ShowTime): Lines {
  const { session } = whoami;
  return [
    `Server   ${whoami.server}`,
    `User     ${whoami.user_id ?? '-'}`,
    `Session  ${session === null ? '-' : `${session.id} (${session.client})`}`,
    `Until    ${whoami.expires_at === null ? '-' : time(whoami.expires_at)}`,
    `Token    ${whoami.token_source === 'login' ? 'of `amy login`' : 'AMY_TOKEN'}`,
  ];
}
