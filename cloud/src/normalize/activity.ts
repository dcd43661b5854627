import { ACTIVITY_RULES } from './activity-rules.ts';
import { ACTIVITY_TYPE_TITLES } from './activity-types.ts';
import { type DataItem, type ItemReading, normalizeItems } from './data-event.ts';
import { fieldReader } from './field-reader.ts';
import { itemKey } from './item-key.ts';
import { believableTime, ownOffsetMinutes } from './item-time.ts';
import { valueAt } from './json-path.ts';
import { rawItem } from './raw-item.ts';
import { knownColumns, orderOf } from './results.ts';
import { storableText } from './text.ts';
import { elapsedSeconds, localDate } from './time.ts';
import type { Columns, JsonObject, Normalized, Order, StoredEvent } from './types.ts';
import { readByRules, valuesOf } from './value-rule.ts';

/** Terra's `UploadType` of an activity that its owner deleted. */
const UPLOAD_DELETED = 4;

/** `activity`: one revision of an activity each, or the word that it is gone. */
export function normalizeActivity(event: StoredEvent, payload: unknown): Normalized {
  return normalizeItems(event, payload, readActivity);
}

/** Which revision of which activity an item is, or the path of what makes it unusable. */
export type ActivityRevision = {
  /** What the revisions of one activity share. */
  readonly item: string;
  /** Null of a deletion alone. */
  readonly startTime: string | null;
  readonly order: Order;
  readonly deleted: boolean;
};

export function activityRevision(activity: DataItem): ActivityRevision | { readonly refused: string } {
  const startTime = believableTime(activity, valueAt(activity.item, 'metadata.start_time'));
  const deleted = valueAt(activity.item, 'metadata.upload_type') === UPLOAD_DELETED;
  // A deletion is told by its id; every other activity needs its time.
  if (startTime === null && !deleted) return { refused: `${activity.path}.metadata.start_time` };
  const key = itemKey(activity, startTime);
  if ('refused' in key) return key;
  return { item: key.item, startTime, order: orderOf(activity.event, activity.index), deleted };
}

function readActivity(activity: DataItem): ItemReading {
  const revision = activityRevision(activity);
  if ('refused' in revision) return revision;

  const { startTime, deleted } = revision;
  const columns = deleted || startTime === null ? {} : readColumns(activity, startTime);
  return { contributions: [{ kind: 'activity', source: activity.source, ...revision, columns }] };
}

function readColumns(activity: DataItem, startTime: string): Columns {
  const fields = fieldReader(activity.item, activity.path, activity.notices);
  const found = readByRules(ACTIVITY_RULES, fields, activity.source);
  const endTime = readEnd(activity, startTime);
  const elapsed = endTime === null ? null : elapsedSeconds(startTime, endTime);
  const duration = elapsed ?? found.duration?.value ?? null;
  return knownColumns({
    ...valuesOf(found),
    end_time: endTime,
    activity_name: activityName(activity.item),
    duration,
    elevation_method: found.elevation_gain?.source.method ?? null,
    active_zone_minutes: duration === null ? null : Math.round(duration / 60),
    utc_offset_minutes: ownOffsetMinutes(activity, valueAt(activity.item, 'metadata.start_time')),
    raw: rawItem(activity.item),
  });
}

/** The end, null and noted where nobody can have recorded it or it comes before the start. */
function readEnd(activity: DataItem, startTime: string): string | null {
  const delivered = valueAt(activity.item, 'metadata.end_time');
  const endTime = believableTime(activity, delivered);
  const isBefore = endTime !== null && (elapsedSeconds(startTime, endTime) ?? 0) < 0;
  if (endTime !== null && !isBefore) return endTime;
  if (localDate(delivered) === null) return null;
  return fieldReader(activity.item, activity.path, activity.notices).disbelieve('metadata.end_time');
}

function activityName(item: JsonObject): string | null {
  const name = storableText(valueAt(item, 'metadata.name'));
  if (name !== null) return name;
  const type = valueAt(item, 'metadata.type');
  return typeof type === 'number' ? (ACTIVITY_TYPE_TITLES.get(type) ?? null) : null;
}
