import type { HomeChange } from '../fold/changes.ts';
import type { Owned } from './owned.ts';
import { insertRows } from './row-sets.ts';
import type { Statement } from './statements.ts';

/** Where items live now. */
export function storeItemHomesStatements(changes: readonly Owned<HomeChange>[]): readonly Statement[] {
  return insertRows(
    'item_homes',
    ['user_id', 'kind', 'source', 'item', 'start_time', 'wake_date', 'cut'],
    changes.map(({ userId, change: { kind, source, item, home } }) => ({
      user_id: userId,
      kind,
      source,
      item,
      start_time: home.startTime,
      wake_date: home.wakeDate,
      cut: home.deletedUpTo === null ? null : JSON.stringify(home.deletedUpTo),
    })),
    `on conflict (user_id, kind, source, item) do update set
  start_time = excluded.start_time,
  wake_date = excluded.wake_date,
  cut = excluded.cut`,
  );
}
