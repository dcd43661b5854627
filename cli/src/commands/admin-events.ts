import type { Command } from 'commander';
import { eventList, eventsFound } from '../../../cloud/src/contract/operator.ts';
import { DLQ_PAGE_ROWS, SEARCH_PAGE_ROWS } from '../limits.ts';
import { renderCounted } from '../terminal/counts.ts';
import { showAnswer } from '../terminal/output.ts';
import { renderEvents } from './admin-events-shown.ts';
import { addFilterOptions, type FilterOptions, filterOf } from './admin-filter.ts';
import { operatorOf } from './admin-operator.ts';
import { addPageOptions, type PageOptions, readRows, tellMore } from './admin-pages.ts';
import { type CommandContext, contextOf } from './context.ts';

/** The lists of events: what needs an operator, and what a search finds. */
export function addAdminEventsCommands(admin: Command): void {
  const dlq = admin.command('dlq').description('events that need you, the newest first');
  addPageOptions(dlq).action((options: PageOptions, command: Command) =>
    listOpen(contextOf(command), options),
  );
  const search = admin.command('search').description('search the events, the newest first');
  addPageOptions(addFilterOptions(search)).action((options: FilterOptions & PageOptions, command: Command) =>
    searchEvents(contextOf(command), options),
  );
}

async function listOpen(context: CommandContext, options: PageOptions): Promise<void> {
  const operator = operatorOf(context);
  const found = await readRows(context, options, DLQ_PAGE_ROWS, (query) =>
    operator.ask({ path: '/admin/dlq', query }, eventList),
  );
  showAnswer(context.json, found, renderEvents(found.rows, context.time, 'No event needs you.'));
  tellMore(context, found.next_cursor);
}

async function searchEvents(context: CommandContext, options: FilterOptions & PageOptions): Promise<void> {
  const operator = operatorOf(context);
  const filter = filterOf(options, Date.now());
  let unsearched = 0;
  const found = await readRows(
    context,
    options,
    SEARCH_PAGE_ROWS,
    (page) => operator.ask({ path: '/admin/events', query: { ...filter, ...page } }, eventsFound),
    ({ bodies_not_searched = 0 }) => {
      unsearched += bodies_not_searched;
    },
  );
  const document = options.text === undefined ? found : { ...found, bodies_not_searched: unsearched };
  showAnswer(context.json, document, renderEvents(found.rows, context.time, 'No event is found by this.'));
  tellUnsearched(context, unsearched);
  tellMore(context, found.next_cursor);
}

/** Bodies that no search looks into. */
export function tellUnsearched(context: CommandContext, bodies: number): void {
  if (bodies === 0) return;
  const belong = bodies === 1 ? 'event has its body' : 'events have their bodies';
  context.notice(`${renderCounted(bodies, belong, belong)} in R2: those were not searched for the text.`);
}
