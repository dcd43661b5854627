import type { Order } from '../normalize/types.ts';
import { compareOrders } from './order.ts';
import { decodeOrder, encodeOrder, type StoredOrder } from './stored-cells.ts';

/**
 * Whose word the codes of a body's day are: of each code the orders of the events that measured it, latest first. The
 * first one gave what the code's row shows, the others lost. They stand together, because an event measures many codes.
 */
export type BodyDay = ReadonlyMap<string, readonly Order[]>;

/** The `cells` column of a day: `[[order, [code, ...]], ...]`, latest first, orders as in stored-cells.ts. One set of orders has one text. */
export function encodeBodyDay(day: BodyDay): string {
  const measured = [...day].flatMap(([code, orders]) => orders.map((order) => ({ code, order })));
  const events = [...Map.groupBy(measured, ({ order }) => JSON.stringify(order)).values()];
  const latestFirst = events.flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ order: first.order, codes: [first, ...others].map(({ code }) => code) }],
  );
  latestFirst.sort((a, b) => compareOrders(b.order, a.order));
  return JSON.stringify(latestFirst.map(({ order, codes }) => [encodeOrder(order), codes.toSorted()]));
}

/** Reads a stored day back; null is one of which no order is known yet. */
export function decodeBodyDay(cells: string | null): BodyDay {
  const day = new Map<string, Order[]>();
  for (const [stored, codes] of JSON.parse(cells ?? '[]') as (readonly [StoredOrder, readonly string[]])[]) {
    const order = decodeOrder(stored);
    for (const code of codes) day.set(code, [...(day.get(code) ?? []), order]);
  }
  return day;
}
