import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  type RebuildShown,
  rebuildShown,
  rebuildStarted,
  rebuildsStarted,
} from '../../../cloud/src/contract/rebuild.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { REBUILD_POLL_MS } from '../limits.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { noticeScreen, showAnswer } from '../terminal/output.ts';
import { endingWith } from '../under-way.ts';
import { type Operator, operatorOf } from './admin-operator.ts';
import { renderRebuild } from './admin-rebuild-shown.ts';
import { type CommandContext, contextOf } from './context.ts';

type Options = { readonly dryRun?: boolean; readonly wait: boolean; readonly status?: boolean };

export function addAdminRebuildCommand(admin: Command): void {
  admin
    .command('rebuild')
    .description('make typed rows anew from the stored events, and show what that changes')
    .argument('[user]', 'the id of a person; without it everybody whose rows older rules made')
    .option('--dry-run', 'only tell what would change')
    .option('--no-wait', 'begin it, and do not wait for its end')
    .option('--status', 'begin nothing: tell how far the last one of a person is, or what it did')
    .action((user: string | undefined, options: Options, command: Command) =>
      user === undefined
        ? rebuildEverybody(contextOf(command), options)
        : options.status === true
          ? showRebuild(contextOf(command), user)
          : rebuildPerson(contextOf(command), user, options),
    );
}

async function showRebuild(context: CommandContext, user: string): Promise<void> {
  const last = await readRebuild(operatorOf(context), user);
  showAnswer(context.json, last, renderRebuild(user, last));
}

function readRebuild(operator: Operator, user: string): Promise<RebuildShown> {
  return operator.ask({ path: '/admin/rebuild', query: { user_id: user } }, rebuildShown);
}

async function rebuildEverybody(
  context: CommandContext,
  { dryRun = false, status = false }: Options,
): Promise<void> {
  if (status)
    throw new AmyError('usage', '--status needs the id of a person; `amy admin stats` tells of all', {
      exitCode: EXIT_USAGE,
    });
  const query = { dry_run: String(dryRun) };
  const answer = await operatorOf(context).ask(
    { method: 'POST', path: '/admin/rebuild', query },
    rebuildsStarted,
  );
  const { started, left } = answer;
  const people = renderCounted(left, 'person has', 'people have');
  const told =
    left === 0
      ? 'Everybody’s rows are by the rules of today.'
      : `${people} rows by older rules; ${renderCount(started)} of them ${dryRun ? 'would begin' : 'began'} now, the others follow by themselves.`;
  showAnswer(context.json, answer, told);
}

/** Throws `rebuild_failed` where it failed. */
async function rebuildPerson(
  context: CommandContext,
  user: string,
  { dryRun = false, wait }: Options,
): Promise<void> {
  const operator = operatorOf(context);
  const query = { user_id: user, dry_run: String(dryRun) };
  const { ok: _ok, ...begun } = await operator.ask(
    { method: 'POST', path: '/admin/rebuild', query },
    rebuildStarted,
  );
  if (begun.dry_run !== dryRun)
    context.notice(
      `${begun.dry_run ? 'A dry run' : 'A rebuild'} was under way already: this is what it does.`,
    );
  const ended = wait ? await untilEnded(context, operator, user, begun) : begun;
  showAnswer(context.json, ended, renderRebuild(user, ended));
  if (ended.state === 'failed')
    throw new AmyError('rebuild_failed', `the rebuild failed: ${ended.error}; the rows stay as they were`);
}

async function untilEnded(
  context: CommandContext,
  operator: Operator,
  user: string,
  begun: RebuildShown,
): Promise<RebuildShown> {
  const screen = context.json ? null : noticeScreen();
  const ending = () => `the rebuild goes on; \`amy admin rebuild ${user} --status\` shows what became of it`;
  const poll = async () => {
    for (let shown = begun; ; await sleep(REBUILD_POLL_MS)) {
      if (shown.finished_at !== null) return shown;
      screen?.draw(
        `${renderCounted(shown.events_folded, 'event')} read, ${renderCount(shown.events_waiting)} to go ...`,
      );
      shown = await readRebuild(operator, user);
    }
  };
  return endingWith(ending, poll).finally(() => screen?.draw(''));
}
