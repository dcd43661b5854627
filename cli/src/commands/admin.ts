import type { Command } from 'commander';
import { addAdminActsCommands } from './admin-acts.ts';
import { addAdminEventsCommands } from './admin-events.ts';
import { addAdminRebuildCommand } from './admin-rebuild.ts';
import { addAdminRepairCommands } from './admin-repair.ts';
import { addAdminShowCommand } from './admin-show.ts';
import { addAdminSilencesCommand } from './admin-silences.ts';
import { addAdminStatsCommand } from './admin-stats.ts';
import { addAdminTracesCommand } from './admin-traces.ts';
import { addAdminUserCommand } from './admin-user.ts';
import { addAdminWipeCommand } from './admin-wipe.ts';

export function addAdminCommand(program: Command): void {
  const admin = program
    .command('admin')
    .description('for whoever runs the server; its key is taken from AMY_ADMIN_KEY');
  addAdminStatsCommand(admin);
  addAdminEventsCommands(admin);
  addAdminShowCommand(admin);
  addAdminTracesCommand(admin);
  addAdminSilencesCommand(admin);
  addAdminRepairCommands(admin);
  addAdminActsCommands(admin);
  addAdminUserCommand(admin);
  addAdminWipeCommand(admin);
  addAdminRebuildCommand(admin);
}
