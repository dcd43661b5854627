import { sqliteTime, type UnixMs } from '../clock.ts';
import { HOUR_MS, SERIES_HOURS } from '../limits.ts';
import { AFTER_ALL, type IdsAtTime, idsAtTimesStatement, inOrderOfTimes } from './ids-at-times.ts';
import type { Statement } from './statements.ts';

/** Where each of the last hours begins among the ids, and, last, the id after the newest. */
export function hourBoundsStatement(nowMs: UnixMs): Statement {
  const begins = Array.from({ length: SERIES_HOURS }, (_, i) =>
    sqliteTime(nowMs - (SERIES_HOURS - i) * HOUR_MS),
  );
  return idsAtTimesStatement([...begins, AFTER_ALL], 1);
}

/** Events of each hour, the oldest first: ids that were given, those of events that are gone by now too. */
export function receivedByHour(rows: readonly IdsAtTime[]): readonly number[] {
  const bounds = inOrderOfTimes(rows);
  return bounds.slice(1).map(({ hi }, i) => hi - (bounds[i]?.hi ?? hi));
}
