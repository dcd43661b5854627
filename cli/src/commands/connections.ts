import type { Command } from 'commander';
import { type ConnectionRemoved, connectionRemoved } from '../../../cloud/src/contract/connections.ts';
import { type ConnectionShown, me } from '../../../cloud/src/contract/me.ts';
import { ask } from '../api/api.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { shortIds } from '../terminal/short-ids.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type CommandContext, contextOf } from './context.ts';
import { type IdKind, pickId } from './pick-id.ts';

export function addConnectionsCommand(program: Command): void {
  const connections = program
    .command('connections')
    .description('what is connected, and how it stands')
    .action((_options: unknown, command: Command) => listConnections(contextOf(command)));
  connections
    .command('remove')
    .description('end a connection; its data stays')
    .argument('<id>', 'as `amy connections` shows it, or its beginning')
    .action((id: string, _options: unknown, command: Command) => removeConnection(contextOf(command), id));
}

const CONNECTION_ID: IdKind = { noun: 'connection', shownBy: 'amy connections' };

async function listConnections(context: CommandContext): Promise<void> {
  const { connections } = await ask(await context.access(), (api) => api.v1.me.$get(), me);
  showAnswer(context.json, { connections }, renderConnections(connections, context.time));
}

async function removeConnection(context: CommandContext, typed: string): Promise<void> {
  const access = await context.access();
  const id = await pickId(typed, CONNECTION_ID, async () => {
    const { connections } = await ask(access, (api) => api.v1.me.$get(), me);
    return connections.map((one) => one.id);
  });
  const removed = await ask(
    access,
    (api) => api.v1.connections[':id'].$delete({ param: { id } }),
    connectionRemoved,
  );
  showAnswer(context.json, removed, renderRemoved(removed, context.time));
}

/** Ended ones come last. */
function renderConnections(connections: readonly ConnectionShown[], time: ShowTime): Lines {
  if (connections.length === 0) return ['Nothing is connected; `amy connect` connects a device.'];
  const short = shortIds(connections.map(({ id }) => id));
  const rows = connections.map(({ provider, state, state_message, state_at, id }) => {
    const stands = state_message === null ? state : `${state}: ${state_message}`;
    return [provider, stands, time(state_at), short(id)];
  });
  return renderTable(['provider', 'state', 'since', 'id'], rows);
}

function renderRemoved({ provider, deactivated_at }: ConnectionRemoved, time: ShowTime): string {
  return `${provider} is not connected any more, since ${time(deactivated_at)}. Its data stays.`;
}
