import type { Command } from 'commander';
import { addAdminStatsCommand } from './admin-stats.ts';

export function addAdminCommand(program: Command): void {
  const admin = program.command('admin').description('for who runs the server; AMY_ADMIN_KEY holds the key');
  addAdminStatsCommand(admin);
}
