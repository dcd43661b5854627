import { dayNumber } from '../../dev/terra/calendar.ts';
import { ORDINARY_LIFE } from '../../dev/terra/life/day.ts';
import { personOf } from '../../dev/terra/life/person.ts';
import { DATA_TYPES, deviceOf } from '../../dev/terra/payloads/devices.ts';
import { historyItems } from '../../dev/terra/payloads/history.ts';
import { randomFrom } from '../../dev/terra/random.ts';
import { terraUser, type Who } from './events.ts';

/** One webhook of a history, and when Terra emitted it. */
export type YearEvent = { readonly body: Record<string, unknown>; readonly orderingMs: number };

const CHUNK_DAYS = 28;
const FIRST_ORDER_MS = 1_780_000_000_000;

/**
 * A year of a person's device as Terra chunks it, then the last quarter again as it was revised: naps and
 * split nights under the same ids, so that sessions move. The simulator's physiology, without its server.
 */
export function yearOf(who: Who, seed: number, days = 365): YearEvent[] {
  const device = deviceOf(who.provider ?? 'OURA');
  if (device === null) throw new Error(`the simulator has no ${who.provider}`);
  const person = personOf(seed);
  const last = dayNumber('2026-06-30');
  const chunks = (from: number, isRevised: boolean) =>
    DATA_TYPES.flatMap((type) => {
      const webhooks: Record<string, unknown>[] = [];
      for (let start = from; start <= last; start += CHUNK_DAYS) {
        const length = Math.min(CHUNK_DAYS, last - start + 1);
        const data = historyItems({
          person,
          device,
          type,
          days: Array.from({ length }, (_, i) => start + i),
          lifestyle: { ...ORDINARY_LIFE, extraNaps: isRevised, splitNights: isRevised },
          withSamples: false,
        });
        if (data.length > 0) webhooks.push({ type, user: terraUser(who), data });
      }
      return webhooks;
    });
  return [...chunks(last - days + 1, false), ...chunks(last - 90, true)].map((body, i) => ({
    body,
    orderingMs: FIRST_ORDER_MS + i * 1_000,
  }));
}

/** The same list in another order, decided by the seed. */
export function shuffled<Item>(items: readonly Item[], seed: number): Item[] {
  const random = randomFrom(seed);
  const shuffledItems = [...items];
  for (let i = shuffledItems.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [shuffledItems[i], shuffledItems[j]];
    if (a !== undefined && b !== undefined) [shuffledItems[i], shuffledItems[j]] = [b, a];
  }
  return shuffledItems;
}
