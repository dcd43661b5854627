import type { Command } from 'commander';
import { type ConnectionRemoved, connectionRemoved } from '../../../cloud/src/contract/connections.ts';
import { type ConnectionShown, me } from '../../../cloud/src/contract/me.ts';
import { type Access, ask } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { TERRA_TIMEOUT_MS } from '../limits.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { shortIds } from '../terminal/short-ids.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type CommandContext, contextOf } from './context.ts';
import { type IdKind, isWholeId, pickId } from './pick-id.ts';

export function addConnectionsCommand(program: Command): void {
  const connections = program
    .command('connections')
    .description('which devices are connected, and whether each works')
    .action((_options: unknown, command: Command) => listConnections(contextOf(command)));
  connections
    .command('remove')
    .description('end a connection; its data stays')
    .argument('<id>', 'as `amy connections` shows it, its beginning, or the provider')
    .action((id: string, _options: unknown, command: Command) => removeConnection(contextOf(command), id));
}

const CONNECTION_ID: IdKind = { noun: 'connection', shownBy: 'amy connections' };

async function listConnections(context: CommandContext): Promise<void> {
  const connections = await fetchConnections(await context.access());
  // `data` as every list has it; `connections` was there first.
  showAnswer(context.json, { data: connections, connections }, renderConnections(connections, context.time));
}

export async function fetchConnections(access: Access): Promise<ConnectionShown[]> {
  return (await ask(access, (api) => api.v1.me.$get(), me)).connections;
}

/** A provider's name is enough where one connection of it is active. Throws as `pickId` does. */
async function pickConnection(access: Access, typed: string): Promise<string> {
  if (isWholeId(typed)) return typed;
  const connections = await fetchConnections(access);
  const named = connections.filter(
    ({ provider, deactivated_at }) => provider === typed.toLowerCase() && deactivated_at === null,
  );
  if (named.length > 1) {
    throw new AmyError(
      'ambiguous_id',
      `${named.length} connections are of ${typed}: name one by its id, as \`${CONNECTION_ID.shownBy}\` shows it`,
    );
  }
  const ended = connections.some(({ provider }) => provider === typed.toLowerCase());
  if (named.length === 0 && ended) throw new AmyError('not_found', `${typed} is not connected any more`);
  const [only] = named;
  if (only !== undefined) return only.id;
  const ids = connections.map(({ id }) => id);
  if (!ids.some((id) => typed !== '' && id.startsWith(typed)))
    throw new AmyError(
      'not_found',
      `nothing is connected that is called "${typed}", or has an id that begins so; \`${CONNECTION_ID.shownBy}\` shows what is`,
    );
  return pickId(typed, CONNECTION_ID, async () => ids);
}

export async function removeConnection(context: CommandContext, typed: string): Promise<void> {
  const access = await context.access();
  const id = await pickConnection(access, typed);
  const removed = await ask(
    access,
    (api) => api.v1.connections[':id'].$delete({ param: { id } }),
    connectionRemoved,
    { timeoutMs: TERRA_TIMEOUT_MS },
  );
  showAnswer(context.json, removed, renderRemoved(removed, context.time));
}

/** What a state is to a person; what to do about it, where that helps. */
const STATES: Readonly<Record<ConnectionShown['state'], string>> = {
  connected: 'connected',
  error: 'error',
  deauthenticated: 'disconnected',
  access_revoked: 'you took its access back',
  replaced: 'replaced by a later connection',
};

/** Ended ones come last. */
function renderConnections(connections: readonly ConnectionShown[], time: ShowTime): Lines {
  if (connections.length === 0) return ['Nothing is connected; `amy connect` connects a device.'];
  const short = shortIds(connections.map(({ id }) => id));
  const rows = connections.map(({ provider, state, state_message, state_at, id }) => {
    const stands = state_message === null ? STATES[state] : `${STATES[state]}: ${state_message}`;
    return [provider, stands, time(state_at), short(id)];
  });
  return renderTable(['provider', 'state', 'since', 'id'], rows);
}

function renderRemoved({ provider, deactivated_at }: ConnectionRemoved, time: ShowTime): string {
  return `${provider} is not connected any more, since ${time(deactivated_at)}. Its data stays.`;
}
