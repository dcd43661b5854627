import type { Command } from 'commander';
import { type Session, sessionsEnded } from '../../../cloud/src/contract/auth.ts';
import { ask } from '../api/api.ts';
import { dropSignIn } from '../sign-in/credentials.ts';
import { fetchSessions } from '../sign-in/sessions.ts';
import { renderCounted } from '../terminal/counts.ts';
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
    renderApproval(one),
  ]);
  return [
    ...renderTable(['session', 'device', 'since', 'last used', 'until', 'approved by'], rows),
    ...renderWarning(found),
  ];
}

function renderApproval({ approved_with, approved_by, approved_by_client }: Session): string {
  switch (approved_with) {
    case 'browser':
      return 'you, in a browser';
    case 'session':
      return `${approved_by_client ?? 'a session'} (${approved_by})`;
    case 'token':
      return 'a token without a session';
    case null:
      return '';
  }
}

/** Nobody signed in for such a session: who has a stolen token makes one like it. */
function renderWarning(found: readonly Session[]): Lines {
  const count = found.filter(
    (one) => one.approved_with === 'session' || one.approved_with === 'token',
  ).length;
  if (count === 0) return [];
  return [
    `${renderCounted(count, 'session')} approved with the token of another, not by you in a browser.`,
    'Where that was not you: `amy sessions revoke` of the session that approved ends both.',
  ];
}

async function revokeSession(context: CommandContext, id: string): Promise<void> {
  const access = await context.access();
  const { ended } = await ask(
    access,
    (api) => api.v1.auth.sessions[':id'].$delete({ param: { id } }),
    sessionsEnded,
  );
  const isOurs = ended
    .map((one) => dropSignIn(context.credentialsPath, access.server, one))
    .some((isDropped) => isDropped);
  const answer = { id, revoked: true, ended, signed_out: isOurs };
  showAnswer(context.json, answer, renderRevoked(id, ended.length - 1, isOurs));
}

function renderRevoked(id: string, others: number, isOurs: boolean): string {
  const too = others === 0 ? '' : ` and ${renderCounted(others, 'session')} that it had approved`;
  return `Revoked ${id}${too}${isOurs ? ': you are signed out here.' : '.'}`;
}
