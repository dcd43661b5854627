import type { Command } from 'commander';
import { type Session, sessionRenamed, sessionsEnded } from '../../../cloud/src/contract/auth.ts';
import { type Access, ask } from '../api/api.ts';
import { dropSignIn } from '../sign-in/credentials.ts';
import { givenName } from '../sign-in/device-name.ts';
import { fetchSessions } from '../sign-in/sessions.ts';
import { renderCounted } from '../terminal/counts.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { shortIds } from '../terminal/short-ids.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type CommandContext, contextOf } from './context.ts';
import { type IdKind, pickId } from './pick-id.ts';

export function addSessionsCommand(program: Command): void {
  const sessions = program
    .command('sessions')
    .description('where you are signed in')
    .action((_options: unknown, command: Command) => listSessions(contextOf(command)));
  sessions
    .command('revoke')
    .description('sign another device out, or this one')
    .argument('<id>', 'as `amy sessions` shows it, or its beginning')
    .action((id: string, _options: unknown, command: Command) => revokeSession(contextOf(command), id));
  sessions
    .command('rename')
    .description('give a device, this one or another, a name of your own')
    .argument('<id>', 'as `amy sessions` shows it, or its beginning')
    .argument('<name>', 'what to call it from now on')
    .action((id: string, name: string, _options: unknown, command: Command) =>
      renameSession(contextOf(command), id, name),
    );
}

const SESSION_ID: IdKind = { noun: 'session', shownBy: 'amy sessions' };

async function listSessions(context: CommandContext): Promise<void> {
  const found = await fetchSessions(await context.access());
  showAnswer(context.json, { data: found }, renderSessions(found, context.time));
}

/** So that a row fits 80 columns. */
const DEVICE_CHARS = 22;

function renderSessions(found: readonly Session[], time: ShowTime): Lines {
  if (found.length === 0) return ['No sessions: your token belongs to none.'];
  const short = shortIds(found.flatMap(({ id, approved_by }) => [id, approved_by ?? id]));
  const rows = found.map((one) => [
    short(one.id),
    shortened(deviceOf(one.client), DEVICE_CHARS),
    one.current ? 'now, by this' : time(one.last_used_at),
    dayOf(time(one.expires_at)),
    renderApproval(one, short),
  ]);
  return [
    ...renderTable(['session', 'device', 'last used', 'until', 'approved by'], rows),
    ...renderWarning(found),
  ];
}

/** What every `amy login` is called by tells nothing apart: the host, or the name given, does. */
function deviceOf(client: string): string {
  return client.replace(/^amy CLI on /, '');
}

/** The day of a time on this machine's clock; one in full stays so. */
function dayOf(shown: string): string {
  return shown.split(' ')[0] ?? shown;
}

function shortened(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters - 1)}…`;
}

function renderApproval({ approved_with, approved_by }: Session, short: (id: string) => string): string {
  switch (approved_with) {
    case 'browser':
      return 'you';
    case 'session':
      return short(approved_by ?? '');
    case 'token':
      return 'a token';
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
    'If that was not you, `amy sessions revoke` on the session that approved it ends both.',
  ];
}

async function renameSession(context: CommandContext, typed: string, typedName: string): Promise<void> {
  const name = givenName(typedName, 'the name');
  const access = await context.access();
  const id = await pickSession(access, typed);
  const { client } = await ask(
    access,
    (api) => api.v1.auth.sessions[':id'].$patch({ param: { id }, json: { name } }),
    sessionRenamed,
  );
  showAnswer(context.json, { id, client }, `Session ${id} is called "${client}" from now on.`);
}

function pickSession(access: Access, typed: string): Promise<string> {
  return pickId(typed, SESSION_ID, async () => (await fetchSessions(access)).map((one) => one.id));
}

async function revokeSession(context: CommandContext, typed: string): Promise<void> {
  const access = await context.access();
  const id = await pickSession(access, typed);
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
