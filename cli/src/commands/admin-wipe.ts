import type { Command } from 'commander';
import type { z } from 'zod';
import { wiped } from '../../../cloud/src/contract/operator.ts';
import { segment } from '../api/path-parameters.ts';
import { AmyError } from '../errors.ts';
import { ERASURE_TIMEOUT_MS } from '../limits.ts';
import { askPerson } from '../terminal/confirm.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { type Lines, showAnswer, writeNotice } from '../terminal/output.ts';
import { operatorOf } from './admin-operator.ts';
import { orForced, readOverview, renderPerson } from './admin-user.ts';
import { type CommandContext, contextOf } from './context.ts';

type Options = { readonly yes?: boolean; readonly force?: boolean };

type Receipt = z.infer<typeof wiped>;

export function addAdminWipeCommand(admin: Command): void {
  admin
    .command('wipe')
    .description('erase a person, here and at Terra, for good')
    .argument('<user>', 'the id of the person')
    .option('--yes', 'do not ask')
    .option('--force', 'mark an id as erased, too, that nobody has and nothing names')
    .action((user: string, options: Options, command: Command) => wipe(contextOf(command), user, options));
}

/** Throws `wipe_incomplete` where the same ids still find something afterwards. */
async function wipe(context: CommandContext, user: string, { yes, force }: Options): Promise<void> {
  const operator = operatorOf(context);
  const isForced = force === true;
  if (yes !== true) {
    const overview = await readOverview(operator, user, isForced);
    if (!context.json) writeNotice(renderPerson(user, overview, context.time));
    await confirm(user);
  }
  const asked = operator.ask(
    { method: 'POST', path: `/admin/user/${segment(user)}/wipe`, body: { force: isForced } },
    wiped,
    { timeoutMs: ERASURE_TIMEOUT_MS },
  );
  const receipt = await orForced(asked, '--force marks it as erased all the same');
  showAnswer(context.json, receipt, renderReceipt(user, receipt));
  if (receipt.remaining > 0) {
    const left = renderCounted(receipt.remaining, 'row or object', 'rows and objects');
    throw new AmyError('wipe_incomplete', `the same ids still find ${left}: wipe again`);
  }
}

/** What is typed has to be the id, which nobody types by accident. */
async function confirm(user: string): Promise<void> {
  const question = `This erases everything that Amy and Terra hold of ${user}, for good. Type ${user} to go on: `;
  const typed = await askPerson(question, 'to erase a person, add --yes');
  if (typed !== user) throw new AmyError('not_confirmed', 'nothing was erased');
}

const AT_TERRA: Readonly<Record<string, (count: number) => string>> = {
  terra_deauthenticated: (count) => `${renderCounted(count, 'connection')} ended at Terra`,
  terra_lab_reports_deleted: (count) => `${renderCounted(count, 'lab report')} deleted at Terra`,
  terra_failed: (count) =>
    `${renderCount(count)} not deleted at Terra yet: it is asked again for about two days`,
};

function renderReceipt(user: string, { remaining, ok: _ok, ...counts }: Receipt): Lines {
  const lines = Object.entries(counts).flatMap(([what, count]) =>
    typeof count === 'number' && count > 0
      ? [`  ${AT_TERRA[what]?.(count) ?? `${renderCount(count)} ${what}`}`]
      : [],
  );
  return [
    `${remaining === 0 ? `${user} is erased` : `Not all of ${user} is erased yet`}. What went, by table and store:`,
    ...(lines.length === 0 ? ['  nothing'] : lines),
    `Looked for again by the same ids: ${renderCount(remaining)} found.`,
  ];
}
