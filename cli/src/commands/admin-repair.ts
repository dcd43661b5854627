import type { Command } from 'commander';
import { eventReplayed, eventResolved } from '../../../cloud/src/contract/operator.ts';
import { AmyError, EXIT_USAGE } from '../errors.ts';
import { showAnswer } from '../terminal/output.ts';
import { actOnFound, type BulkAct } from './admin-bulk.ts';
import { parseEventNumber } from './admin-event-number.ts';
import { addFilterOptions, type FilterOptions, filterOf, isFiltered } from './admin-filter.ts';
import { operatorOf } from './admin-operator.ts';
import { eventPath } from './admin-show.ts';
import { type CommandContext, contextOf } from './context.ts';

type RepairOptions = FilterOptions & {
  readonly note?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly cursor?: string;
};

const REPLAY: BulkAct = {
  what: 'replay',
  verb: 'Replay',
  done: (events) => `${events} in the queue again.`,
};

const RESOLVE: BulkAct = {
  what: 'resolve',
  verb: 'Resolve',
  done: (events) => `${events} off the list.`,
};

/** What is done about one event, or about everything that a search finds. */
export function addAdminRepairCommands(admin: Command): void {
  repairCommand(admin, 'replay', 'normalize events again: one, or whatever a search finds').action(
    (id: string | undefined, options: RepairOptions, command: Command) =>
      repair(contextOf(command), REPLAY, id, options),
  );
  repairCommand(admin, 'resolve', 'take events off the list of `amy admin dlq`: one, or what a search finds')
    .option('--note <text>', 'why, for whoever looks later')
    .action((id: string | undefined, options: RepairOptions, command: Command) =>
      repair(contextOf(command), RESOLVE, id, options),
    );
}

function repairCommand(admin: Command, name: string, description: string): Command {
  const command = admin
    .command(name)
    .description(description)
    .argument('[event]', 'the number of the event', parseEventNumber);
  return addFilterOptions(command)
    .option('--dry-run', 'only count what the search finds')
    .option('--yes', 'do not ask')
    .option('--cursor <cursor>', 'go on where an earlier call was cut short');
}

async function repair(
  context: CommandContext,
  act: BulkAct,
  id: string | undefined,
  options: RepairOptions,
): Promise<void> {
  const filter = filterOf(options, Date.now());
  if ((id === undefined) === !isFiltered(filter)) {
    const message = `say the number of one event, or what to search for; \`amy admin ${act.what} --help\` tells how`;
    throw new AmyError('usage', message, { exitCode: EXIT_USAGE });
  }
  if (id === undefined) return actOnFound(context, act, filter, options);
  if (options.dryRun === true)
    throw new AmyError('usage', '--dry-run counts what a search finds, not one event', {
      exitCode: EXIT_USAGE,
    });
  return act === REPLAY ? replayOne(context, id) : resolveOne(context, id, options.note);
}

async function replayOne(context: CommandContext, id: string): Promise<void> {
  const path = `${eventPath(id)}/replay` as const;
  const answer = await operatorOf(context).ask({ method: 'POST', path, body: {} }, eventReplayed);
  showAnswer(
    context.json,
    answer,
    `Event ${id} is in the queue again; \`amy admin show ${id}\` tells what became of it.`,
  );
}

async function resolveOne(context: CommandContext, id: string, note: string | undefined): Promise<void> {
  const path = `${eventPath(id)}/resolve` as const;
  const answer = await operatorOf(context).ask({ method: 'POST', path, body: { note } }, eventResolved);
  const told = answer.resolved === 0 ? 'was not on the list' : 'is off the list; a replay puts it back';
  showAnswer(context.json, answer, `Event ${id} ${told}.`);
}
