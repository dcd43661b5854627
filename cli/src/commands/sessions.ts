import type { Command } from 'commander';
import { done, type Session } from '../../../cloud/src/contract/auth.ts';
import { ask } from '../api/api.ts';
import { dropSignIn } from '../sign-in/credentials.ts';
import { fetchSessions } from '../sign-in/sessions.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addSessionsCommand(program: Command): void {
  const sessions = program
    .command('sessions')
    .description('where you are signed in')
    .action((_options: unknown, command: Command) => listSessions(contextOf(command)));
  sessions
    .command('revoke')
    .description('sign another device out, or this one')
    .argument('<id>', 'as `amy sessions` shows it')
    .action((id: string, _options: unknown, command: Command) => revokeSession(contextOf(command), id));
}

async function listSessions(context: CommandContext): Promise<void> {
  const found = await fetchSessions(await context.access());
  showAnswer(context.json, { data: found }, renderSessions(found));
}

function renderSessions(found: readonly Session[]): Lines {
  if (found.length === 0) return ['No sessions: your token belongs to none.'];
  const rows = found.map((one) => [
    one.id,
    one.current ? `${one.client} (this one)` : one.client,
    one.created_at,
    one.last_used_at,
    one.expires_at,
  ]);
  return renderTable(['session', 'device', 'since', 'last used', 'until'], rows);
}

async function revokeSession(context: CommandContext, id: string): Promise<void> {
  const access = await context.access();
  await ask(access, (api) => api.v1.auth.sessions[':id'].$delete({ param: { id } }), done);
  const isOurs = dropSignIn(context.credentialsPath, access.server, id);
  const answer = { id, revoked: true, signed_out: isOurs };
  showAnswer(context.json, answer, isOurs ? `Revoked ${id}: you are signed out here.` : `Revoked ${id}.`);
}
