import { existsSync } from 'node:fs';
import type { Command } from 'commander';
import { type Erased, erasureReceipt } from '../../../cloud/src/contract/erasure.ts';
import { ask } from '../api/api.ts';
import { AmyError } from '../errors.ts';
import { DATABASE_BUSY_TIMEOUT_MS, ERASURE_TIMEOUT_MS } from '../limits.ts';
import { deleteAccessLog } from '../mcp/access-log.ts';
import { refuseToDelete } from '../mirror/file.ts';
import { accessLogFolder } from '../settings.ts';
import { dropSignIn } from '../sign-in/credentials.ts';
import { askPerson } from '../terminal/confirm.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { renderDeleted } from '../terminal/nouns.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { type CommandContext, contextOf } from './context.ts';
import { deleteMirror } from './reset.ts';

type EraseOptions = { readonly yes?: boolean; readonly local?: boolean };

export function addEraseCommand(program: Command): void {
  program
    .command('erase')
    .description('delete all about you on the server, for good: data, connections, sign-ins')
    .option('--yes', 'do not ask')
    .option('--local', 'delete the local file too, and the log of `amy mcp`')
    .action((options: EraseOptions, command: Command) => runErase(contextOf(command), options));
}

async function runErase(
  context: CommandContext,
  { yes = false, local = false }: EraseOptions,
): Promise<void> {
  const access = await context.access();
  const path = context.databasePath;
  // Before anything is gone: afterwards the command cannot be given again.
  if (local) refuseToDelete(path, DATABASE_BUSY_TIMEOUT_MS);
  if (!yes) await confirm(access.server, access.userId);
  const erased = await ask(access, (api) => api.v1.me.$delete(), erasureReceipt, {
    timeoutMs: ERASURE_TIMEOUT_MS,
  });
  const files = local ? await deleteMirror(path) : [];
  const log = local ? deleteAccessLog(accessLogFolder(process.env)) : [];
  const left = !local && existsSync(path) ? path : null;
  showAnswer(
    context.json,
    { ...erased, local_deleted: [...files, ...log], local_left: left },
    renderErased(erased, { files, log }, left),
  );
  // The session it came from is gone with the rest.
  if (access.sessionId !== null) {
    dropSignIn(context.credentialsPath, access.server, access.sessionId);
  }
}

/** What is typed has to be the user id of the token, which nobody types by accident. */
async function confirm(server: string, user: string | null): Promise<void> {
  const expected = user ?? 'erase';
  const typed = await askPerson(
    `This erases everything ${server} and Terra hold of you, for good. Type ${expected} to go on: `,
    'to erase everything the server holds of you, add --yes',
  );
  if (typed !== expected) throw new AmyError('not_confirmed', 'nothing was erased');
}

function renderErased(
  erased: Erased,
  deleted: { readonly files: readonly string[]; readonly log: readonly string[] },
  left: string | null,
): Lines {
  const lines = [
    'You are erased. Deleted on the server:',
    ...renderDeleted(erased.deleted).map((line) => `  ${line}`),
    'At Terra:',
    `  ${renderCounted(erased.terra_deauthenticated, 'connection')} ended`,
    `  ${renderCounted(erased.terra_lab_reports_deleted, 'lab report')} deleted`,
  ];
  if (erased.terra_failed > 0) {
    lines.push(
      `  ${renderCount(erased.terra_failed)} not deleted yet: Terra is asked again for about two days`,
    );
  }
  if (deleted.files.length > 0) lines.push('The local file is deleted too.');
  if (deleted.log.length > 0) lines.push('So is the log of what agents read of it.');
  if (left !== null) lines.push(`Your copy at ${left} stays; \`amy reset\` deletes it.`);
  return lines;
}
