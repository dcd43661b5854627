import { entriesFrom, entriesSeen, TIME } from './entry.ts';
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
