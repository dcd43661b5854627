import { invalidAtPath, type SkippedReason } from '../event-codes.ts';
import type { Columns, ColumnValue, Contribution, Normalized, Notice, Order, StoredEvent } from './types.ts';

/** Place of a confirmed revision, of a tentative one below it. */
export const CONFIRMED_RANK = 1;
export const TENTATIVE_RANK = 0;

export function normalized(
  contributions: readonly Contribution[],
  refused: string | null = null,
  notices: readonly Notice[] = [],
): Normalized {
  return { state: 'normalized', contributions, refused, notices };
}

export function skipped(reason: SkippedReason, contributions: readonly Contribution[] = []): Normalized {
  return { state: 'skipped', reason, contributions };
}

/** Parked because nothing of the event can be used; `path` is the first thing that is wrong. */
export function invalidAt(path: string): Normalized {
  return { state: 'parked', code: invalidAtPath(path) };
}

/** The order of the revision at a position of the event. */
export function orderOf(event: StoredEvent, index: number, rank: number = CONFIRMED_RANK): Order {
  return [rank, event.orderMs, event.dedupKey, index];
}

/** The columns that are known. A null says nothing, so it is left out. */
export function knownColumns(columns: Columns): Columns {
  return Object.fromEntries(
    Object.entries(columns).filter(
      (entry): entry is [string, Exclude<ColumnValue, null>] => entry[1] !== null,
    ),
  );
}
