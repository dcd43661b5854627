import { type IsoTime, isoTime, unixMsOf } from '../clock.ts';
import type { ExplainedEvent, ExplainedOrigin, Explanation } from '../contract/explain.ts';
import type { FoldedTable } from '../fold/changes.ts';
import type { Candidate, ExplainedColumn, Origin } from '../fold/explanation.ts';
import { orderKey } from '../fold/explanation.ts';
import type { UserId } from '../ids.ts';
import type { ColumnValue } from '../normalize/types.ts';
import { type NamedEvent, readExplainedRow } from '../store/explained.ts';
import { shownRaw } from '../store/packed-raw.ts';
import { explainedFold } from './explained-fold.ts';
import { readToldItems, type ToldItem } from './told-events.ts';

type Values = Explanation['values'];

/** Never told of a whole row: it is the item as delivered, up to 64 KB, of the stored value and of each that lost. */
const ONLY_WHEN_NAMED = 'raw';

/**
 * Where the values of one of a person's rows come from: of every stored one, or of one column. Null where they have no
 * such row.
 */
export async function explainRow(
  env: Env,
  userId: UserId,
  key: { readonly table: FoldedTable; readonly key: readonly string[] },
  column: string | null,
): Promise<Values | null> {
  const stored = await readExplainedRow(env.DB, userId, key);
  if (stored === null) return null;
  const { readEvents, isWanted, explain } = explainedFold(key, stored);
  const named = await readEvents(env.DB, userId);
  const items = await readToldItems(env, named, isWanted);
  const events = new Map(named.map((event) => [event.dedup_key, event]));
  return explain(items)
    .filter((one) => (column === null ? isStored(one) : one.column === column))
    .map((one) => answer(one, events, items));
}

function isStored({ column, stored }: ExplainedColumn): boolean {
  return stored !== null && column !== ONLY_WHEN_NAMED;
}

type Events = ReadonlyMap<string, NamedEvent>;
type Items = ReadonlyMap<string, ToldItem>;

function answer({ column, stored, others }: ExplainedColumn, events: Events, items: Items): Values[number] {
  const from = (one: Candidate): ExplainedOrigin[] =>
    one.origins.map((origin) => originOf(origin, one.reading, events, items));
  return {
    column,
    value: shownValue(stored),
    unit: stored?.unit ?? null,
    rule: stored?.why ?? null,
    from: stored === null ? [] : from(stored),
    others: others.map((one) => ({ value: shownValue(one), unit: one.unit, why: one.why, from: from(one) })),
  };
}

/** A `raw` may be packed, also one that lost. */
function shownValue(candidate: Candidate | null): ColumnValue {
  return shownRaw(candidate?.value ?? null);
}

function originOf(
  { order, columns }: Origin,
  reading: string | null,
  events: Events,
  items: Items,
): ExplainedOrigin {
  if (order === null) return { event: null, paths: [], reading };
  const event = events.get(order[2]);
  const item = items.get(orderKey(order));
  const told = columns.flatMap((name) => item?.told[name] ?? []);
  const readings = new Set([...told.map((one) => one.reading), reading].filter((one) => one !== null));
  return {
    event: event === undefined ? null : eventAnswer(event, order[1]),
    paths: [...new Set(told.flatMap(({ paths }) => paths))],
    reading: readings.size === 0 ? null : [...readings].join('; '),
  };
}

function eventAnswer({ id, event_type, provider, received_at }: NamedEvent, orderMs: number): ExplainedEvent {
  const receivedAt: IsoTime = isoTime(unixMsOf(received_at));
  return { id, type: event_type, provider, received_at: receivedAt, order_ms: orderMs };
}
