import { Argument, type Command } from 'commander';
import { drained, importAsked, outboundSet, ownerSettled } from '../../../cloud/src/contract/operator.ts';
import { segment } from '../api/path-parameters.ts';
import { renderCounted } from '../terminal/counts.ts';
import { showAnswer } from '../terminal/output.ts';
import { operatorOf } from './admin-operator.ts';
import { parseCount } from './admin-pages.ts';
import { type CommandContext, contextOf } from './context.ts';

type DrainOptions = {
  readonly type?: string;
  readonly user?: string;
  readonly error?: string;
  readonly limit?: number;
};

/** What is done for the ingest, a person or about Terra in one call. */
export function addAdminActsCommands(admin: Command): void {
  admin
    .command('drain')
    .description('send what is not processed to the queue again, whatever keeps it')
    .option('--type <type>', 'of this type, such as daily')
    .option('--user <user>', 'of this person')
    .option('--error <code>', 'with this error, or one that begins so')
    .option('--limit <n>', 'events at most (default: as many as the server takes in a call)', parseCount)
    .action((options: DrainOptions, command: Command) => drain(contextOf(command), options));
  admin
    .command('import')
    .description('ask Terra for a person’s past days, on their behalf')
    .argument('<user>', 'the id of the person')
    .requiredOption('--days <n>', 'how many days back', parseCount)
    .action((user: string, { days }: { days: number }, command: Command) =>
      askForImport(contextOf(command), user, days),
    );
  admin
    .command('owner')
    .description('say whose a connection is, where two people were named')
    .argument('<connection>', 'its id, as `amy admin user` shows it')
    .argument('<user>', 'the id of the person')
    .action((connection: string, user: string, _options: unknown, command: Command) =>
      settleOwner(contextOf(command), connection, user),
    );
  admin
    .command('outbound')
    .description('stop asking Terra for anything, or go on')
    .addArgument(new Argument('<what>', 'pause or resume').choices(['pause', 'resume']))
    .action((what: string, _options: unknown, command: Command) =>
      setOutbound(contextOf(command), what === 'pause'),
    );
}

async function drain(context: CommandContext, { type, user, error, limit }: DrainOptions): Promise<void> {
  const body = { event_type: type, user_id: user, error, limit };
  const answer = await operatorOf(context).ask({ method: 'POST', path: '/admin/drain', body }, drained);
  const { enqueued } = answer;
  const told =
    enqueued === 0
      ? 'Nothing to drain.'
      : `${renderCounted(enqueued, 'event')} ${enqueued === 1 ? 'is' : 'are'} in the queue again, the oldest first.`;
  showAnswer(context.json, answer, told);
}

async function askForImport(context: CommandContext, user: string, days: number): Promise<void> {
  const path = `/admin/user/${segment(user)}/import` as const;
  const answer = await operatorOf(context).ask({ method: 'POST', path, body: { days } }, importAsked);
  const told =
    answer.requests === 0
      ? 'Nothing to import from: the person has no device connected.'
      : `Asked for the last ${renderCounted(answer.days, 'day')}: ${renderCounted(answer.requests, 'answer')} to come (import ${answer.import_id}).`;
  showAnswer(context.json, answer, told);
}

async function settleOwner(context: CommandContext, connection: string, user: string): Promise<void> {
  const path = `/admin/connections/${segment(connection)}/owner` as const;
  const answer = await operatorOf(context).ask(
    { method: 'POST', path, body: { user_id: user } },
    ownerSettled,
  );
  const moved = answer.moved === 0 ? `It was ${user}’s already` : `The connection is ${user}’s now`;
  showAnswer(
    context.json,
    answer,
    `${moved}; ${renderCounted(answer.released, 'event')} that waited for this ${answer.released === 1 ? 'is' : 'are'} tried again.`,
  );
}

async function setOutbound(context: CommandContext, paused: boolean): Promise<void> {
  const answer = await operatorOf(context).ask(
    { method: 'POST', path: '/admin/outbound', body: { paused } },
    outboundSet,
  );
  const told = answer.paused
    ? 'Nothing is asked of Terra from now on; `amy admin outbound resume` ends the pause. Deliveries are taken in as ever.'
    : 'Terra is asked again.';
  showAnswer(context.json, answer, told);
}
