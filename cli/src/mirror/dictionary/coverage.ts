import type { ASKED_RANGES_COLUMNS, COVERAGE_COLUMNS } from '../coverage.ts';
import { type ColumnEntry, DATE, entriesFrom } from './entry.ts';
import { SOURCE_MEANING } from './sessions.ts';

const computed = entriesFrom('computed when read, from asked_ranges and the rows that are there', '0.1.0');

export const COVERAGE_ENTRIES: Readonly<Record<(typeof COVERAGE_COLUMNS)[number], ColumnEntry>> = {
  source: computed(SOURCE_MEANING),
  metric: computed(
    'A column of daily_summary; or activities or biomarkers_raw, of which any row of the date counts.',
  ),
  datetime: computed(
    'The date: every one from the first that an import may ask for, or that has a row, to the last sync.',
    DATE,
  ),
  state: computed(
    '"has a value". "not asked for yet": an import of more days brings it, if it is there. "asked, waiting": the answer is still to come, or the date is later than all that came from the source. "the device had nothing": it was asked for, or the device was connected, and nothing came for it. "asked, refused": Terra or the provider refused; asked_ranges has the reason.',
  ),
};

const told = entriesFrom('the server, with the last page of each sync', '0.1.0');

export const ASKED_RANGES_ENTRIES: Readonly<Record<keyof typeof ASKED_RANGES_COLUMNS, ColumnEntry>> = {
  source: told(SOURCE_MEANING),
  resource: told('What was asked for: activity, sleep, daily or body.'),
  from_date: told('The first day.', DATE),
  to_date: told('The last day. Null where the device is connected and later days come by themselves.', DATE),
  state: told(
    'asked: it was asked for, or came by itself since the device was connected. waiting: the answer is still to come. refused: Terra or the provider refused.',
  ),
  reason: told('Why it waits or was refused, where that is known.'),
};
