import type { Command } from 'commander';
import { removeConnection } from './connections.ts';
import { contextOf } from './context.ts';

export function addDisconnectCommand(program: Command): void {
  program
    .command('disconnect')
    .description('end the connection of a device; its data stays')
    .argument('<device>', 'a provider such as oura, or an id as `amy connections` shows it')
    .action((device: string, _options: unknown, command: Command) =>
      removeConnection(contextOf(command), device),
    );
}
