import { DAILY_RULES } from './daily-rules.ts';
import { type DataItem, type ItemReading, normalizeItems } from './data-event.ts';
import { fieldReader } from './field-reader.ts';
import { localDay, ownOffsetMinutes } from './item-time.ts';
import { valueAt } from './json-path.ts';
import { knownColumns, orderOf } from './results.ts';
import type { Normalized, StoredEvent } from './types.ts';
import { readByRules, valuesOf } from './value-rule.ts';

/** `daily`: the running summary of a date, which becomes columns of `daily_summary`. */
export function normalizeDaily(event: StoredEvent, payload: unknown): Normalized {
  return normalizeItems(event, payload, readDay);
}

function readDay(day: DataItem): ItemReading {
  const local = localDay(day);
  if ('refused' in local) return local;

  const found = readByRules(DAILY_RULES, fieldReader(day.item, day.path, day.notices), day.source);
  const columns = knownColumns({
    ...valuesOf(found),
    hrv_method: found.heart_rate_variability?.source.method ?? null,
    utc_offset_minutes: ownOffsetMinutes(day, valueAt(day.item, 'metadata.start_time')),
  });
  const order = orderOf(day.event, day.index);
  return { contributions: [{ kind: 'daily', source: day.source, date: local.date, order, columns }] };
}
