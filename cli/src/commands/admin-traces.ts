import { type Command, Option } from 'commander';
import { type TraceLine, traceList } from '../../../cloud/src/contract/traces.ts';
import { TRACE_PAGE_ROWS } from '../limits.ts';
import { showAnswer } from '../terminal/output.ts';
import { sinceOf } from '../terminal/times.ts';
import { parseEventNumber } from './admin-event-number.ts';
import { type Operator, operatorOf } from './admin-operator.ts';
import { addPageOptions, type PageOptions, type Rows, readRows, tellMore } from './admin-pages.ts';
import { renderTimeline, renderTraces } from './admin-traces-shown.ts';
import { type CommandContext, contextOf } from './context.ts';

type Options = PageOptions & {
  readonly requestId?: string;
  readonly event?: string;
  readonly user?: string;
  readonly level?: string;
  readonly since?: string;
};

export function addAdminTracesCommand(admin: Command): void {
  const command = admin
    .command('traces')
    .description('what happened: the life of one request or event, or the newest of everybody')
    .option('--request-id <id>', 'of this request, and of the event that it stored')
    .option('--event <event>', 'of this event', parseEventNumber)
    .option('--user <user>', 'of this person')
    .addOption(new Option('--level <level>', 'of this level').choices(['info', 'warn', 'error']))
    .option('--since <time>', 'since then; an ISO time, or so long ago as 90m, 24h or 7d');
  addPageOptions(command).action((options: Options, command: Command) =>
    showTraces(contextOf(command), options),
  );
}

async function showTraces(context: CommandContext, options: Options): Promise<void> {
  const operator = operatorOf(context);
  const isOneLife = options.requestId !== undefined || options.event !== undefined;
  const found = await readTraces(context, operator, isOneLife, options);
  const lines = isOneLife ? renderTimeline(found.rows, context.time) : renderTraces(found.rows, context.time);
  showAnswer(context.json, found, lines);
  tellMore(context, found.next_cursor);
}

/** The life of one event, as `amy admin show` tells it. */
export function readLife(
  context: CommandContext,
  operator: Operator,
  event: string,
): Promise<Rows<TraceLine>> {
  return readTraces(context, operator, true, { event });
}

function readTraces(
  context: CommandContext,
  operator: Operator,
  isOneLife: boolean,
  options: Options,
): Promise<Rows<TraceLine>> {
  const filter = {
    request_id: options.requestId,
    raw_event_id: options.event,
    user_id: options.user,
    level: options.level,
    since: options.since === undefined ? undefined : sinceOf(options.since, Date.now()),
    order: isOneLife ? 'oldest' : undefined,
  };
  return readRows(context, options, TRACE_PAGE_ROWS, (page) =>
    operator.ask({ path: '/admin/traces', query: { ...filter, ...page } }, traceList),
  );
}
