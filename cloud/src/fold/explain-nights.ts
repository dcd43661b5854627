import { durationsOf, isMeasured } from '../normalize/sleep-durations.ts';
import { latestOrder, type Slice, winningColumns } from './cells.ts';
import type { Speaker } from './explanation.ts';
import { LEGACY_ORDER } from './order.ts';

/** Why a record of a night is not the one that it shows, in the order in which nights.ts decides. */
export function whyHidden(shown: readonly Slice[], hidden: readonly Slice[]): string {
  const isMeasuredOf = (slices: readonly Slice[]) => isMeasured(durationsOf(winningColumns(slices)));
  if (isMeasuredOf(shown) && !isMeasuredOf(hidden)) {
    return 'a stay in bed: another record of the same night measured sleep';
  }
  const rankOf = (slices: readonly Slice[]) => (latestOrder(slices) ?? LEGACY_ORDER)[0];
  if (rankOf(shown) > rankOf(hidden)) return 'tentative: another record of the same night is confirmed';
  return 'an earlier record of the same night';
}

/** A record that its night does not show. */
export function hiddenRecord(slices: readonly Slice[], lost: string): Speaker {
  return { columns: winningColumns(slices), slices, rule: lost, lost };
}
