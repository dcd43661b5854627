import { orderKey } from '../fold/explanation.ts';
import { deliveredEvent, readPayload } from '../ingest/prepared-event.ts';
import { EXPLAINED_BYTES_MAX, EXPLAINED_EVENTS_MAX, INLINE_PAYLOAD_BYTES } from '../limits.ts';
import { readEnvelope } from '../normalize/envelope.ts';
import { normalize } from '../normalize/normalize.ts';
import { type RowContribution, toldBy } from '../normalize/told.ts';
import type { ToldColumns } from '../normalize/told-columns.ts';
import type { Columns, Contribution, Order } from '../normalize/types.ts';
import type { NamedEvent } from '../store/explained.ts';
import { readRawEvents } from '../store/raw-events.ts';

/** What one item of an event says, and where each column of it stands. */
export type ToldItem = { readonly order: Order; readonly columns: Columns; readonly told: ToldColumns };

/**
 * Reads events from their stored bodies anew, one at a time, and keeps the items that are wanted, by `orderKey`. Where
 * there are more events, or larger ones, than may be read, the first ones are.
 */
export async function readToldItems(
  env: Env,
  named: readonly NamedEvent[],
  isWanted: (contribution: RowContribution) => boolean,
): Promise<ReadonlyMap<string, ToldItem>> {
  const items = new Map<string, ToldItem>();
  for (const { id } of withinLimits(named)) {
    const [row] = await readRawEvents(env.DB, [id]);
    const payload = row === undefined ? null : await readPayload(env.RAW_PAYLOADS, row);
    if (row === undefined || payload?.state !== 'read') continue;
    const { json } = payload;
    const result = normalize(deliveredEvent(row, readEnvelope(json)), json);
    if (result.state !== 'normalized') continue;
    for (const one of result.contributions.filter(isOfRow)) {
      if (!isWanted(one)) continue;
      const { order, columns } = one;
      const start = 'startTime' in one ? { start_time: one.startTime } : {};
      items.set(orderKey(order), { order, columns: { ...columns, ...start }, told: toldBy(one, json) });
    }
  }
  return items;
}

function withinLimits(named: readonly NamedEvent[]): readonly NamedEvent[] {
  let bytes = 0;
  return named.slice(0, EXPLAINED_EVENTS_MAX).filter(({ payload_bytes }, i) => {
    bytes += payload_bytes ?? INLINE_PAYLOAD_BYTES;
    return i === 0 || bytes <= EXPLAINED_BYTES_MAX;
  });
}

function isOfRow(contribution: Contribution): contribution is RowContribution {
  switch (contribution.kind) {
    case 'daily':
    case 'sleep':
    case 'activity':
    case 'biomarker':
      return true;
    default:
      return false;
  }
}
