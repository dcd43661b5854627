import type { Command } from 'commander';
import { done, type Session as SignedInSession } from '../../../cloud/src/contract/auth.ts';
import { ask } from '../api/api.ts';
import { dropSignIn } from '../sign-in/credentials.ts';
import { fetchSessions } from '../sign-in/sessions.ts';
import { showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import { type Session, sessionOf } from './session.ts';

export function addSessionsCommand(program: Command): void {
  const sessions = program
    .command('sessions')
    .description('where you are signed in')
    .action((_options: unknown, command: Command) => listSessions(sessionOf(command)));
  sessions
    .command('revoke')
    .description('sign another device out, or this one')
    .argument('<id>', 'as `amy sessions` shows it')
    .action((id: string, _options: unknown, command: Command) => revokeSession(sessionOf(command), id));
}

async function listSessions(session: Session): Promise<void> {
  const found = await fetchSessions(await session.connection());
  showAnswer(session.json, { data: found }, renderSessions(found));
}

export function renderSessions(found: readonly SignedInSession[]): string {
  if (found.length === 0) return 'No sessions: your token belongs to none.';
  const rows = found.map((one) => [
    one.id,
    one.current ? `${one.client} (this one)` : one.client,
    one.created_at,
    one.last_used_at,
    one.expires_at,
  ]);
  return renderTable(['session', 'device', 'since', 'last used', 'until'], rows);
}

async function revokeSession(session: Session, id: string): Promise<void> {
  const connection = await session.connection();
  await ask(connection, (api) => api.v1.auth.sessions[':id'].$delete({ param: { id } }), done);
  const isOurs = dropSignIn(session.credentialsPath, connection.server, id);
  const answer = { id, revoked: true, signed_out: isOurs };
  showAnswer(session.json, answer, isOurs ? `Revoked ${id}: you are signed out here.` : `Revoked ${id}.`);
}
