import type { Command } from 'commander';
import { type PersonOverview, personOverview } from '../../../cloud/src/contract/operator.ts';
import { segment } from '../api/path-parameters.ts';
import { AmyError, asAmyError } from '../errors.ts';
import { renderCount } from '../terminal/counts.ts';
import { type Lines, showAnswer } from '../terminal/output.ts';
import { renderTable } from '../terminal/table.ts';
import type { ShowTime } from '../terminal/times.ts';
import { type Operator, operatorOf } from './admin-operator.ts';
import { type CommandContext, contextOf } from './context.ts';

type Options = { readonly force?: boolean };

export function addAdminUserCommand(admin: Command): void {
  admin
    .command('user')
    .description('what is kept of a person: rows by table, connections, the last events')
    .argument('<user>', 'the id of the person')
    .option('--force', 'answer for an id, too, that nobody has and nothing names')
    .action((user: string, options: Options, command: Command) =>
      showPerson(contextOf(command), user, options),
    );
}

async function showPerson(context: CommandContext, user: string, { force }: Options): Promise<void> {
  const overview = await readOverview(operatorOf(context), user, force === true);
  showAnswer(context.json, overview, renderOverview(user, overview, context.time));
}

/** Throws `not_found` for an id that nobody has and nothing names, unless `isForced`. */
export function readOverview(operator: Operator, user: string, isForced: boolean): Promise<PersonOverview> {
  const query = { force: isForced ? 'true' : undefined };
  const asked = operator.ask({ path: `/admin/user/${segment(user)}`, query }, personOverview);
  return orForced(asked, '--force answers for it all the same');
}

/** An answer; where nobody has the id, what `--force` would do: the server's words name a field of its own. */
export async function orForced<Answer>(asked: Promise<Answer>, force: string): Promise<Answer> {
  return asked.catch((thrown: unknown) => {
    const { code, requestId } = asAmyError(thrown);
    if (code !== 'not_found') throw thrown;
    throw new AmyError(code, `nobody has this id and nothing names it; ${force}`, { requestId });
  });
}

function renderOverview(user: string, overview: PersonOverview, time: ShowTime): Lines {
  const { connections, events } = overview;
  return [
    ...renderPerson(user, overview, time),
    '',
    ...(connections.length === 0 ? ['No connections.'] : renderConnections(connections, time)),
    '',
    ...(events.length === 0 ? ['No events.'] : renderLastEvents(events, time)),
  ];
}

/** Who it is, and how many rows there are of them. */
export function renderPerson(
  id: string,
  { user, erased_at, counts }: PersonOverview,
  time: ShowTime,
): readonly string[] {
  const since = user === null ? 'nobody has this id' : `since ${time(text(user.created_at))}`;
  const erased = erased_at === null ? '' : `, erased ${time(erased_at)}`;
  const rows = Object.entries(counts).filter(([, count]) => count > 0);
  const named = rows.map(([table, count]) => `${table} ${renderCount(count)}`).join(', ');
  return [`User  ${id}, ${since}${erased}`, `Rows  ${named === '' ? 'none' : named}`];
}

type StoredRow = PersonOverview['connections'][number];

/** The id as a whole: `amy admin owner` takes it. */
function renderConnections(connections: readonly StoredRow[], time: ShowTime): Lines {
  const rows = connections.map((one) => [
    text(one.id),
    text(one.provider),
    one.deactivated_at === null ? text(one.state) : 'ended',
    time(text(one.deactivated_at ?? one.connected_at)),
  ]);
  return renderTable(['connection', 'provider', 'state', 'since'], rows);
}

function renderLastEvents(events: PersonOverview['events'], time: ShowTime): Lines {
  const rows = events.map((one) => [
    text(one.id),
    time(text(one.received_at)),
    text(one.event_type),
    text(one.process_error ?? (one.processed_at === null ? 'on its way' : 'normalized')),
  ]);
  return renderTable(['event', 'received', 'type', 'outcome'], rows, ['right']);
}

function text(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}
