import { HELD_DAYS_MIN, NEXT_DAYS } from '../source-changes.ts';
import { DATE, entriesFrom, entriesSeen, TIME } from './entry.ts';
import { ACTIVITY_ENTRIES, UPDATED_AT } from './sessions.ts';

const merged = entriesFrom('computed when read, from activities', '0.1.0');

/** What the columns of a workout mean that several devices may have recorded. */
export const ACTIVITIES_MERGED_ENTRIES = {
  ...entriesSeen({ ...ACTIVITY_ENTRIES, updated_at: UPDATED_AT }, () => ({
    source: 'activities: of several recordings the one with the most values',
    since: '0.1.0',
  })),
  recordings: merged(
    'How many rows of activities are this one workout: recordings of different sources and of one kind that overlap by more than half of the shorter, and what a third connects. 1 where only one device recorded it.',
  ),
  twin_source: merged(
    'The source of the next recording of the same workout, which is not shown; null where there is none. Of recordings with as many values that of the source that comes first in source_order is shown.',
  ),
  twin_start_time: merged(
    'When the next recording of the same workout began: with twin_source its key.',
    TIME,
  ),
};

const changed = entriesFrom(
  'computed when read, from daily_summary, the source orders and device_history',
  '0.1.0',
);

export const SOURCE_CHANGES_ENTRIES = {
  column: changed('The column of summary whose values come from elsewhere since then.'),
  datetime: changed(
    `The first date of the new. A change counts only where the new has at least ${HELD_DAYS_MIN} of the next ${NEXT_DAYS} dates with a value, and more than half of them: a day on which another device fills in is none.`,
    DATE,
  ),
  from: changed(
    'The source before; of one source, its name and the device or firmware before. That of heart_rate_variability has its method with it.',
  ),
  to: changed('The source since then; of one source, its name and the device or firmware since then.'),
  why: changed(
    'What changed, and what tells it. Devices and firmware are known as far as `amy archive` has read events; other firmware is told only where the mean of the 14 values before and of those after differ by more than one standard deviation.',
  ),
};

const archived = entriesFrom('daily and sleep events in the archive, read by `amy archive`', '0.1.0');

export const DEVICE_HISTORY_ENTRIES = {
  month: archived(
    'The file of the archive that tells it, as events/2026-03.ndjson.gz: by the month of receipt.',
  ),
  source: archived('The source, as in daily_summary.'),
  kind: archived(
    'daily or sleep: the kind of event. A person may wear one device by day and another by night.',
  ),
  datetime: archived('The date whose values it measured; of a night the date of waking up.', DATE),
  device: archived(
    'The name of the device, with its hardware version where one is told. Null where none is.',
  ),
  firmware: archived('The version of its software. Null where none is told.'),
};

export const DEVICE_MONTHS_ENTRIES = {
  month: archived('A file of the archive that was read for device_history.'),
  sha256: archived('Its SHA-256 then: a file that has another since is read again.'),
};
