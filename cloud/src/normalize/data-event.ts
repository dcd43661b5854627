import { isOwnUserId, providerName, readUserIds } from './event-user.ts';
import { isJsonObject, valueAt } from './json-path.ts';
import { invalidAt, normalized } from './results.ts';
import type { Contribution, JsonObject, Normalized, Notice, StoredEvent } from './types.ts';

/** One entry of `data[]`, with all that reading it needs. */
export type DataItem = {
  readonly item: JsonObject;
  /** `data[3]`. */
  readonly path: string;
  readonly index: number;
  /** The provider, lower case. */
  readonly source: string;
  readonly event: StoredEvent;
  readonly notices: Notice[];
};

/** What an item says, or the path of what makes it unusable. */
export type ItemReading = { readonly contributions: readonly Contribution[] } | { readonly refused: string };

/**
 * Reads the items of a `daily`, `body`, `sleep` or `activity` event. An unusable item is refused alone; only
 * where no item is usable, or nothing says whose they are, the event is parked.
 */
export function normalizeItems(
  event: StoredEvent,
  payload: unknown,
  readItem: (item: DataItem) => ItemReading,
): Normalized {
  const notices: Notice[] = [];
  const items = dataItems(event, payload, notices);
  if ('invalid' in items) return invalidAt(items.invalid);
  if (items.all.length === 0) return normalized([]);

  const contributions: Contribution[] = [];
  let refused: string | null = null;
  let usable = 0;
  for (const item of items.all) {
    const reading = 'refused' in item ? item : readItem(item);
    if ('refused' in reading) {
      refused ??= reading.refused;
    } else {
      usable += 1;
      contributions.push(...reading.contributions);
    }
  }
  return refused !== null && usable === 0 ? invalidAt(refused) : normalized(contributions, refused, notices);
}

type DataItems =
  | { readonly all: readonly (DataItem | { readonly refused: string })[] }
  /** The path of what makes the whole event unusable. */
  | { readonly invalid: string };

/** The entries of `data[]`, in their order; what is no object is refused. */
export function dataItems(event: StoredEvent, payload: unknown, notices: Notice[]): DataItems {
  const items = valueAt(payload, 'data');
  if (!Array.isArray(items)) return { invalid: 'data' };
  if (items.length === 0) return { all: [] };

  const user = readUserIds(payload, 'user');
  const hasOwner = event.terraUserId !== '' || user.userId !== null || isOwnUserId(user.referenceId);
  if (!hasOwner) return { invalid: 'user.user_id' };
  const source = providerName(event.provider) ?? user.provider;
  if (source === null) return { invalid: 'user.provider' };

  const all = items.map((item: unknown, index) => {
    const path = `data[${index}]`;
    return isJsonObject(item) ? { item, path, index, source, event, notices } : { refused: path };
  });
  return { all };
}
