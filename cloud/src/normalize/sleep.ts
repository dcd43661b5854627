import { type DataItem, type ItemReading, normalizeItems } from './data-event.ts';
import { fieldReader } from './field-reader.ts';
import { itemKey } from './item-key.ts';
import { believableTime, isSleepLong, ownOffsetMinutes } from './item-time.ts';
import { valueAt } from './json-path.ts';
import { rawItem } from './raw-item.ts';
import { CONFIRMED_RANK, knownColumns, orderOf, TENTATIVE_RANK } from './results.ts';
import { SLEEP_RULES } from './sleep-rules.ts';
import { localDate } from './time.ts';
import type { Normalized, Order, StoredEvent } from './types.ts';
import { readByRules, valuesOf } from './value-rule.ts';

/** Terra's `SleepUploadType` of a sleep that may still change. */
const UPLOAD_TENTATIVE = 3;

/** `sleep`: one revision of a session each, and through it columns of the wake date's `daily_summary`. */
export function normalizeSleep(event: StoredEvent, payload: unknown): Normalized {
  return normalizeItems(event, payload, readSleep);
}

/** Which revision of which sleep an item is, or the path of what makes it unusable. */
export type SleepRevision = {
  /** What the revisions of one sleep share. */
  readonly item: string;
  readonly startTime: string;
  readonly endTime: string;
  readonly order: Order;
};

export function sleepRevision(sleep: DataItem): SleepRevision | { readonly refused: string } {
  const startTime = believableTime(sleep, valueAt(sleep.item, 'metadata.start_time'));
  if (startTime === null) return { refused: `${sleep.path}.metadata.start_time` };
  const endTime = believableTime(sleep, valueAt(sleep.item, 'metadata.end_time'));
  if (endTime === null || !isSleepLong(startTime, endTime))
    return { refused: `${sleep.path}.metadata.end_time` };
  const key = itemKey(sleep, startTime);
  if ('refused' in key) return key;
  const isTentative = valueAt(sleep.item, 'metadata.upload_type') === UPLOAD_TENTATIVE;
  const order = orderOf(sleep.event, sleep.index, isTentative ? TENTATIVE_RANK : CONFIRMED_RANK);
  return { item: key.item, startTime, endTime, order };
}

function readSleep(sleep: DataItem): ItemReading {
  const revision = sleepRevision(sleep);
  if ('refused' in revision) return revision;

  const { item, startTime, endTime, order } = revision;
  const deliveredEnd = valueAt(sleep.item, 'metadata.end_time');
  const found = readByRules(SLEEP_RULES, fieldReader(sleep.item, sleep.path, sleep.notices), sleep.source);
  const columns = knownColumns({
    wake_date: localDate(deliveredEnd),
    end_time: endTime,
    raw: rawItem(sleep.item),
    is_nap: valueAt(sleep.item, 'metadata.is_nap') === true ? 1 : 0,
    utc_offset_minutes: ownOffsetMinutes(sleep, deliveredEnd),
    ...valuesOf(found),
    hrv_method: found.heart_rate_variability?.source.method ?? null,
  });
  return { contributions: [{ kind: 'sleep', source: sleep.source, item, startTime, order, columns }] };
}
