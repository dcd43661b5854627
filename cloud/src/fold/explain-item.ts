import { valueColumns } from '../contract/tables.ts';
import { ACTIVITY_RULES } from '../normalize/activity-rules.ts';
import { type Slice, winningColumns } from './cells.ts';
import { whyHidden } from './explain-nights.ts';
import {
  type ExplainedColumn,
  explainColumn,
  legacySpeaker,
  plainView,
  type Revisions,
  type Speaker,
} from './explanation.ts';
import { type ItemRow, longestActivity } from './item-row.ts';
import { nightsInRow, shownSession } from './nights.ts';

const LATEST = 'the latest event that knows it';

/** Every value column of a row of `activities`. */
export function explainActivity(row: ItemRow, revisions: Revisions): readonly ExplainedColumn[] {
  const shown = longestActivity(row);
  const seconds = (slices: readonly Slice[]) => winningColumns(slices).duration;
  return explainItem('activities', row, shown, revisions, {
    rule: row.items.size > 1 ? `of activities that start together the longest; of it ${LATEST}` : LATEST,
    lost: (slices, best) =>
      seconds(slices) === seconds(best)
        ? 'another activity that starts together with it and is as long: the later event is shown'
        : 'another activity that starts together with it: the longer one is shown',
  });
}

/** Every value column of a row of `sleep_sessions`. */
export function explainSession(
  source: string,
  row: ItemRow,
  revisions: Revisions,
): readonly ExplainedColumn[] {
  const shown = shownSession(source, row);
  const night = nightsInRow(source, row).find(([first]) => first === shown) ?? [];
  return explainItem('sleep_sessions', row, shown, revisions, {
    rule: row.items.size > 1 ? `of the record that its night shows ${LATEST}` : LATEST,
    lost: (slices, best, item) =>
      night.includes(item)
        ? whyHidden(best, slices)
        : 'another sleep that starts together with it: the one with the later event is shown',
  });
}

type Words = {
  readonly rule: string;
  readonly lost: (slices: readonly Slice[], shown: readonly Slice[], item: string) => string;
};

function explainItem(
  table: 'activities' | 'sleep_sessions',
  row: ItemRow,
  shown: string | null,
  revisions: Revisions,
  { rule, lost }: Words,
): readonly ExplainedColumn[] {
  const best = shown === null ? [] : (row.items.get(shown) ?? []);
  const speakers = [...row.items].map(([item, slices]): readonly [string, Speaker] => [
    item,
    { columns: winningColumns(slices), slices, rule, lost: lost(slices, best, item) },
  ]);
  const legacy = row.legacy === null || shown !== null ? [] : [legacySpeaker(row.legacy)];
  const parts = {
    shown: [...speakers.flatMap(([item, one]) => (item === shown ? one : [])), ...legacy],
    hidden: speakers.flatMap(([item, one]) => (item === shown ? [] : one)),
  };
  return valueColumns(table).map((column) =>
    explainColumn(column, plainView(column, unitOf(column)), parts, revisions),
  );
}

const UNITS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(ACTIVITY_RULES).map(([column, { unit }]) => [column, unit])),
  active_zone_minutes: 'min',
  utc_offset_minutes: 'min',
};

function unitOf(column: string): string | null {
  return UNITS[column] ?? null;
}
