import type { DataItem } from './data-event.ts';
import { valueAt } from './json-path.ts';
import { readId } from './text.ts';

/**
 * What the revisions of one sleep or activity share: `metadata.summary_id`, or `start:<start_time>` where
 * Terra gives none (a sleep's may be missing). An id too long to be stored whole makes the item unusable.
 */
export function itemKey(
  delivered: DataItem,
  startTime: string | null,
): { readonly item: string } | { readonly refused: string } {
  const summaryId = valueAt(delivered.item, 'metadata.summary_id');
  if (typeof summaryId === 'string' && summaryId.trim() !== '') {
    const item = readId(summaryId);
    return item === null ? { refused: `${delivered.path}.metadata.summary_id` } : { item };
  }
  return startTime === null
    ? { refused: `${delivered.path}.metadata.start_time` }
    : { item: `start:${startTime}` };
}
