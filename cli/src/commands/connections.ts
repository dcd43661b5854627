import type { Command } from 'commander';
import { type ConnectionRemoved, connectionRemoved } from '../../../cloud/src/contract/connections.ts';
import { type ConnectionShown, me } from '../../../cloud/src/contract/me.ts';
import { ask } from '../api/api.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import { type CommandContext, contextOf } from './context.ts';

export function addConnectionsCommand(program: Command): void {
  const connections = program
    .command('connections')
    .description('what is connected, and how it stands')
    .action((_options: unknown, command: Command) => listConnections(contextOf(command)));
  connections
    .command('remove')
    .description('end a connection; its data stays')
    .argument('<id>', 'as `amy connections` shows it')
    .action((id: string, _options: unknown, command: Command) => removeConnection(contextOf(command), id));
}

async function listConnections(context: CommandContext): Promise<void> {
  const { connections } = await ask(await context.access(), (api) => api.v1.me.$get(), me);
  showAnswer(context.json, { connections }, renderConnections(connections));
}

async function removeConnection(context: CommandContext, id: string): Promise<void> {
  const removed = await ask(
    await context.access(),
    (api) => api.v1.connections[':id'].$delete({ param: { id } }),
    connectionRemoved,
  );
  showAnswer(context.json, removed, renderRemoved(removed));
}

/** Ended ones come last. */
function renderConnections(connections: readonly ConnectionShown[]): Lines {
  if (connections.length === 0) return ['Nothing is connected; `amy connect` connects a device.'];
  const rows = connections.map(({ provider, state, state_message, state_at, id }) => {
    const stands = state_message === null ? state : `${state}: ${state_message}`;
    return [provider, stands, state_at.slice(0, 10), id];
  });
  return renderTable(['provider', 'state', 'since', 'id'], rows);
}

function renderRemoved({ provider, deactivated_at }: ConnectionRemoved): string {
  return `${provider} is not connected any more, since ${deactivated_at}. Its data stays.`;
}
