import { type Command, Option } from 'commander';
import { EVENT_STATES, type EventFilter } from '../../../cloud/src/contract/event-filter.ts';
import { sinceOf } from '../terminal/times.ts';

/** The filters of a search, as they are typed. */
export type FilterOptions = {
  readonly type?: string;
  readonly provider?: string;
  readonly user?: string;
  readonly terraUser?: string;
  readonly error?: string;
  readonly state?: EventFilter['state'];
  readonly since?: string;
  readonly until?: string;
  readonly text?: string;
};

const TIME = 'an ISO time, or so long ago as 90m, 24h or 7d';

export function addFilterOptions(command: Command): Command {
  return command
    .option('--type <type>', 'of this type, such as daily')
    .option('--provider <provider>', 'of this provider')
    .option('--user <user>', 'of this person, or naming them')
    .option('--terra-user <id>', 'of this Terra id')
    .option('--error <code>', 'with this error, or one that begins so')
    .addOption(new Option('--state <state>', 'in this state').choices(EVENT_STATES))
    .option('--since <time>', `received since; ${TIME}`)
    .option('--until <time>', 'received before; as --since')
    .option('--text <text>', 'with this in the body, word for word; needs --since');
}

export function filterOf(options: FilterOptions, nowMs: number): EventFilter {
  const said: EventFilter = {
    type: options.type,
    provider: options.provider,
    user_id: options.user,
    terra_user_id: options.terraUser,
    error: options.error,
    state: options.state,
    since: options.since === undefined ? undefined : sinceOf(options.since, nowMs),
    until: options.until === undefined ? undefined : sinceOf(options.until, nowMs),
    text: options.text,
  };
  return said;
}

export function isFiltered(filter: EventFilter): boolean {
  return Object.values(filter).some((value) => value !== undefined);
}
